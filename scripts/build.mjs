/** Builds the library, the command line and the pages into dist/. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import buildKernels, { KERNELS } from './build-kernels.mjs';
import buildWeb from './build-web.mjs';
import { BUILD_STAMP, hashSources, root } from './stamps.mjs';

rmSync(join(root, 'dist'), { recursive: true, force: true });
rmSync(BUILD_STAMP, { force: true });

await buildKernels();
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

copyFileSync(join(root, KERNELS), join(root, 'dist/engine/kernels.wasm'));
await buildWeb();
const main = join(root, 'dist/cli/main.js');
if (existsSync(main)) chmodSync(main, 0o755);
mkdirSync(dirname(BUILD_STAMP), { recursive: true });
writeFileSync(BUILD_STAMP, hashSources());
