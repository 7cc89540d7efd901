/** Runs a TypeScript file of this repository: node scripts/run.mjs FILE.ts [ARGUMENTS] */
import { pathToFileURL } from 'node:url';
import buildKernels from './build-kernels.mjs';
import { compile } from './compile.mjs';

const [node, , file, ...rest] = process.argv;
if (file === undefined) {
  console.error('usage: node scripts/run.mjs FILE.ts [ARGUMENTS]');
  process.exitCode = 2;
} else {
  await buildKernels();
  const compiled = compile(file);
  process.argv = [node, compiled, ...rest];
  await import(pathToFileURL(compiled).href);
}
