/** Reads one YAML document strictly, and remembers where in the text each value stands. */
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import { InputError } from '../errors.js';

/** Plain data and where it came from. Key order is the file's; no key is `__proto__`. */
export interface YamlDocument {
  readonly value: unknown;
  /** 1-based line and column of the value at a path, or of the nearest one around it. */
  place(path: readonly PropertyKey[]): { readonly line: number; readonly column: number };
}

/**
 * Parses the text as YAML 1.2. Nothing is executed: unknown tags are errors, aliases are limited.
 * @throws InputError with line and column for bad syntax, an empty text, repeated keys, keys that are not plain text
 */
export function readYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const fail = (message: string, offset: number): never => {
    const { line, col } = lines.linePos(offset);
    throw new InputError(`line ${Math.max(1, line)}, column ${Math.max(1, col)}: ${message}`, { file });
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: false,
    });
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault !== undefined) {
      const overflow = /call stack/.test(fault.message);
      return fail(overflow ? 'the values are nested too deeply' : oneLine(fault.message), fault.pos[0]);
    }
    if (document.contents === null) throw new InputError('the file is empty', { file });
    visit(document, { Map: (_, map) => checkKeys(map, fail) });
    return {
      value: document.toJS(),
      place: (path) => {
        const { line, col } = lines.linePos(nodeAt(document.contents, path)?.range?.[0] ?? 0);
        return { line, column: col };
      },
    };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof RangeError)
      throw new InputError('the values are nested too deeply', { file }, { cause: error });
    if (error instanceof ReferenceError) {
      throw new InputError(`the aliases cannot be resolved (${oneLine(error.message)})`, { file }, { cause: error });
    }
    throw error;
  }
}

function checkKeys(map: YAMLMap, fail: (message: string, offset: number) => never): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    const offset = (isNode(key) ? key.range?.[0] : undefined) ?? 0;
    if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
      fail('a key must be plain text', offset);
    } else if (key.value === '__proto__') {
      fail('"__proto__" is not allowed as a key', offset);
    } else if (seen.has(String(key.value))) {
      fail(`the key "${key.value}" occurs twice`, offset);
    } else {
      seen.add(String(key.value));
    }
  }
}

function nodeAt(root: Node | null, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = root;
  let nearest: Node | undefined = root ?? undefined;
  for (const step of path) {
    const get: unknown = isNode(node) && 'get' in node ? node.get : undefined;
    if (typeof get !== 'function') break;
    node = isMap(node) ? node.get(String(step), true) : get.call(node, step, true);
    if (!isNode(node)) break;
    nearest = node;
  }
  return nearest;
}

function oneLine(text: string): string {
  return text.split('\n')[0]!.trim();
}
