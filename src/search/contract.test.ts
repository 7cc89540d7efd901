import { weight } from '../shrink/testing/problems.js';
import { searchers } from './index.js';
import { localSearch } from './local-search.js';
import { nsga2 } from './nsga2.js';
import type { CostOf } from './pareto.js';
import { regularizedEvolution } from './regularized-evolution.js';
import { type SearcherTraits, searcherContract } from './testing/contract.js';

const cost: CostOf = ({ architecture }) => weight.of(architecture);

const traits: Partial<Record<keyof typeof searchers, SearcherTraits>> = {
  'regularized-evolution': { dependsOnBatch: true },
};

for (const [name, { make }] of Object.entries(searchers)) {
  searcherContract(name, () => make(cost), traits[name as keyof typeof searchers]);
}
searcherContract('local search by first improvement', () => localSearch({ firstImprovement: true }), {
  dependsOnBatch: true,
});
searcherContract('evolution with crossover', () => regularizedEvolution({ crossover: 0.5 }), { dependsOnBatch: true });
searcherContract('nsga2 of one parent', () => nsga2({ cost, population: 1, crossover: 0 }));
