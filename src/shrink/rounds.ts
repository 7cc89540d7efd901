/** LISSNAS: sample, fit, select seeds, grow pockets, again and again (DESIGN section 3; every formula is ours). */
import { LissnasError } from '../errors.js';
import { meanInterval } from '../math/statistics.js';
import { fitLocalityModel, type LocalityModel } from '../predictors/gaussian-process.js';
import { LIST_LIMIT } from '../spaces/enumerate.js';
import { connectedComponents } from './components.js';
import { levelSets } from './level-set.js';
import { type GrownRound, pocketsOf, seedsOf } from './lineage.js';
import { planRounds } from './plan.js';
import { growPockets } from './pockets.js';
import { growRadius } from './radius.js';
import { costBins, Region } from './region.js';
import type { Round, ShrinkResult, StopReason } from './result.js';
import { Sampler, type Source } from './sampling.js';
import { selectSeeds } from './seeds.js';
import type { ShrinkProgress, ShrinkTask } from './shrinker.js';
import { Survey } from './survey.js';

/**
 * Shrinks the task's space. Deterministic: the same task with the same random stream and evaluator gives the same result.
 * @throws InputError where budget, size, limits and space do not fit together or nothing can be measured; whatever the evaluator
 * throws; the signal's reason
 */
export async function shrink(task: ShrinkTask): Promise<ShrinkResult> {
  const region = new Region(task.space, task.limits ?? []);
  const plan = planRounds(task, region);
  const bins = costBins(region, task.costBins, task.random.split('cost bins'));
  const survey = new Survey(task, new Sampler(region, bins, task.evaluator, task.random.split('sampling')));
  const rounds: Round[] = [];
  const kept: GrownRound[] = []; // of the listed rounds
  let source: Source = { kind: 'region' };
  let model: LocalityModel | undefined;
  let improving = true;
  let due = 0; // evaluations that should be spent by the end of a round; what a round cannot spend goes to the next
  const resultOf = ({ members, predicted, componentOf, count }: GrownRound, stop: StopReason): ShrinkResult => ({
    method: 'lissnas',
    space: task.space,
    limits: region.limits,
    ...{ members, predicted, pocketOf: componentOf, pocketCount: count },
    rounds: [...rounds],
    measurements: [...survey.measured],
    failures: [...survey.failures],
    ...{ spent: survey.spent, stop },
    ...(task.costBins === undefined ? {} : { costBins: { cost: task.costBins.cost, edges: bins.edges } }),
  });
  const tellRounds = () => {
    const last = kept.at(-1);
    task.onRounds?.(rounds, last && (() => resultOf(last, 'not finished')));
  };

  for (const [index, planned] of plan.entries()) {
    const report = (step: ShrinkProgress['step'], members?: number) =>
      task.onProgress?.({
        round: index + 1,
        rounds: plan.length,
        step,
        spent: survey.spent,
        evaluations: task.evaluations,
        ...(members === undefined ? {} : { members }),
        ...(survey.measured.length === 0 ? {} : { bestMeasured: survey.best }),
      });
    report('measure');
    due += planned.evaluations;
    const fresh = await survey.measure(source, due - survey.spent, model, () => report('measure'));
    const last = rounds.at(-1);
    if (last !== undefined && fresh.uniform.length > 0) {
      rounds[rounds.length - 1] = { ...last, sampledMean: meanInterval(fresh.uniform) };
      tellRounds();
    }
    improving = task.size !== undefined || survey.improving(rounds);
    if (!improving) {
      rounds.pop();
      kept.pop();
      tellRounds();
      break;
    }
    report('fit');
    model = fitLocalityModel(task.space, survey.architectures, survey.accuracies, model?.kernel);
    const isLast = index === plan.length - 1;
    const spent = { spent: survey.spent, measured: survey.measured.length, kernel: model.kernel };
    if (!isLast && planned.logSize > Math.log(Math.max(Number(LIST_LIMIT), task.size ?? 0))) {
      const sets = levelSets(region, model, bins, planned.logSize, task.random.split(`level set ${index}`));
      const border = Math.min(...sets.map((set) => set.border));
      const size = BigInt(Math.round(Math.exp(planned.logSize)));
      rounds.push({ ...spent, size, held: 'level-set', border, seeds: [], pockets: [] });
      tellRounds();
      source = { kind: 'level-set', perBin: sets };
      continue;
    }
    const size = Math.round(Math.exp(planned.logSize));
    const grow = task.growth === 'radius' ? growRadius : growPockets;
    const selection = selectSeeds(
      region,
      bins,
      survey.architectures,
      survey.accuracies,
      task.growth === 'radius' ? undefined : model,
    );
    const growth = await grow({
      region,
      model,
      ...selection,
      size,
      bins,
      onProgress: (members) => report('grow', members),
      signal: task.signal,
    });
    const components = connectedComponents(task.space, growth.members);
    const grown = { ...growth, ...components };
    const seeds = seedsOf(grown, selection, survey.measured, model, bins);
    const pockets = pocketsOf(grown, seeds, rounds.at(-1)?.held === 'pockets' ? kept.at(-1) : undefined);
    rounds.push({
      ...spent,
      size: BigInt(growth.members.size),
      held: 'pockets',
      border: growth.border,
      seeds,
      pockets,
    });
    kept.push(grown);
    tellRounds();
    source = { kind: 'list', members: growth.members };
  }
  const final = kept.at(-1);
  if (final === undefined) throw new LissnasError('shrink', 'no round ended with a listed space');
  const fewer = final.members.size < Math.round(Math.exp(plan.at(-1)!.logSize));
  return resultOf(final, improving ? stopReason(task, fewer, survey) : 'no improvement');
}

/** Why the rounds ended although the last was an improvement. `fewer`: than were to be kept. */
function stopReason({ size, evaluations }: ShrinkTask, fewer: boolean, { spent }: Survey): StopReason {
  if (fewer) return 'space exhausted';
  if (size !== undefined) return 'size reached';
  return spent < evaluations ? 'space exhausted' : 'budget spent';
}
