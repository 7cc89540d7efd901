/** Training a supernet along sampled paths. */
import type { PathSampler } from './sampling.js';
import type { Supernet } from './supernet.js';
import { type TrainTask, train } from './train.js';

/** How and how long a supernet is trained. */
export type SupernetTraining = Omit<TrainTask, 'engine' | 'images' | 'graphs'>;

/** Trains the paths that the sampler gives to each step. @throws as `train` does */
export function trainSupernet(supernet: Supernet, sampler: PathSampler, training: SupernetTraining): Promise<void> {
  const { engine, images } = supernet;
  return train({ ...training, engine, images, graphs: (step) => sampler(step).map((path) => supernet.graph(path)) });
}
