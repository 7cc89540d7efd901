/**
 * npm run measure:default -- --out FOLDER [--random-seeds 1,2,3,4,5] [--references N] [--baselines] [--quick] [--threads N]: the default run, end to end, with the
 * same budget without shrinking as a control. Each random seed leaves OUT/default-SEED.json; OUT/work/ holds the runs, which go on where they were
 * stopped when the command is repeated. `npm run results -- --render --one-shot OUT` makes tables of them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProgress } from '../src/cli/progress.js';
import { InputError } from '../src/errors.js';
import { exists, writeFileAtomic } from '../src/runs/atomic.js';
import { defaultOneShot } from '../src/runs/one-shot/default.js';
import { resumeOneShot, startOneShot } from '../src/runs/one-shot/run.js';
import { carryOut } from './carry-out.js';
import { randomSeeds, wholeNumber } from './one-shot/numbers.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    'random-seeds': { type: 'string', default: '1,2,3,4,5' },
    /** architectures that are trained from scratch to measure Kendall tau; the default run's number without it */
    references: { type: 'string' },
    /** operator dropping and angle-based shrinking too */
    baselines: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    /** of the engine, which decide nothing but the speed; as many as there are cores without it */
    threads: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const { out, baselines, quick, references, threads } = values;
  if (out === undefined) throw new InputError('give --out FOLDER');
  const varied = {
    baselines,
    ...(references !== undefined && { references: wholeNumber('references', references, 2) }),
    ...(threads !== undefined && { threads: wholeNumber('threads', threads) }),
  };
  const chosen = randomSeeds(values['random-seeds']);
  mkdirSync(join(out, 'work'), { recursive: true });
  for (const randomSeed of chosen) {
    const file = join(out, `default-${randomSeed}.json`);
    if (await exists(file)) {
      process.stderr.write(`${file} is there already\n`);
      continue;
    }
    const folder = join(out, 'work', `default-${randomSeed}`);
    const progress = startProgress(true);
    const hooks = {
      onProgress: ({ done, total, label }: { done: number; total: number; label: string }) =>
        progress.update(done, total, `random seed ${randomSeed}, ${label}`),
    };
    const config = { ...defaultOneShot({ quick, control: true, randomSeed }), ...varied };
    const isBegun = await exists(join(folder, 'config.yaml'));
    const { result } = await (isBegun ? resumeOneShot(folder, hooks) : startOneShot(config, folder, hooks));
    progress.end();
    await writeFileAtomic(file, `${JSON.stringify(result, null, 1)}\n`);
    process.stderr.write(`${file} is written\n`);
  }
}

carryOut(main);
