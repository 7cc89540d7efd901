/** The files of a one-shot run beside those of every run. */
import { join } from 'node:path';

/** Where a one-shot run keeps its parts. */
export interface OneShotFiles {
  /** of the supernet, by training: full path of the checkpoint */
  checkpoint(training: string): string;
  /** of the network that is being trained from scratch */
  readonly scratchCheckpoint: string;
  /** of a stage's evaluations */
  journal(stage: string): string;
  readonly journals: string;
  /** the choices that a baseline has left */
  dropped(baseline: string): string;
  readonly best: {
    readonly onnx: string;
    readonly weights: string;
    readonly architecture: string;
    readonly source: string;
    readonly drawing: string;
  };
  readonly result: string;
}

/** The files in a run's folder. */
export function oneShotFiles(folder: string): OneShotFiles {
  const journals = join(folder, 'journals');
  return {
    checkpoint: (training) => join(folder, `supernet-${training}.safetensors`),
    scratchCheckpoint: join(folder, 'scratch.safetensors'),
    journal: (stage) => join(journals, `${stage}.ndjson`),
    journals,
    dropped: (baseline) => join(folder, `${baseline}.json`),
    best: {
      onnx: join(folder, 'best.onnx'),
      weights: join(folder, 'best.safetensors'),
      architecture: join(folder, 'best.json'),
      source: join(folder, 'best.py'),
      drawing: join(folder, 'best.svg'),
    },
    result: join(folder, 'result.json'),
  };
}
