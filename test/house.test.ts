/** What every file of the product keeps to. */
import ts from 'typescript';
import { expect, it } from 'vitest';
import { forEachNode, productSources, type Source } from './sources.js';

const LONGEST = 350;
/** Folders that may know the time, draw without a seed or speak to the user. */
const WORLDLY = ['journal', 'workers', 'runs', 'cli'];
const FORBIDDEN = ['Math.random', 'Date.now', 'process.stdout', 'process.stderr'];

const sources = productSources();

it(`no file is longer than ${LONGEST} lines`, () => {
  expect(sources.filter(({ text }) => text.split('\n').length > LONGEST).map(({ path }) => path)).toEqual([]);
});

it('inner folders use neither the clock nor unseeded randomness, and nobody but the command line prints', () => {
  const found: string[] = [];
  for (const { path, tree } of sources) {
    const folder = path.split('/')[1] as string;
    forEachNode(tree, (node) => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !WORLDLY.includes(folder)) {
        found.push(`${path}: new Date`);
      }
      if (!ts.isPropertyAccessExpression(node)) return;
      const text = node.getText();
      if (FORBIDDEN.includes(text) && !WORLDLY.includes(folder)) found.push(`${path}: ${text}`);
      if (text.startsWith('console.') && folder !== 'cli') found.push(`${path}: ${text}`);
    });
  }
  expect(found).toEqual([]);
});

it('every exported symbol has a docstring', () => {
  expect(sources.flatMap(undocumented)).toEqual([]);
});

it('finds a missing docstring', () => {
  const text = '/** a */ export const a = 1; export function b() {} export interface C {} const d = 1; export { d };';
  const tree = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
  expect(undocumented({ path: 'x.ts', text, tree })).toEqual(['x.ts: b', 'x.ts: C']);
});

function undocumented({ path, tree }: Source): string[] {
  return tree.statements.filter(isExported).flatMap((statement) => {
    if (ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map((declaration) => declaration.name.getText())
      : [(statement as ts.DeclarationStatement).name?.getText() ?? 'default'];
    // of an overloaded function the first signature carries the docstring
    const documented = tree.statements.some(
      (other) =>
        ts.isFunctionDeclaration(other) &&
        names.includes(other.name?.getText() ?? '') &&
        ts.getJSDocCommentsAndTags(other).length > 0,
    );
    return documented ? [] : names.map((name) => `${path}: ${name}`);
  });
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
