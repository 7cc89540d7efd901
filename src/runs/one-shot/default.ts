/** The run that needs nothing from outside: small mobile networks on generated images of shapes. */
import { type OneShotConfig, oneShotSchema } from './config.js';

/** How the default run is varied. */
export interface DefaultOptions {
  /** so short that it shows how things work and not how good they are */
  readonly quick?: boolean;
  readonly control?: boolean;
  readonly randomSeed?: number;
}

/** The embedded default: about 8 minutes on two cores, or under one with `quick`. */
export function defaultOneShot({ quick = false, control = false, randomSeed = 1 }: DefaultOptions = {}): OneShotConfig {
  const cosine = (learningRate: number) => ({ kind: 'cosine', learningRate });
  const flip = { padding: 2, flip: false };
  const length = quick
    ? {
        ...{ train: 4000, test: 500, lead: 60, warmUp: 150, training: 100, scratch: 120 },
        ...{ shrink: 24, search: 16, size: 500, references: 2 },
      }
    : {
        ...{ train: 20_000, test: 4000, lead: 700, warmUp: 3500, training: 3000, scratch: 2000 },
        ...{ shrink: 120, search: 100, size: 1000, references: 4 },
      };
  return oneShotSchema.parse({
    space: 'mobile-tiny',
    data: { kind: 'shapes', train: length.train, test: length.test, randomSeed: 1 },
    validation: quick ? 400 : 2000,
    supernet: {
      warmUp: { batch: 32, lead: length.lead, steps: length.warmUp, schedule: cosine(0.1), augmentation: flip },
      training: { batch: 32, steps: length.training, schedule: cosine(0.05), augmentation: flip },
    },
    shrink: { evaluations: length.shrink, size: length.size, limits: [{ cost: 'flops_m', max: 1.6 }] },
    search: { evaluations: length.search },
    scratch: { batch: 32, steps: length.scratch, schedule: cosine(0.1), augmentation: flip },
    references: length.references,
    control,
    randomSeed,
  });
}
