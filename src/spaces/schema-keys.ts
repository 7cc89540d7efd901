/** Which keys a schema allows somewhere inside, for messages about unknown ones. */
import { z } from 'zod';

/** The keys that the map at a path of a value may have; none where the schema has no map there. */
export function keysAt(root: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = path.reduce<readonly z.ZodType[]>(
    (schemas, key) => schemas.flatMap((schema) => [...insideOf(schema, key)]),
    variants(root),
  );
  const maps = found.filter((schema) => schema instanceof z.ZodObject);
  return [...new Set(maps.flatMap((map) => Object.keys(map.shape)))];
}

/** What a schema says of the value under a key. */
function insideOf(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject && key in schema.shape) return variants(schema.shape[key as string] as z.ZodType);
  if (schema instanceof z.ZodRecord) return variants(schema.valueType as z.ZodType);
  return schema instanceof z.ZodArray ? variants(schema.element as z.ZodType) : [];
}

/** What the value may be, without what makes it optional or fills it in. */
function variants(schema: z.ZodType): z.ZodType[] {
  let own = schema;
  while (
    own instanceof z.ZodOptional ||
    own instanceof z.ZodExactOptional ||
    own instanceof z.ZodDefault ||
    own instanceof z.ZodPrefault
  ) {
    own = own.unwrap() as z.ZodType;
  }
  return own instanceof z.ZodUnion ? own.options.flatMap((option) => variants(option as z.ZodType)) : [own];
}
