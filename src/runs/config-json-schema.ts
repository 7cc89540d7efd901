/** The published JSON Schema of `config.yaml`, for editors: of both kinds of runs. */
import { z } from 'zod';
import { configSchema } from './config.js';
import { oneShotSchema } from './one-shot/config.js';

/** JSON Schema of `config.yaml`, as published in schemas/config.schema.json: `anyOf` a run on measurements and one that trains. */
export function configJsonSchema(): object {
  const kinds = [
    configSchema.meta({ title: 'A run on measurements: a table, a surrogate or a program' }),
    oneShotSchema.meta({ title: 'A run that trains a supernet, shrinks by it, searches and exports' }),
  ];
  return z.toJSONSchema(z.union(kinds), { io: 'input' });
}
