/** What a configuration calls its space, without reading the space. */
import { basename } from 'node:path';
import { z } from 'zod';

const configSchema = z.object({
  space: z.union([z.string(), z.object({ file: z.string() }), z.object({ declaration: z.string() })]),
});

/** The name of the space in the value of a config.yaml; empty where there is none. */
export function spaceNameIn(value: unknown): string {
  const space = configSchema.safeParse(value).data?.space;
  if (space === undefined) return '';
  if (typeof space === 'string') return space;
  if ('file' in space) return basename(space.file).replace(/\.\w+$/, '');
  return /^name:[ \t]*(["']?)(.+?)\1[ \t]*$/m.exec(space.declaration)?.[2] ?? '';
}
