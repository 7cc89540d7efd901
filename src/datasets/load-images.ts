/** Images that are those that were meant. */
import { createHash } from 'node:crypto';
import { InputError } from '../errors.js';
import type { ImagesSpec } from './images-schema.js';
import { loadDataset } from './index.js';
import type { LoadedDataset } from './loaded.js';

/** Reads or generates images, with their hash. @throws InputError where they are not those whose hash is known, beside what `loadDataset` refuses */
export async function loadImages(
  { sha256: known, ...data }: ImagesSpec,
  signal?: AbortSignal,
): Promise<LoadedDataset & { readonly sha256: string }> {
  const { train, test } = await loadDataset(data, signal);
  const facts = [train.sha256, test.sha256, ...train.classes];
  const sha256 = createHash('sha256').update(facts.join('\n')).digest('hex');
  if (known !== undefined && known !== sha256) {
    const place = 'path' in data ? { file: data.path } : {};
    throw new InputError(`the images of "${train.name}" have changed since this configuration was written`, place);
  }
  return { train, test, sha256 };
}
