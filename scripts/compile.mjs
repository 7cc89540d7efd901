/**
 * Translates one TypeScript file and everything it imports, or names in a URL, by a relative path to JavaScript under .build/,
 * without checking types, so that Node 20 can run it. A file that has not changed is not translated again.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const RELATIVE_IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*|\bnew URL\()'(\.\.?\/[^']+)\.js'/g;

/** The path of the JavaScript that stands for the TypeScript file `entry`. */
export function compile(entry) {
  const seen = new Set();
  const visit = (source) => {
    if (seen.has(source)) return;
    seen.add(source);
    const target = targetOf(source);
    if (modified(target) < modified(source)) translate(source, target);
    for (const [, path] of readFileSync(target, 'utf8').matchAll(RELATIVE_IMPORT)) {
      const imported = resolve(dirname(source), `${path}.ts`);
      if (modified(imported) > 0) visit(imported);
    }
  };
  visit(resolve(entry));
  return targetOf(resolve(entry));
}

function targetOf(source) {
  return join(root, '.build', relative(root, source).replace(/\.ts$/, '.js'));
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function translate(source, target) {
  const ts = require('typescript');
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    fileName: source,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  writeFileSync(unfinished, outputText);
  renameSync(unfinished, target);
}
