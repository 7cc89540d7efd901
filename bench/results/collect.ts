/** Runs everything that docs/results.md reports. */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../../src/benchmarks/read-table.js';
import { surrogate } from '../../src/evaluators/surrogate.js';
import { tabular, truthOf } from '../../src/evaluators/tabular.js';
import { exactAutocorrelation } from '../../src/locality/autocorrelation.js';
import { exactCorrelationByDistance } from '../../src/locality/by-distance.js';
import { localOptima } from '../../src/locality/local-optima.js';
import { createRandom } from '../../src/math/random.js';
import { mean } from '../../src/math/statistics.js';
import { type AuditTask, audit } from '../../src/shrink/audit.js';
import { intervalOf } from '../../src/shrink/audit-statistics.js';
import { shrinkers } from '../../src/shrink/index.js';
import { measureShape } from '../../src/shrink/measures.js';
import { Region } from '../../src/shrink/region.js';
import type { Round } from '../../src/shrink/result.js';
import { shrink } from '../../src/shrink/rounds.js';
import type { Shrinker } from '../../src/shrink/shrinker.js';
import { loadSpace } from '../../src/space-files/load.js';
import { ArchitectureSet } from '../../src/spaces/architecture-set.js';
import type { Architecture, Codes, Cost, Limit } from '../../src/spaces/space.js';
import { type HugeSpace, hugeSpace, hugeTasks } from '../huge.js';
import { repository } from '../repository.js';
import type { AuditResult, LargeResult, LocalityResult, ResultsData } from './data.js';
import { type DataSet, dataSets, type Settings } from './tasks.js';

/** @param say called with what is being run */
export async function collect(folder: string, settings: Settings, say: (text: string) => void): Promise<ResultsData> {
  const sets = await dataSets(folder);
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
  const audits: AuditResult[] = [];
  const half: AuditResult[] = [];
  const cheap: AuditResult[] = [];
  const scaled = (count: number) => Math.round(count / settings.divisor);
  for (const set of sets) {
    const truthful = { signal: 'true', column: set.truth, size: scaled(105) };
    say(`${set.name}, true column`);
    audits.push(await auditOf(set, { ...truthful, evaluations: scaled(230) }, settings));
    say(`${set.name}, true column, half the evaluations`);
    half.push(await auditOf(set, { ...truthful, evaluations: scaled(115), only: 'lissnas' }, settings));
    say(`${set.name}, ${set.cheapName}`);
    const noisy = { signal: set.cheapName, column: set.cheap, evaluations: scaled(300), size: scaled(150) };
    cheap.push(await auditOf(set, noisy, settings));
  }
  say('HW-NAS-Bench');
  const hardware = await hardwareAudits(folder, sets[1]!, settings);
  say('accel-mnasnet');
  const large = await largeSpace(folder, settings, say);
  say('locality');
  const locality = sets.map(localityOf);
  const huge = hugeSpaces(settings, say);
  return {
    settings,
    node: process.version,
    cores: availableParallelism(),
    version,
    audits,
    half,
    cheap,
    hardware,
    large,
    locality,
    huge,
  };
}

/** Huge spaces, each in a process of its own. */
export function hugeSpaces({ hugeSize }: Settings, say: (text: string) => void): HugeSpace[] {
  return hugeTasks(hugeSize).map((task) => {
    say(`${task.name}, ${task.size} members`);
    return hugeSpace(task);
  });
}

interface Setting {
  readonly signal: string;
  readonly column: string;
  readonly evaluations: number;
  readonly size: number;
  readonly only?: 'lissnas';
  readonly limits?: readonly Limit[];
}

async function auditOf(set: DataSet, setting: Setting, { randomSeed, repeats }: Settings): Promise<AuditResult> {
  const { space, table, truth } = set;
  const { signal, column, evaluations, size, only, limits = [] } = setting;
  const recorded: (readonly Round[])[] = [];
  const report = await audit({
    space,
    evaluator: tabular(table, column),
    truth: truthOf(table, truth),
    evaluations,
    size,
    repeats,
    randomSeed,
    limits,
    shrinkers: only === undefined ? { ...shrinkers, lissnas: recording(recorded) } : { lissnas: recording(recorded) },
  });
  const oracle = shapeOfBest(new Region(space, limits), truthOf(table, truth), size);
  return { dataSet: set.name, signal, report, rounds: roundMeans(recorded), oracle };
}

/** What even a shrinker that knows the truth would get: the shape of the best `size` architectures. */
function shapeOfBest(region: Region, truth: (codes: Codes) => number, size: number) {
  const listed = region.list()!;
  const accuracies = Array.from({ length: listed.size }, (_, i) => truth(listed.codesAt(i)));
  const order = accuracies.map((_, i) => i).filter((i) => Number.isFinite(accuracies[i]));
  order.sort((a, b) => accuracies[b]! - accuracies[a]!);
  const best = new ArchitectureSet(listed.dimensions, size);
  for (const i of order.slice(0, size)) best.add(listed.codesAt(i));
  const { diversity, pockets } = measureShape(region.space, best);
  return { diversity, pockets };
}

/** LISSNAS, its rounds noted down. */
function recording(into: (readonly Round[])[], onMembers: (members: ArchitectureSet) => void = () => {}): Shrinker {
  return async (task) => {
    const result = await shrink(task);
    into.push(result.rounds);
    onMembers(result.members);
    return result;
  };
}

function roundMeans(recorded: readonly (readonly Round[])[]) {
  const most = Math.max(...recorded.map((rounds) => rounds.length));
  return Array.from({ length: most }, (_, round) =>
    intervalOf(recorded.map((rounds) => rounds[round]?.sampledMean?.mean ?? Number.NaN)),
  ).filter(({ n }) => n > 0);
}

/** NAS-Bench-201 on CIFAR-100 with a latency limit on two devices, near the fastest quarter of the cells. */
async function hardwareAudits(folder: string, set: DataSet, settings: Settings): Promise<AuditResult[]> {
  const table = await readTable(join(folder, 'hw-nas-bench/hw_nas_bench_nb201.csv.gz'), set.space);
  const limitOf = (column: string, max: number): Limit => {
    const latencies = table.column(column);
    const of = (codes: Codes) => {
      const latency = latencies.of(codes);
      return latency >= 0 ? latency : Number.NaN; // -1: the device cannot run it
    };
    const cost: Cost = { name: column, unit: 'ms', of };
    return { cost, max };
  };
  const results: AuditResult[] = [];
  for (const limit of [limitOf('c100_edgegpu_latency', 4), limitOf('c100_raspi4_latency', 15)]) {
    const setting = {
      signal: 'true',
      column: set.truth,
      evaluations: Math.round(230 / settings.divisor),
      size: Math.round(105 / settings.divisor),
      limits: [limit],
    };
    results.push(await auditOf(set, setting, settings));
  }
  return results;
}

async function largeSpace(folder: string, settings: Settings, say: (text: string) => void): Promise<LargeResult> {
  const space = await loadSpace('accel-mnasnet');
  const table = await readTable(join(folder, 'accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz'), space);
  const model = await surrogate(table, space, 'val_top1', { randomSeed: settings.randomSeed });
  const limits: Limit[] = [{ cost: space.costs.get('macs_m')!, max: 350 }];
  const region = new Region(space, limits);
  const truth = truthOf(table, 'val_top1');
  const measured = [...table.architectures()].filter((architecture) => region.allows(architecture));
  const kept: number[] = [];
  const noteKept = (members: ArchitectureSet) => {
    kept.push(...measured.filter((architecture) => members.has(architecture)).map(truth));
  };
  const task: AuditTask = {
    space,
    evaluator: model,
    truth: model.predict,
    evaluations: settings.largeEvaluations,
    size: settings.largeSize,
    repeats: settings.largeRepeats,
    randomSeed: settings.randomSeed,
    limits,
    shrinkers: { ...shrinkers, lissnas: recording([], noteKept) },
    onProgress: ({ done, runs, method }) => say(`accel-mnasnet, run ${done} of ${runs} ${method ?? ''}`),
  };
  const report = await audit(task);
  const random = createRandom(settings.randomSeed).split('reference');
  const sample: Architecture[] = Array.from({ length: 20_000 }, () => region.sample(random));
  const best = Float64Array.from(sample, model.predict).sort().slice(-200);
  return {
    surrogate: model.report,
    audit: report,
    best1PercentMean: mean(best),
    measuredWhole: {
      count: measured.length,
      mean: mean(measured.map(truth)),
      best: measured.map(truth).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    },
    measuredKept: { count: kept.length, mean: mean(kept) },
  };
}

function localityOf({ name, space, table, truth }: DataSet): LocalityResult {
  const evidence = { architectures: [...table.architectures()], accuracies: table.column(truth).values };
  return {
    dataSet: name,
    byDistance: exactCorrelationByDistance(space, evidence) ?? [],
    walk: exactAutocorrelation(space, evidence, 3) ?? [],
    optima: localOptima(space, evidence),
  };
}
