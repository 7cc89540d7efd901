/** From images to a trained network, with a space and networks of your own: train a supernet, shrink, go on inside, search, train the best, export. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Codes,
  convNorm,
  createDataset,
  createPathSampler,
  createRandom,
  createSupernet,
  createWasmEngine,
  datasetImages,
  defineSpace,
  mbConv,
  memberRegion,
  membersRegion,
  NetworkBuilder,
  type NetworkInput,
  type Random,
  regularizedEvolution,
  search,
  sharedWeights,
  shrink,
  splitDataset,
  supernetRecipeSchema,
  toOnnx,
  trainStandalone,
  trainSupernet,
  wholePart,
  wholeRegion,
} from 'lissnas';

export const space = defineSpace({
  name: 'six-layers',
  dimensions: [0, 1, 2, 3, 4, 5].map((i) => ({ name: `layer${i}`, choices: ['skip', 'k3', 'k5'] })),
});

/** Parameters are named by position and choice: what two architectures have in common they share. */
function network(codes: Codes, { shape, classes }: NetworkInput) {
  const net = new NetworkBuilder(space.name, shape);
  let value = convNorm(net, 'stem', net.input, { channels: 8, kernel: 3, stride: 2, activation: 'relu' });
  Array.from(codes).forEach((code, i) => {
    const kernel = [undefined, 3, 5][code];
    const block = { channels: 8, stride: 1, expansion: 2, activation: 'relu' } as const;
    if (kernel !== undefined) value = mbConv(net, `layer${i}.k${kernel}`, value, { ...block, kernel });
  });
  value = convNorm(net, 'head', value, { channels: 32, kernel: 3, stride: 2, activation: 'relu' });
  net.linear('classifier', net.globalPool('pool', value), classes);
  return net.build();
}

/** Noisy grey images of 16 x 16 with level, upright or slanting stripes. Images from files: `loadDataset({ kind: 'folder', path: 'images' })`. */
function stripes(count: number, random: Random) {
  const labels = Uint16Array.from({ length: count }, (_, i) => i % 3);
  const pixels = new Uint8Array(count * 256);
  for (const [i, label] of labels.entries()) {
    const [right, down] = [label === 0 ? 0 : 1, label === 1 ? 0 : 1];
    const shift = random.integer(6);
    for (let at = 0; at < 256; at++) {
      const place = right * (at % 16) + down * Math.floor(at / 16) + shift;
      pixels[i * 256 + at] = (place % 6 < 3 ? 40 : 90) + random.integer(120);
    }
  }
  return createDataset({
    name: 'stripes',
    classes: ['level', 'upright', 'slanting'],
    shape: [1, 16, 16],
    pixels,
    labels,
  });
}

export async function trainOneShot(folder: string, steps: number) {
  const random = createRandom(1);
  const [train, test] = [stripes(600, random.split('train')), stripes(200, random.split('test'))];
  const { train: indices, validation } = splitDataset(train, { validation: 100 }, random.split('validation'));
  const training = { dataset: train, indices };
  const images = datasetImages({ training, validation: { dataset: train, indices: validation } });
  const input = { shape: train.shape, classes: train.classes.length };
  const recipe = supernetRecipeSchema.parse({ batch: 16, steps, augmentation: { padding: 2, flip: false } });

  const engine = createWasmEngine({ randomSeed: 1 });
  const supernet = createSupernet({ space, network, input, engine, images });
  const paths = createPathSampler('fair', wholeRegion(space), random.split('paths'));
  await trainSupernet(supernet, paths, { recipe, steps, random: random.split('warm-up') });

  const evaluator = sharedWeights(supernet, { step: steps });
  const shrunk = await shrink({ space, evaluator, evaluations: 20, size: 30, random: random.split('shrink') });

  const inside = createPathSampler('pockets', memberRegion(shrunk), random.split('paths inside'));
  await trainSupernet(supernet, inside, { recipe, steps, random: random.split('inside') });
  const { best } = await search({
    region: membersRegion(space, shrunk.members),
    searcher: regularizedEvolution(),
    evaluator: sharedWeights(supernet, { step: 2 * steps }),
    evaluations: 15,
    random: random.split('search'),
  });
  await engine.close();

  const alone = createWasmEngine({ randomSeed: 2 });
  const graph = network(best.architecture, input);
  const judged = datasetImages({ training, validation: wholePart(test) });
  const task = { engine: alone, graph, images: judged, recipe, steps, random: random.split('alone') };
  const trained = await trainStandalone(task);
  await alone.close();
  await writeFile(join(folder, 'best.onnx'), toOnnx(trained, { normalization: images.normalization }));
  return { shrunk, best, accuracy: trained.accuracy };
}
