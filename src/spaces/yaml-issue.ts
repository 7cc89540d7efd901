/** Turns a schema issue into one sentence: where, which value, what was allowed. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, and at which path of it. */
export interface DescribedIssue {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/**
 * Describes an issue that a schema found in `value`. The schema's own messages begin with "must".
 * @param allowedKeys the keys that the map at a path may have
 * @param whole how the whole value is called
 */
export function describeIssue(
  issue: Issue,
  value: unknown,
  allowedKeys: (path: readonly PropertyKey[]) => readonly string[],
  whole = 'the file',
): DescribedIssue {
  const { path, ...rest } = innermost(issue);
  const where = path.length === 0 ? whole : pathText(path);
  if (rest.code === 'unrecognized_keys') {
    const keys = rest.keys.map((key) => `"${key}"`).join(', ');
    return {
      message: `unknown key ${keys} in ${where}; allowed are ${allowedKeys(path).join(', ')}`,
      path: [...path, rest.keys[0]!],
    };
  }
  if (rest.code === 'invalid_key') {
    return { message: `the name "${String(path.at(-1))}" ${rest.issues[0]?.message ?? rest.message}`, path };
  }
  const found = valueAt(value, path);
  const shown = found === undefined ? 'is missing' : `is ${show(found)}`;
  return { message: `${where} ${rest.message}, but ${shown}`, path };
}

/** Of a union's issues, those of the variant whose outer form fits. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const fitting = issue.errors.find((issues) => {
    const first = issues[0];
    return first !== undefined && (first.path.length > 0 || !['invalid_type', 'invalid_union'].includes(first.code));
  })?.[0];
  return fitting === undefined ? issue : innermost({ ...fitting, path: [...issue.path, ...fitting.path] });
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? String(step) : `.${String(step)}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  }
  return JSON.stringify(value).slice(0, 60);
}
