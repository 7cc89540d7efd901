/** What the configuration of a run says, as far as it can be read. */
import { join } from 'node:path';
import { exists } from '../../runs/atomic.js';
import { type Config, namesSupernet, readConfig, readConfigDocument } from '../../runs/config.js';
import type { OneShotConfig } from '../../runs/one-shot/config.js';
import { oneShotFiles } from '../../runs/one-shot/files.js';
import { readOneShotConfig } from '../../runs/one-shot/run.js';
import { readTextFile } from '../../spaces/text-file.js';
import type { Attempt } from './attempt.js';

/** A configuration of either kind; both are absent where it cannot be read. */
export interface SeenConfig {
  readonly kind: 'shrink' | 'one-shot';
  readonly text: string;
  readonly shrink?: Config;
  readonly oneShot?: OneShotConfig;
}

const LARGEST_CONFIG = 2_000_000; // bytes

/** Reads the configuration in a run's folder. Which kind of run it is shows in its other files where the configuration does not say. */
export async function seeConfig(folder: string, attempt: Attempt): Promise<SeenConfig> {
  const file = join(folder, 'config.yaml');
  const text = await attempt(() => readTextFile(file, LARGEST_CONFIG, 'a configuration'));
  const { result, journals } = oneShotFiles(folder);
  const trains = (await exists(result)) || (await exists(journals));
  if (text === undefined) return { kind: trains ? 'one-shot' : 'shrink', text: '' };
  const isOneShot = await attempt(async () => namesSupernet(await readConfigDocument(file)));
  if (isOneShot === undefined) return { kind: trains ? 'one-shot' : 'shrink', text };
  if (isOneShot) {
    const oneShot = await attempt(() => readOneShotConfig(file));
    return { kind: 'one-shot', text, ...(oneShot && { oneShot }) };
  }
  const shrink = await attempt(() => readConfig(file));
  return { kind: 'shrink', text, ...(shrink && { shrink }) };
}
