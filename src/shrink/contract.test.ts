import { shrinkers } from './index.js';
import { type ShrinkerTraits, shrinkerContract } from './testing/contract.js';

const traits: Partial<Record<keyof typeof shrinkers, ShrinkerTraits>> = {
  'random-subset': { blind: true },
  'operational-pruning': { whole: true },
};

for (const [name, shrinker] of Object.entries(shrinkers)) {
  shrinkerContract(name, shrinker, traits[name as keyof typeof shrinkers]);
}
