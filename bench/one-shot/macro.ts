/** The paper's claim on real data, for one random seed: does a supernet rank better, and is a better network found, inside the shrunk space? */
import type { Table } from '../../src/benchmarks/table.js';
import { tabular } from '../../src/evaluators/tabular.js';
import { runIdentity } from '../../src/journal/identity.js';
import { createRandom, type Random, sampleInPlace } from '../../src/math/random.js';
import { evaluateAll } from '../../src/measurements/evaluate-all.js';
import type { Evaluator } from '../../src/measurements/evaluator.js';
import type { Measurement } from '../../src/measurements/measurement.js';
import { VERSION } from '../../src/runs/version.js';
import { membersRegion, type SearchRegion } from '../../src/search/region.js';
import { regularizedEvolution } from '../../src/search/regularized-evolution.js';
import { search } from '../../src/search/search.js';
import { Region } from '../../src/shrink/region.js';
import type { ShrinkResult } from '../../src/shrink/result.js';
import { shrink } from '../../src/shrink/rounds.js';
import type { ArchitectureSet } from '../../src/spaces/architecture-set.js';
import { nasbenchMacro as space } from '../../src/spaces/nasbench-macro.js';
import type { Architecture, Cost } from '../../src/spaces/space.js';
import { memberRegion, type PathRegion, wholeRegion } from '../../src/supernet/path-region.js';
import { createPathSampler, type PathSampler } from '../../src/supernet/sampling.js';
import { type Found, MACRO_FORMAT, type MacroResult, type Reference, type SupernetName } from './macro-result.js';
import { judgingWork, type SupernetContext, supernetSteps, trainingWork, withSupernet } from './supernets.js';
import { Truth } from './truth.js';

/** One measurement. */
export interface MacroTask extends SupernetContext {
  readonly table: Table;
  /** e.g. 'CIFAR-10' */
  readonly imagesName: string;
  /** FLOPs, in millions */
  readonly cost: Cost;
}

/** Where a supernet's paths come from, and where it searches. */
interface Plan {
  readonly name: SupernetName;
  readonly paths: PathSampler;
  readonly searches: readonly Found['searched'][];
}

/** Carries a measurement out, or goes on with it: what its folder holds is not done again. @throws as `withSupernet` and `shrink` do */
export async function measureMacro(task: MacroTask): Promise<MacroResult> {
  const { settings, randomSeed, table, images, imagesName, watch } = task;
  const random = createRandom(randomSeed);
  const truth = new Truth(table, settings.truth, task.cost);
  const whole = new Region(space, []);
  const shrunk = await shrinkByTable(task, random.split('shrink'));
  const references = {
    inside: draw(shrunk.members, settings.references, random.split('references inside')),
    whole: draw(whole.list()!, settings.references, random.split('references in the whole space')),
  };
  const regions: Record<Found['searched'], SearchRegion> = {
    whole,
    shrunk: membersRegion(space, shrunk.members),
  };

  const plans = plansOf(task, shrunk, random.split('paths'));
  const asked = (plan: Plan) =>
    plan.name === 'whole' ? [...references.inside, ...references.whole] : references.inside;
  for (const plan of plans) {
    const judged = asked(plan).length + plan.searches.length * settings.searchEvaluations;
    watch.plan(trainingWork(task) + judged * judgingWork(task));
  }

  const accuracies = new Map<SupernetName, ReadonlyMap<string, number>>();
  const found: Found[] = [];
  const facts = { members: runIdentity(listed(shrunk.members)), table: table.sha256 };
  for (const plan of plans) {
    await withSupernet(task, plan.name, plan.paths, facts, async (evaluator) => {
      accuracies.set(plan.name, await judge(evaluator, asked(plan)));
      for (const searched of plan.searches) {
        const { best } = await search({
          ...{ region: regions[searched], searcher: regularizedEvolution(), evaluator },
          ...{ evaluations: settings.searchEvaluations, random: random.split(`search ${searched}`) },
        });
        found.push({ supernet: plan.name, searched, ...truth.ranked(best.architecture) });
      }
    });
  }

  const referencesOf = (architectures: readonly Architecture[]) =>
    architectures.map((architecture): Reference => {
      const key = space.format(architecture);
      const answers = plans
        .filter((plan) => asked(plan).includes(architecture))
        .map(({ name }) => [name, accuracies.get(name)!.get(key) ?? null] as const);
      return { ...truth.of(architecture), accuracies: Object.fromEntries(answers) };
    });
  return {
    format: MACRO_FORMAT,
    version: VERSION,
    ...{ randomSeed, settings, steps: supernetSteps(task) },
    images: { name: imagesName, training: images.trainingCount, validation: images.validationCount },
    whole: truth.facts(whole.list()!),
    shrunk: { ...truth.facts(shrunk.members), pockets: shrunk.pocketCount },
    bestMeasured: truth.ranked(bestOf(shrunk.measurements).architecture),
    agreement: truth.agreement(shrunk.members, settings.others),
    references: { inside: referencesOf(references.inside), whole: referencesOf(references.whole) },
    found,
  };
}

function shrinkByTable({ settings, table }: MacroTask, random: Random): Promise<ShrinkResult> {
  const { signal, shrinkEvaluations, kept } = settings;
  return shrink({ space, evaluator: tabular(table, signal), evaluations: shrinkEvaluations, size: kept, random });
}

function plansOf(task: MacroTask, shrunk: ShrinkResult, random: Random): Plan[] {
  const { sampling, paths } = task.settings.recipe;
  const sampler = (region: PathRegion, label: string) =>
    createPathSampler(sampling, region, random.split(label), paths === undefined ? {} : { paths });
  const whole = sampler(wholeRegion(space), 'whole');
  const inside = sampler(memberRegion(shrunk), 'inside');
  const half = Math.floor(supernetSteps(task) / 2);
  const warm: Plan = { name: 'warm', paths: (step) => (step < half ? whole : inside)(step), searches: ['shrunk'] };
  return [
    { name: 'whole', paths: whole, searches: ['whole', 'shrunk'] },
    { name: 'inside', paths: inside, searches: ['shrunk'] },
    ...(task.settings.warm ? [warm] : []),
  ];
}

/** Different members, uniformly; all of them in their order where there are no more. */
function draw(members: ArchitectureSet, count: number, random: Random): Architecture[] {
  const all = listed(members);
  return all.length <= count ? all : sampleInPlace(all, count, random);
}

function listed(members: ArchitectureSet): Architecture[] {
  return Array.from({ length: members.size }, (_, i) => space.architecture(members.codesAt(i)));
}

/** Accuracies of those that could be judged, by the space's notation. */
async function judge(evaluator: Evaluator, architectures: readonly Architecture[]): Promise<Map<string, number>> {
  const outcomes = await evaluateAll(evaluator, architectures);
  const measured = outcomes.filter((outcome) => outcome.kind === 'measured');
  return new Map(measured.map(({ architecture, accuracy }) => [space.format(architecture), accuracy]));
}

function bestOf(measurements: readonly Measurement[]): Measurement {
  return measurements.reduce((best, own) => (own.accuracy > best.accuracy ? own : best));
}
