/** The files of a one-shot run beside those of every run. */
import { join } from 'node:path';

/** The files of one network. */
export interface NetworkFiles {
  /** the model for ONNX Runtime and its like */
  readonly onnx: string;
  /** parameters and batch-norm statistics, safetensors */
  readonly weights: string;
  /** what the architecture is and what it costs, JSON */
  readonly architecture: string;
  /** the network in PyTorch */
  readonly source: string;
  /** SVG */
  readonly drawing: string;
}

/** The files of a network in a folder, by a common name. */
export function networkFiles(folder: string, name: string): NetworkFiles {
  const named = (ending: string) => join(folder, `${name}.${ending}`);
  return {
    onnx: named('onnx'),
    weights: named('safetensors'),
    architecture: named('json'),
    source: named('py'),
    drawing: named('svg'),
  };
}

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
  readonly best: NetworkFiles;
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
    best: networkFiles(folder, 'best'),
    result: join(folder, 'result.json'),
  };
}
