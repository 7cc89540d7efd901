/** `training.ndjson`: loss and accuracy of the trainings of a run, a few hundred lines each. */
import { z } from 'zod';
import { liveFiles } from './files.js';
import { LineFile, readLines } from './line-file.js';

const LARGEST = 8_000_000; // bytes
const LINES = 200; // of one training

const lineSchema = z.object({
  /** what is trained */
  training: z.string(),
  /** steps done */
  step: z.int().min(1),
  /** mean over the steps since the line before */
  loss: z.number(),
  /** percent of the training images of these steps */
  accuracy: z.number(),
});

/** One line. */
export type TrainingLine = z.infer<typeof lineSchema>;

/** What one step of a training has learned. */
export interface LearnedStep {
  /** what is trained */
  readonly training: string;
  /** steps done */
  readonly step: number;
  /** steps of the whole training */
  readonly steps: number;
  readonly loss: number;
  /** percent of the batch */
  readonly accuracy: number;
}

/**
 * The lines of a run, in their order; none where there are none. Steps that were done again because their process had been killed come once,
 * as they were done last.
 */
export function readTrainings(folder: string): TrainingLine[] {
  const lines = readLines(liveFiles(folder).training).flatMap((value) => lineSchema.safeParse(value).data ?? []);
  const kept = new Map<string, TrainingLine[]>();
  for (const line of lines) {
    const before = kept.get(line.training) ?? [];
    while (before.length > 0 && before.at(-1)!.step >= line.step) before.pop();
    kept.set(line.training, [...before, line]);
  }
  return [...kept.values()].flat();
}

/** Goes on with a run's lines. */
export class TrainingLog {
  readonly #file: LineFile;
  #training: string | undefined;
  #steps = 0;
  #loss = 0;
  #accuracy = 0;

  constructor(folder: string) {
    this.#file = new LineFile(liveFiles(folder).training, LARGEST);
  }

  add({ training, step, steps, loss, accuracy }: LearnedStep): void {
    if (training !== this.#training) this.#begin(training);
    this.#steps++;
    this.#loss += loss;
    this.#accuracy += accuracy;
    if (step % Math.ceil(steps / LINES) !== 0 && step !== steps) return;
    const line: TrainingLine = {
      ...{ training, step },
      ...{ loss: rounded(this.#loss / this.#steps), accuracy: rounded(this.#accuracy / this.#steps) },
    };
    this.#file.append(line);
    this.#begin(training);
  }

  #begin(training: string): void {
    this.#training = training;
    this.#steps = 0;
    this.#loss = 0;
    this.#accuracy = 0;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
