/** What is measured on NAS-Bench-Macro, and for how long. */
import { type SupernetRecipe, supernetRecipeSchema } from '../../src/supernet/recipe.js';

/** All that decides the numbers besides the random seed, the images and the table. */
export interface MacroSettings {
  /** of every supernet */
  readonly recipe: SupernetRecipe;
  /** training images that are held back to judge subnets by; nothing is judged by the test images, since the table's accuracies come from them */
  readonly validation: number;
  /** training images learned from; all that are left without it */
  readonly training?: number;
  /** batches of training images for a subnet's batch-norm statistics, and images in each */
  readonly calibrationBatches: number;
  readonly calibrationSize: number;
  /** by which column of the table the space is shrunk: one training of three */
  readonly signal: string;
  /** the truth: the mean of three trainings */
  readonly truth: string;
  /** two further trainings, whose agreement tells how well accuracies can be told apart at all */
  readonly others: readonly [string, string];
  /** table look-ups spent on shrinking */
  readonly shrinkEvaluations: number;
  readonly kept: number;
  /** subnets of the shrunk space, and of the whole space, by which supernets are compared */
  readonly references: number;
  /** evaluations of each search */
  readonly searchEvaluations: number;
  /** whether a third supernet is trained on the whole space for half of the steps and then inside */
  readonly warm: boolean;
}

/** What the command line may change. */
export interface MacroOptions {
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly paths?: number;
  readonly references?: number;
  readonly searchEvaluations?: number;
  readonly validation?: number;
  readonly warm?: boolean;
  /** a smoke test: few steps, few images */
  readonly tiny?: boolean;
}

/** The settings, the defaults filled in. @throws ZodError for a recipe that cannot be */
export function macroSettings(options: MacroOptions): MacroSettings {
  const { tiny = false, epochs = 6, batch = 64, learningRate = 0.004, weightDecay = 0.01, warm = false } = options;
  const { paths, references = 60, searchEvaluations = 30, validation = 3000 } = options;
  const recipe = supernetRecipeSchema.parse({
    batch: tiny ? 8 : batch,
    ...(tiny ? { steps: 2 } : { epochs }),
    optimizer: { kind: 'adamw', weightDecay },
    schedule: { kind: 'cosine', learningRate },
    augmentation: { padding: 0, flip: true },
    sampling: 'uniform',
    ...(paths !== undefined && { paths }),
  });
  const common = { recipe, signal: 'test1', truth: 'test_mean', others: ['test2', 'test3'], warm } as const;
  return tiny
    ? {
        ...{ ...common, validation: 20, training: 60, calibrationBatches: 1, calibrationSize: 10 },
        ...{ shrinkEvaluations: 40, kept: 20, references: 4, searchEvaluations: 4 },
      }
    : {
        ...{ ...common, validation, calibrationBatches: 8, calibrationSize: 125 },
        ...{ shrinkEvaluations: 230, kept: 150, references, searchEvaluations },
      };
}
