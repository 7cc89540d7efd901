/** A trained network as files: to deploy, to go on with in PyTorch, and to look at. All but the weights are made from the weights. */
import { drawNetwork } from '../../networks/draw.js';
import { toOnnx } from '../../networks/onnx.js';
import { toPyTorch } from '../../networks/pytorch.js';
import { readSafetensors, safetensorsPieces } from '../../networks/safetensors.js';
import type { TrainedNetwork } from '../../networks/trained-network.js';
import { sourceOf } from '../../shrink/space-source.js';
import type { Architecture } from '../../spaces/space.js';
import { architectureFile } from '../architecture-file.js';
import { writeFileAtomic } from '../atomic.js';
import { recordedFiles } from '../named-costs.js';
import { declarationIn } from '../space.js';
import { VERSION } from '../version.js';
import type { OneShot } from './build.js';
import type { NetworkFiles } from './files.js';

/** Where an accuracy comes from, and what it is; percent, null where training diverged. */
export interface NetworkAccuracy {
  readonly test: number | null;
  readonly trained: 'from scratch' | 'in the supernet';
}

/** Keeps parameters and batch-norm statistics of a trained network. */
export async function saveWeights(
  { space }: OneShot,
  files: NetworkFiles,
  architecture: Architecture,
  { parameters, statistics }: Pick<TrainedNetwork, 'parameters' | 'statistics'>,
): Promise<void> {
  const metadata = new Map([
    ['format', 'pt'],
    ['space', space.name],
    ['architecture', space.format(architecture)],
  ]);
  await writeFileAtomic(files.weights, safetensorsPieces(new Map([...parameters, ...statistics]), metadata));
}

/** Writes everything that is made from the weights beside them. @throws InputError where the weights are missing or damaged */
export async function writeNetworkFiles(
  run: OneShot,
  files: NetworkFiles,
  architecture: Architecture,
  accuracy: NetworkAccuracy,
): Promise<void> {
  const { space, network, input, images, classes } = run;
  const { tensors } = await readSafetensors(files.weights);
  const graph = network(architecture, input);
  const text = space.format(architecture);
  const metadata = new Map([
    ['space', space.name],
    ['architecture', text],
    ['classes', classes.join('\n')],
    ['test accuracy', String(accuracy.test)],
    ['trained', accuracy.trained],
  ]);
  const { normalization } = images;
  await writeFileAtomic(
    files.architecture,
    architectureFile({
      ...{
        space,
        source: sourceOf(space, declarationIn(run.config.space).declaration),
        architecture,
        input,
        classNames: classes,
        normalization,
      },
      costs: new Map(
        [...space.costs.values(), ...run.limits.map(({ cost }) => cost)].map((cost) => [
          cost.name,
          { value: cost.of(architecture), unit: cost.unit },
        ]),
      ),
      ...(accuracy.test !== null && {
        accuracy: { value: accuracy.test, source: `${run.dataName}, test images, trained ${accuracy.trained}` },
      }),
      provenance: {
        ...{
          version: VERSION,
          evaluator: `trained ${accuracy.trained}`,
          randomSeed: run.config.randomSeed,
          options: {},
        },
        ...(run.config.command !== undefined && { command: run.config.command }),
        ...(run.costFiles.length > 0 && { costTables: recordedFiles(run.costFiles) }),
      },
    }),
  );
  const trained = { graph, parameters: tensors, statistics: tensors };
  await writeFileAtomic(files.onnx, toOnnx(trained, { normalization, metadata, producerVersion: VERSION }));
  await writeFileAtomic(files.source, toPyTorch(graph));
  await writeFileAtomic(files.drawing, drawNetwork(graph, { title: `${space.name} ${text}` }));
}
