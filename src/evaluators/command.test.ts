import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFile, tiny } from '../benchmarks/testing/tiny.js';
import { InputError, LissnasError } from '../errors.js';
import { evaluateAll } from '../measurements/evaluate-all.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import { type CommandOptions, command } from './command.js';
import { evaluatorContract } from './testing/contract.js';

const fixture = fileURLToPath(new URL('testing/fixtures/program.mjs', import.meta.url));
const good = tiny.parse('pool,5,1');
const bad = tiny.parse('conv,3,0'); // what the fixture fails at

function program(mode: string, options: Partial<CommandOptions> = {}): Evaluator {
  const evaluator = command({ program: process.execPath, args: [fixture, mode], space: tiny, ...options });
  onTestFinished(() => evaluator.close?.());
  return evaluator;
}

function accuracyOf(outcome: Outcome): number {
  return outcome.kind === 'measured' ? outcome.accuracy : Number.NaN;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 30));
  expect(condition()).toBe(true);
}

evaluatorContract('command', () => ({
  evaluator: command({ program: process.execPath, args: [fixture, 'good'], space: tiny, concurrency: 2 }),
  architectures: [good, bad, tiny.parse('none,3,1')],
}));

test('measures with accuracy and costs; one process answers many questions', async () => {
  const evaluator = program('pid');
  const outcome = await program('good').evaluate(good);
  expect(outcome).toMatchObject({ kind: 'measured', accuracy: 71.5, costs: { ms: 5 } });
  const outcomes = await evaluateAll(evaluator, [good, bad, tiny.parse('none,3,0')]);
  expect(outcomes.map(accuracyOf)).toEqual([71.5, 60, 50]);
  expect(new Set(outcomes.map((o) => (o.kind === 'measured' ? o.costs.pid : 0))).size).toBe(1);
});

test('runs several copies at once and no more', async () => {
  const evaluator = program('pid', { concurrency: 2 });
  const many = Array.from({ length: 20 }, (_, i) => tiny.architecture([i % 3, i % 2, 1]));
  const outcomes = await Promise.all(many.map((architecture) => evaluator.evaluate(architecture)));
  expect(outcomes.map(accuracyOf)).toEqual(many.map(([a, b, c]) => 50 + 10 * a + b + 0.5 * c));
  expect(new Set(outcomes.map((o) => (o.kind === 'measured' ? o.costs.pid : 0))).size).toBe(2);
});

describe('a bad answer is a failed evaluation, and the next one works', () => {
  const cases: [mode: string, reason: RegExp][] = [
    ['garbage', /no JSON object: Epoch 1 {3}x{100,190}… \(logs belong on standard error\)/],
    ['wrong id', /answered id 6 where 1 was asked/],
    ['no id', /answered id undefined where 1 was asked/],
    ['bare NaN', /no JSON object: \{"id": 1, "accuracy": NaN\}/],
    ['infinite', /accuracy is Infinity, a finite number is needed/],
    ['no accuracy', /gave no accuracy/],
    ['text accuracy', /accuracy is "93\.1", a finite number/],
    ['bad cost', /cost "ms" is null, a finite number/],
    ['array', /no JSON object: \[1\]/],
    ['error', /the program says: out of memory: größer$/],
    ['bytes', /the program says: größer 🙂$/],
    ['crash', /ended with exit code 3; standard error ends: first line \/ CUDA error: device lost/],
    ['long line', /line of more than 1 MB/],
  ];
  test.each(cases)('%s', async (mode, reason) => {
    const evaluator = program(mode);
    const outcome = await evaluator.evaluate(bad);
    expect(outcome.kind).toBe('failed');
    expect(outcome.kind === 'failed' && outcome.reason).toMatch(reason);
    expect(accuracyOf(await evaluator.evaluate(good))).toBe(71.5);
    expect((await evaluator.evaluate(bad)).kind).toBe('failed');
    expect(accuracyOf(await evaluator.evaluate(good))).toBe(71.5);
  });
});

test('a hanging program is stopped at the time-out, even when it ignores SIGTERM, with all that it started', async () => {
  for (const mode of ['hang', 'ignores everything']) {
    const evaluator = program(mode, { timeoutS: 0.4 });
    expect(await evaluator.evaluate(bad)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/no answer within 0\.4 s/),
    });
    expect(accuracyOf(await program(mode, { timeoutS: 10 }).evaluate(good))).toBe(71.5);
    await evaluator.close?.();
  }
});

test('a flood on standard error does not stop the answer', async () => {
  expect(accuracyOf(await program('noisy stderr').evaluate(bad))).toBe(60);
});

test('a program that ends after each answer is started anew', async () => {
  const evaluator = program('once');
  for (let i = 0; i < 5; i++) expect(accuracyOf(await evaluator.evaluate(good))).toBe(71.5);
});

test('three crashes before any answer: it gives up with the last reason and advice', async () => {
  const evaluator = program('dies at once');
  for (let i = 0; i < 2; i++) expect((await evaluator.evaluate(good)).kind).toBe('failed');
  const error = await evaluator.evaluate(good).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(LissnasError);
  expect(error.message).toMatch(
    /broke down 3 times in a row.*exit code 4; standard error ends: Traceback: no module named torch.*by hand/,
  );
  await expect(evaluator.evaluate(bad)).rejects.toBe(error);
});

test('single crashes among answers are tolerated for ever', async () => {
  const evaluator = program('crash');
  for (let i = 0; i < 4; i++) {
    expect((await evaluator.evaluate(bad)).kind).toBe('failed');
    expect((await evaluator.evaluate(good)).kind).toBe('measured');
  }
});

test('a program that cannot be started is the user’s mistake, at once', async () => {
  for (const missing of ['lissnas-no-such-program', temporaryFile('notes.txt', 'no program')]) {
    const evaluator = program('', { program: missing });
    const error = await evaluator.evaluate(good).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(/cannot be started: (there is no such program|it is not executable)/);
  }
  expect(() => program('good', { timeoutS: 0 })).toThrow(InputError);
  expect(() => program('good', { concurrency: 1.5 })).toThrow(InputError);
});

test('no shell: arguments reach the program as they are', async () => {
  const evaluator = program('$(exit 9); good');
  expect(accuracyOf(await evaluator.evaluate(good))).toBe(71.5);
});

test('an abort kills the program and rejects with the reason; the evaluator lives on', async () => {
  const evaluator = program('slow');
  const stop = new AbortController();
  const reason = new Error('stop');
  const answer = evaluator.evaluate(bad, stop.signal);
  setTimeout(() => stop.abort(reason), 200);
  await expect(answer).rejects.toBe(reason);
  expect(accuracyOf(await evaluator.evaluate(good))).toBe(71.5);
});

test('closing ends every process, also one that is busy and one that its program started', async () => {
  const idle = program('pid');
  const outcome = await idle.evaluate(good);
  const pid = outcome.kind === 'measured' ? outcome.costs.pid : 0;
  expect(isRunning(pid)).toBe(true);
  await idle.close?.();
  expect(isRunning(pid)).toBe(false);
  await expect(idle.evaluate(good)).rejects.toThrow(/has been closed/);

  const busy = program('slow');
  const answer = busy.evaluate(bad);
  answer.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  await busy.close?.();
  await expect(answer).rejects.toThrow(/closed during/);
});

test('what the program started dies with it', async () => {
  const script = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    process.stdin.on('data', (line) => console.log(JSON.stringify({ id: JSON.parse(line).id, accuracy: 1, costs: { pid: c.pid } })));`;
  const evaluator = program('', { args: ['-e', script] });
  const outcome = await evaluator.evaluate(good);
  const pid = outcome.kind === 'measured' ? outcome.costs.pid : 0;
  expect(isRunning(pid)).toBe(true);
  await evaluator.close?.();
  await until(() => !isRunning(pid));
});
