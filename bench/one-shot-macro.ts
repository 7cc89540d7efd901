/**
 * npm run measure:macro -- --images FOLDER --table FILE --out FOLDER [--random-seeds 1,2,3] [options]: supernets of NAS-Bench-Macro on CIFAR-10,
 * one trained on the whole space and one inside the space that LISSNAS shrank by the table, both for equally many steps. Each random seed leaves
 * OUT/macro-SEED.json; OUT/work/ holds checkpoints and journals, so that a measurement that was stopped goes on when the command is repeated.
 * `npm run results -- --render --one-shot OUT` makes tables of them. --tiny is a smoke test on generated images.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTable } from '../src/benchmarks/read-table.js';
import { startProgress } from '../src/cli/progress.js';
import { type DatasetSpec, loadDataset } from '../src/datasets/index.js';
import { splitDataset } from '../src/datasets/split.js';
import { InputError } from '../src/errors.js';
import { createRandom } from '../src/math/random.js';
import { exists, writeFileAtomic } from '../src/runs/atomic.js';
import { Watch } from '../src/runs/one-shot/watch.js';
import { loadSpace } from '../src/space-files/load.js';
import { nasbenchMacro } from '../src/spaces/nasbench-macro.js';
import { datasetImages } from '../src/supernet/dataset-images.js';
import { carryOut } from './carry-out.js';
import { measureMacro } from './one-shot/macro.js';
import { type MacroSettings, macroSettings } from './one-shot/macro-settings.js';
import { positiveNumber, randomSeeds, wholeNumber } from './one-shot/numbers.js';

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

const { values } = parseArgs({
  options: {
    /** CIFAR-10: its published binary files, or JPEG or PNG files in train/CLASS/ */
    images: text,
    /** of NAS-Bench-Macro */
    table: text,
    out: text,
    'random-seeds': { ...text, default: '1,2,3' },
    /** passes over the training images, for each supernet */
    epochs: text,
    batch: text,
    'learning-rate': text,
    'weight-decay': text,
    /** paths that learn from each batch */
    paths: text,
    /** subnets by which supernets are compared; 150 are all of the shrunk space */
    references: text,
    'search-evaluations': text,
    /** training images held back */
    validation: text,
    /** a third supernet, for half of its steps on the whole space */
    warm: flag,
    /** of the engine, which decide nothing but the speed; as many as there are cores without it */
    threads: text,
    tiny: flag,
  },
});

async function main(): Promise<void> {
  const settings = settingsOf(values);
  const { table: tableFile, out, images: path } = values;
  if (tableFile === undefined || out === undefined || (path === undefined && !values.tiny)) {
    throw new InputError('give --images FOLDER, --table FILE and --out FOLDER');
  }
  const { costs } = await loadSpace('nasbench-macro');
  const cost = costs.get('flops_m')!;
  const table = await readTable(tableFile, nasbenchMacro);
  if (!table.complete) throw new InputError('every architecture must have a row', { file: tableFile });
  const chosen = randomSeeds(values['random-seeds']);
  const threads = values.threads === undefined ? undefined : wholeNumber('threads', values.threads);
  mkdirSync(out, { recursive: true });
  process.stderr.write('reading the images\n');
  const source = path === undefined ? GENERATED : await sourceOf(resolve(path));
  const { train } = await loadDataset(source.spec);

  for (const randomSeed of chosen) {
    const file = join(out, `macro-${randomSeed}.json`);
    if (await exists(file)) {
      process.stderr.write(`${file} is there already\n`);
      continue;
    }
    const { validation, training } = settings;
    const sizes = { validation, ...(training !== undefined && { train: training }) };
    const split = splitDataset(train, sizes, createRandom(randomSeed).split('validation'));
    const images = datasetImages({
      training: { dataset: train, indices: split.train },
      validation: { dataset: train, indices: split.validation },
    });
    const progress = startProgress(true);
    const watch = new Watch(({ done, total, label }) =>
      progress.update(done, total, `random seed ${randomSeed}, ${label}`),
    );
    const folder = join(out, 'work', `macro-${randomSeed}`);
    const input = { shape: train.shape, classes: train.classes.length };
    const result = await measureMacro({
      ...{ settings, randomSeed, table, images, input, folder, watch, cost, imagesName: source.name },
      ...(threads !== undefined && { threads }),
    });
    progress.end();
    await writeFileAtomic(file, `${JSON.stringify(result, null, 1)}\n`);
    process.stderr.write(`${file} is written\n`);
  }
}

function settingsOf(given: typeof values): MacroSettings {
  const number = <T>(option: keyof typeof values, read: (option: string, text: string) => T) => {
    const own = given[option];
    return typeof own === 'string' ? read(option, own) : undefined;
  };
  const options = {
    epochs: number('epochs', positiveNumber),
    batch: number('batch', (option, own) => wholeNumber(option, own, 2)),
    learningRate: number('learning-rate', positiveNumber),
    weightDecay: number('weight-decay', positiveNumber),
    paths: number('paths', wholeNumber),
    references: number('references', (option, own) => wholeNumber(option, own, 2)),
    searchEvaluations: number('search-evaluations', wholeNumber),
    validation: number('validation', wholeNumber),
  };
  const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return macroSettings({ ...known, warm: given.warm, tiny: given.tiny });
}

interface ImageSource {
  readonly name: string;
  readonly spec: DatasetSpec;
}

const GENERATED: ImageSource = {
  name: 'generated shapes',
  spec: { kind: 'shapes', train: 200, test: 10, randomSeed: 1 },
};

/** The published binary files, or else a folder for each class. */
async function sourceOf(path: string): Promise<ImageSource> {
  const binary = [join(path, 'data_batch_1.bin'), join(path, 'cifar-10-batches-bin')];
  const isBinary = (await Promise.all(binary.map(exists))).includes(true);
  return isBinary
    ? { name: 'CIFAR-10, binary files', spec: { kind: 'cifar10', path } }
    : { name: 'CIFAR-10, image files', spec: { kind: 'folder', path } };
}

carryOut(main);
