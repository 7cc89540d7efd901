/** What a configuration calls its space, without reading the space. */
import { basename } from 'node:path';
import type { Config } from '../runs/config.js';

/** The name of a configuration's space; empty where its declaration has none. */
export function spaceNameOf(space: Config['space']): string {
  if (typeof space === 'string') return space;
  if ('file' in space) return basename(space.file).replace(/\.\w+$/, '');
  return /^name:[ \t]*(["']?)(.+?)\1[ \t]*$/m.exec(space.declaration)?.[2] ?? '';
}
