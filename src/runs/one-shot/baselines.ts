/** Other ways to shrink by a supernet, at the same budget: operators are dropped while it warms up, and the training goes on in what is left. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import type { SearchRegion } from '../../search/region.js';
import type { KeptChoices } from '../../shrink/product.js';
import { angleShrinking } from '../../supernet/baselines/angle-shrinking.js';
import { operatorDropping } from '../../supernet/baselines/operator-dropping.js';
import type { StagedTask } from '../../supernet/baselines/stages.js';
import { productRegion } from '../../supernet/path-region.js';
import { exists, writeFileAtomic } from '../atomic.js';
import { BASELINE_STAGES, type OneShot } from './build.js';
import { judgedBySupernet, type StageContext } from './stages.js';
import { type SupernetTraining, samplingOptions } from './supernet-trainings.js';

/** The baselines by name. */
export const baselineNames = ['operator dropping', 'angle-based shrinking'] as const;

/** A name of a baseline. */
export type BaselineName = (typeof baselineNames)[number];

/** What a baseline leaves: where to go on training and searching. */
export interface BaselineSpace {
  readonly training: SupernetTraining;
  readonly region: SearchRegion;
  /** architectures left; an estimate where they are too many to count */
  readonly size: number;
}

const keptSchema = z.strictObject({ size: z.number(), kept: z.array(z.array(z.boolean())) });

/** Shrinks as the baseline does, down to about as many architectures as LISSNAS kept, and names the training that goes on inside. */
export async function shrinkByBaseline(
  context: StageContext,
  name: BaselineName,
  size: number,
): Promise<BaselineSpace> {
  const { run, files, trainings } = context;
  const { config, space, limits, region: whole } = run;
  const id = name.replaceAll(' ', '-');
  const dropping: SupernetTraining = {
    ...{ name: `${id}-warm-up`, label: `${name}: warming up and dropping`, recipe: config.supernet.warmUp },
    region: { space, choices: [], isProduct: true, pocketCount: 1, sample: (random) => whole.sample(random) },
  };
  const file = files.dropped(id);
  if (!(await exists(file)) || !(await trainings.isDone(dropping))) {
    let left: { size: number; kept: KeptChoices } | undefined;
    await trainings.carryOutFromNew(dropping, async (supernet, training) => {
      const task: StagedTask = {
        ...{ supernet, limits, size, stages: BASELINE_STAGES, training, random: run.random.split(id) },
        sampling: config.supernet.warmUp.sampling,
        samplingOptions: samplingOptions(run, config.supernet.warmUp),
      };
      left = await (name === 'operator dropping'
        ? drop(context, task)
        : angleShrinking({ ...task, engineRandomSeed: config.randomSeed }));
    });
    await writeFileAtomic(file, `${JSON.stringify({ size: left!.size, kept: left!.kept })}\n`);
  } else {
    context.watch.skip(trainings.workOf(dropping));
  }
  const { kept, size: found } = await readKept(file);
  return {
    training: {
      ...{ name: id, label: `${name}: training inside`, recipe: config.supernet.training, after: dropping },
      region: productRegion(space, limits, kept),
    },
    region: searchRegionOf(run, kept),
    size: found,
  };
}

/** Evaluations are not journalled: a warm-up that was stopped begins anew, and its supernet with it. */
function drop(context: StageContext, task: StagedTask) {
  const { evaluations } = context.run.config.shrink;
  const evaluatorAt = (step: number) => judgedBySupernet(context, task.supernet, step, 'operator dropping');
  return operatorDropping({ ...task, evaluations, evaluatorAt });
}

function searchRegionOf({ region, space }: OneShot, kept: KeptChoices): SearchRegion {
  const inside = productRegion(space, region.limits, kept);
  return {
    space,
    allows: (codes) => kept.every((choices, d) => choices[codes[d]!]) && region.allows(codes),
    sample: (random) => inside.sample(random),
    list: () => undefined,
  };
}

async function readKept(file: string): Promise<z.infer<typeof keptSchema>> {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new InputError(
      'the choices that a baseline has left cannot be read; delete the file and resume',
      { file },
      { cause },
    );
  }
}
