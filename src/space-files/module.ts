/** A space from a module of a user's, in JavaScript or TypeScript. To read a module is to run it, so only who names one on purpose may come here. */
import { stat } from 'node:fs/promises';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../errors.js';
import type { SearchSpace } from '../spaces/space.js';
import { readFault } from '../spaces/text-file.js';

/** Whether a path is that of a module. */
export function isModule(path: string): boolean {
  return /\.m?[jt]s$/i.test(path);
}

/**
 * Runs a module and takes the space that it exports, by default or by the name `space`.
 * @throws InputError where there is no such file, it cannot be run, or exports no space
 */
export async function spaceFromModule(file: string): Promise<SearchSpace> {
  const found = await stat(file).catch((error: unknown) => {
    throw new InputError(readFault(error), { file }, { cause: error });
  });
  if (found.isDirectory()) throw new InputError('this is a folder, not a file', { file });
  prepare();
  const exported = await run(file);
  const value = exported.default ?? exported.space;
  if (isSpace(value)) return value;
  const names = Object.keys(exported);
  if (value === undefined) {
    const others = names.length === 0 ? 'nothing' : names.join(', ');
    throw new InputError(
      `the module has no default export and none named "space"; give it one, made with defineSpace (it exports ${others})`,
      { file },
    );
  }
  const which = exported.default === undefined ? 'the export "space"' : 'the default export';
  throw new InputError(`${which} must be a space made with defineSpace, but is ${kindOf(value)}`, { file });
}

async function run(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, { file }, { cause: error });
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const isCommonJs = /import statement outside a module|Unexpected token 'export'/.test(reason);
    const advice = isCommonJs ? '; name it .mjs, or put "type": "module" into the package.json beside it' : '';
    throw new InputError(`the module cannot be run: ${reason.split('\n')[0]!}${advice}`, { file }, { cause: error });
  }
}

/** Whether a value has what every space has; a space of another copy of the library is as good. */
function isSpace(value: unknown): value is SearchSpace {
  if (typeof value !== 'object' || value === null) return false;
  const { name, dimensions, size, costs, ...methods } = value as Partial<Record<keyof SearchSpace, unknown>>;
  const isData =
    typeof name === 'string' && Array.isArray(dimensions) && typeof size === 'bigint' && costs instanceof Map;
  const names = ['isValid', 'architecture', 'parse', 'format', 'canonical', 'sample'] as const;
  return isData && names.every((method) => typeof methods[method] === 'function');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  return typeof value === 'function' ? 'a function' : `${typeof value} ${String(value)}`;
}

/**
 * What a module may import and how TypeScript is read, as text, so that no file has to be found beside this one: `lissnas` is this
 * library; types are taken out of TypeScript files that are in no package; `.js` may stand for a `.ts` file beside the importing one.
 */
const HOOKS = `
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const isTypeScript = (url) => /^file:.*\\.m?ts$/i.test(url ?? '') && !url.includes('/node_modules/');
let library;
let stripper;

export function initialize(data) {
  library = data.library;
  stripper = createRequire(data.from)('@swc/wasm-typescript');
}

export async function resolve(specifier, context, next) {
  if (specifier === 'lissnas') return { url: library, shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    const isOurs = isTypeScript(context.parentURL) && /^\\.\\.?\\/.*\\.m?js$/.test(specifier);
    if (!isOurs || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier.replace(/js$/, 'ts'), context);
  }
}

export async function load(url, context, next) {
  if (!isTypeScript(url)) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  try {
    const { code } = stripper.transformSync(source, { mode: 'strip-only', module: true });
    return { format: 'module', source: code, shortCircuit: true };
  } catch (error) {
    throw new SyntaxError('line ' + error.startLine + ', column ' + error.startColumn + ': ' + error.message);
  }
}
`;

let isPrepared = false;

/** Sets up, once in a process, how modules of users are read. */
function prepare(): void {
  if (isPrepared) return;
  isPrepared = true;
  const library = new URL('../index.js', import.meta.url).href;
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: { library, from: import.meta.url } });
}
