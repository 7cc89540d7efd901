/**
 * What `npm test` runs after the set-up: types, lint, dead code and packaging (`npm run lint`), then all tests.
 * With arguments, only vitest with those arguments. The last line is always "N passed, N failed, N skipped".
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './stamps.mjs';

const chosen = process.argv.slice(2);
const report = join(root, '.build/tests.json');
mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });

const lint = chosen.length > 0 ? 0 : run('scripts/lint.mjs');
const vitest = run(
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...chosen,
);

const counted = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests = 0, numTodoTests = 0 } = counted;
const unseen = Number(lint !== 0) + Number(vitest !== 0 && failed === 0); // faults that are not failed tests
console.log(`${passed} passed, ${failed + unseen} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = lint || vitest;

function run(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
