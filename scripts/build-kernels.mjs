/**
 * Compiles the kernels of the training engine (AssemblyScript) to src/engine/kernels.wasm, where sources have changed since the last time.
 * Before that it writes src/engine/kernels/dispatch.ts from the table of instructions, so that codes and arguments agree by construction.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from './compile.mjs';
import { hashFiles, root } from './stamps.mjs';

const FOLDER = 'src/engine/kernels';
const TABLE = 'src/engine/instructions.ts';
const DISPATCH = 'dispatch.ts';
const COPY = join('.build', 'src/engine/kernels.wasm'); // beside what scripts/run.mjs makes of the code that reads it
const STAMP = '.build/kernels-stamp';

/** The binary, by its path from the root. */
export const KERNELS = 'src/engine/kernels.wasm';

/** Makes the kernels' binary where it is missing or older than its sources. Vitest calls this before all tests. @throws Error where they do not compile */
export default async function buildKernels() {
  const sources = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.ts') && name !== DISPATCH);
  const read = ['package-lock.json', 'scripts/build-kernels.mjs', TABLE, ...sources.map((name) => join(FOLDER, name))];
  const stamp = hashFiles(read);
  const made = [KERNELS, COPY, join(FOLDER, DISPATCH)];
  if (made.every((path) => existsSync(join(root, path))) && textOf(STAMP) === stamp) return;

  const { instructions, FLOATS } = await import(pathToFileURL(compile(join(root, TABLE))).href);
  writeFileSync(join(root, FOLDER, DISPATCH), dispatchSource(instructions, FLOATS, sources));
  mkdirSync(dirname(join(root, COPY)), { recursive: true });
  const unfinished = `${COPY}.${process.pid}`;
  await assemble(unfinished);
  copyFileSync(join(root, unfinished), join(root, `${KERNELS}.${process.pid}`));
  renameSync(join(root, `${KERNELS}.${process.pid}`), join(root, KERNELS));
  renameSync(join(root, unfinished), join(root, COPY));
  writeFileSync(join(root, STAMP), stamp);
}

function textOf(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

/** One call per instruction; its arguments are loaded from the program in the table's order. */
function dispatchSource(instructions, floats, sources) {
  const kernels = new Map(sources.flatMap(exportedFunctions));
  const imports = [];
  const cases = Object.entries(instructions).map(([name, words], index) => {
    const kernel = kernels.get(name);
    if (kernel === undefined) throw new Error(`${FOLDER} exports no function for the instruction ${name}.`);
    const [begin, end, ...parameters] = kernel.parameters;
    const found = parameters.map((parameter) => parameter.name).join(' ');
    if (begin?.name !== 'begin' || end?.name !== 'end' || found !== words) {
      throw new Error(
        `${FOLDER}/${kernel.file}: ${name} takes "${found}" after begin and end, and ${TABLE} says "${words}".`,
      );
    }
    const wrong = parameters.find((parameter) => (parameter.type === 'f32') !== floats.has(parameter.name));
    if (wrong !== undefined) throw new Error(`${FOLDER}/${kernel.file}: ${name} takes ${wrong.name} as ${wrong.type}.`);
    imports.push(`import { ${name} } from './${kernel.file.replace(/\.ts$/, '')}';`);
    const loads = parameters.map(({ type }, k) => `load<${type}>(words, ${4 * k})`);
    return `    case ${index + 1}: return ${name}(begin, end, ${loads.join(', ')});`;
  });
  return [
    `/** Made by scripts/build-kernels.mjs from ${TABLE}: calls the kernel of an instruction code with the arguments at \`words\`. */`,
    ...imports,
    '',
    '/** Carries out the items begin .. end - 1 of an instruction. */',
    'export function dispatch(code: i32, begin: i32, end: i32, words: usize): void {',
    '  switch (code) {',
    ...cases,
    '    default: unreachable();',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Entries [name, {file, parameters}] of the functions that a source exports. */
function exportedFunctions(file) {
  const text = readFileSync(join(root, FOLDER, file), 'utf8');
  return [...text.matchAll(/^export function (\w+)\(([^)]*)\): void/gm)].map(([, name, list]) => [
    name,
    { file, parameters: [...list.matchAll(/(\w+): (\w+)/g)].map(([, name, type]) => ({ name, type })) },
  ]);
}

async function assemble(target) {
  const { main } = await import('assemblyscript/asc');
  const options = ['--enable', 'simd,threads', '--runtime', 'stub', '--importMemory', '--sharedMemory', '--noAssert'];
  const memory = ['--initialMemory', '1', '--maximumMemory', '65536'];
  const quiet = ['--disableWarning', '112']; // vectors in signatures, which no function has that leaves the module
  const files = [join(FOLDER, 'run.ts'), '--baseDir', root, '--outFile', target];
  const { error } = await main([...files, '-O3', ...options, ...memory, ...quiet], {
    stdout: process.stderr,
    stderr: process.stderr,
  });
  if (error !== null) throw new Error(`The kernels in ${FOLDER} do not compile.`, { cause: error });
}
