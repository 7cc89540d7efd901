/** The programs and the table that the documentation shows do what it says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { readTable } from '../benchmarks/read-table.js';
import { temporaryFile } from '../benchmarks/testing/tiny.js';
import { defineSpace } from '../spaces/define.js';
import { command } from './command.js';
import { tabular } from './tabular.js';

const space = defineSpace({
  name: 'documented',
  dimensions: [
    { name: 'op', choices: ['pool', 'conv'] },
    { name: 'kernel', choices: [3, 5] },
    { name: 'width', choices: [16, 24] },
  ],
});

/** The first fenced block of this language in a page of docs/. */
function block(page: string, language: string): string {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/${page} has no ${language} block`);
  return found;
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.each([
  ['python', 'python3', 'evaluator.py', hasPython],
  ['js', process.execPath, 'evaluator.mjs', true],
] as const)('the %s evaluator answers', async (language, program, file, isThere) => {
  if (!isThere) return;
  const script = temporaryFile(file, block('own-evaluator.md', language));
  const evaluator = command({ program, args: [script], space, timeoutS: 20 });
  onTestFinished(() => evaluator.close?.());
  for (const [text, accuracy] of [
    ['conv,3,16', 77],
    ['pool,5,24', 80],
  ] as const) {
    const outcome = await evaluator.evaluate(space.parse(text));
    expect(outcome).toMatchObject({ kind: 'measured', accuracy, costs: { latency_ms: 1.5 } });
  }
});

test('the question that is shown is the question that is asked', async () => {
  const echo = `process.stdin.once('data', (line) => console.log(JSON.stringify({ id: 1, error: String(line).trim() })));`;
  const evaluator = command({ program: process.execPath, args: ['-e', echo], space });
  onTestFinished(() => evaluator.close?.());
  const outcome = await evaluator.evaluate(space.parse('conv,3,16'));
  expect(outcome.kind === 'failed' && outcome.reason).toBe(
    `the program says: ${block('own-evaluator.md', 'json').trim()}`,
  );
});

test('the table reads', async () => {
  const table = await readTable(temporaryFile('my-table.csv', block('own-table.md', 'csv')), space);
  expect(table.columns).toEqual(['accuracy', 'accuracy_10_epochs', 'latency_ms']);
  const evaluator = tabular(table, 'accuracy', { costs: ['latency_ms'] });
  expect(await evaluator.evaluate(space.parse('conv,3,16'))).toMatchObject({
    accuracy: 91.2,
    costs: { latency_ms: 1.31 },
  });
  expect((await evaluator.evaluate(space.parse('conv,5,24'))).kind).toBe('unavailable');
});
