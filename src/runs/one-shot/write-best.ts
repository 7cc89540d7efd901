/** The network that a run has found, as files that can be deployed. All are made from the weights, so they can be made again at any time. */
import { toOnnx } from '../../networks/onnx.js';
import { readSafetensors, safetensorsPieces } from '../../networks/safetensors.js';
import type { TrainedNetwork } from '../../networks/trained-network.js';
import type { Architecture } from '../../spaces/space.js';
import { writeFileAtomic } from '../atomic.js';
import { VERSION } from '../version.js';
import type { OneShot } from './build.js';
import type { OneShotFiles } from './files.js';
import type { OneShotResult } from './result.js';

/** Keeps parameters and batch-norm statistics of a trained network. */
export async function saveWeights(
  { space }: OneShot,
  { best }: OneShotFiles,
  architecture: Architecture,
  { parameters, statistics }: Pick<TrainedNetwork, 'parameters' | 'statistics'>,
): Promise<void> {
  const metadata = new Map([
    ['format', 'pt'],
    ['space', space.name],
    ['architecture', space.format(architecture)],
  ]);
  await writeFileAtomic(best.weights, safetensorsPieces(new Map([...parameters, ...statistics]), metadata));
}

/** Writes the model for deployment beside the weights. */
export async function writeBest(
  run: OneShot,
  { best }: OneShotFiles,
  architecture: Architecture,
  { found }: Pick<OneShotResult, 'found'>,
): Promise<void> {
  const { space, network, input, images, classes } = run;
  const { tensors } = await readSafetensors(best.weights);
  const trained = { graph: network(architecture, input), parameters: tensors, statistics: tensors };
  const metadata = new Map([
    ['space', space.name],
    ['architecture', space.format(architecture)],
    ['classes', classes.join('\n')],
    ['test accuracy', String(found.accuracy)],
  ]);
  const { normalization } = images;
  await writeFileAtomic(best.onnx, toOnnx(trained, { normalization, metadata, producerVersion: VERSION }));
}
