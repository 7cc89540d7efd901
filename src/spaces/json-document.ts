/** Reading a JSON document that states its format, checked against a schema. */
import type { z } from 'zod';
import { InputError } from '../errors.js';

/** A kind of document. */
export interface DocumentKind<T> {
  /** what the document is, e.g. 'a shrunk space' */
  readonly what: string;
  /** the value of its "format" */
  readonly format: string;
  readonly schema: z.ZodType<T>;
}

/** What a document says. @throws InputError (without a file) when it is no JSON, of another format or not of this form */
export function parseDocument<T>(text: string, { what, format, schema }: DocumentKind<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const fault = text.trimStart().startsWith('{')
      ? 'the file is cut short or damaged: it is not whole JSON'
      : 'not a JSON document';
    throw new InputError(fault, {}, { cause: error });
  }
  const stated = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (stated !== format) {
    throw new InputError(
      stated === undefined
        ? `this is not ${what}: it has no "format", which would be "${format}"`
        : `the format is ${JSON.stringify(stated).slice(0, 60)}, but this program reads "${format}"`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new InputError(
    `${pathText(issue.path)} ${issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys) : issue.message}`,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document';
  return `"${path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? String(step) : `.${String(step)}`)).join('')}"`;
}

function unknownKeys(keys: readonly string[]): string {
  return `has the unknown key ${keys.map((key) => JSON.stringify(key)).join(', ')}`;
}
