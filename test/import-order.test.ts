/** The order of the house: a folder of src/ imports from folders above it in this list, never from below. */
import { posix } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { forEachNode, productSources, type Source } from './sources.js';

const ORDER = [
  'errors.ts',
  'math',
  'spaces',
  'networks',
  'costs',
  'space-files',
  'measurements',
  'locality',
  'predictors',
  'search',
  'shrink',
  'benchmarks',
  'datasets',
  'engine',
  'supernet',
  'journal',
  'queue',
  'evaluators',
  'workers',
  'runs',
  'report',
  'server',
  'cli',
  'index.ts',
];

/** The modules that a file names: static, re-exporting, type and dynamic imports. */
function importsOf({ tree }: Pick<Source, 'tree'>): string[] {
  const named: (ts.Node | undefined)[] = [];
  forEachNode(tree, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) named.push(node.moduleSpecifier);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) named.push(node.argument.literal);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      named.push(node.arguments[0]);
  });
  return named.filter((node) => node !== undefined && ts.isStringLiteralLike(node)).map((node) => node.text);
}

/** Paths of the repository that a file imports. */
function relativeImports(source: Source): string[] {
  return importsOf(source)
    .filter((module) => module.startsWith('.'))
    .map((module) => posix.join(posix.dirname(source.path), module).replace(/\.js$/, '.ts'));
}

const room = (path: string) => path.split('/')[1] as string;
const sources = productSources();

it('reads every kind of import', () => {
  const text = `import a from './a.js'; import './b.js'; export * from './c.js'; type D = import('./d.js').D;
    const e = () => import('./e.js'); // import './not.js'`;
  const tree = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
  expect(importsOf({ tree })).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js']);
});

it('names every folder and file that stands directly in src', () => {
  expect([...new Set(sources.map(({ path }) => room(path)))].filter((name) => !ORDER.includes(name))).toEqual([]);
});

it('imports run in one direction', () => {
  const wrong = sources.flatMap((source) =>
    relativeImports(source)
      .filter((target) => ORDER.indexOf(room(target)) > ORDER.indexOf(room(source.path)) || !target.startsWith('src/'))
      .map((target) => `${source.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

it('no file imports itself by way of others', () => {
  const importsBy = new Map(sources.map((source) => [source.path, relativeImports(source)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of importsBy.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of importsBy.keys()) walk(path, []);
  expect(cycles).toEqual([]);
});
