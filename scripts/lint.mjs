/** Types, lint and format, dead code, packaging: runs all of them and exits with the code of the first that failed. */
import { spawnSync } from 'node:child_process';
import { root } from './stamps.mjs';

const steps = [
  ['node_modules/typescript/bin/tsc', '-p', '.'],
  [
    'node_modules/svelte-check/bin/svelte-check',
    '--workspace',
    'web',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
  ],
  ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
  ['node_modules/knip/bin/knip.js'],
  ['node_modules/publint/src/cli.js', '--strict'],
];

let code = 0;
for (const step of steps) {
  const name = step[0].split('/').slice(1, -2).join('/');
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' });
  if (status !== 0) console.error(`${name} found faults (exit code ${status}).`);
  code ||= status ?? 1;
}
process.exitCode = code;
