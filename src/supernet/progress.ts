/** How far a training has come, for people: moving averages over its steps. */

/** What one step did. */
export interface Learned {
  readonly step: number;
  /** mean over the step's paths */
  readonly loss: number;
  /** percent of the batch, mean over the step's paths */
  readonly accuracy: number;
  /** images times paths */
  readonly images: number;
  readonly learningRate: number;
  /** before clipping */
  readonly gradientNorm: number;
}

/** The state of a training after a step. */
export interface TrainProgress {
  /** steps done, of the whole training */
  readonly done: number;
  readonly steps: number;
  /** moving average */
  readonly loss: number;
  /** moving average, percent of the training images in training mode */
  readonly accuracy: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** what this step alone did */
  readonly learned: Learned;
  /** since this call of `train` began; images that several paths learned from count several times. Only where a clock was given */
  readonly imagesPerSecond?: number;
}

interface MeterOptions {
  readonly steps: number;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** milliseconds */
  readonly now?: () => number;
}

/** Takes note of steps and reports them. The clock starts now. */
export function startMeter({ steps, onProgress, now }: MeterOptions): { add(learned: Learned): void } {
  const started = now?.();
  const loss = movingAverage();
  const accuracy = movingAverage();
  let images = 0;
  return {
    add(learned) {
      images += learned.images;
      const seconds = now === undefined || started === undefined ? 0 : (now() - started) / 1000;
      onProgress?.({
        done: learned.step + 1,
        steps,
        loss: loss(learned.loss),
        accuracy: accuracy(learned.accuracy),
        learningRate: learned.learningRate,
        gradientNorm: learned.gradientNorm,
        learned,
        ...(seconds > 0 && { imagesPerSecond: images / seconds }),
      });
    },
  };
}

/** Weight of the past in a moving average: about the last twenty values count. */
const MEMORY = 0.95;

/** An exponential average without the pull towards its start (Kingma and Ba, arXiv 1412.6980, section 3). */
function movingAverage(): (value: number) => number {
  let sum = 0;
  let weight = 0;
  return (value) => {
    sum = MEMORY * sum + (1 - MEMORY) * value;
    weight = MEMORY * weight + (1 - MEMORY);
    return sum / weight;
  };
}
