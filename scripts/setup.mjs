/** Makes a fresh clone ready: installs and builds what is missing or out of date, and says nothing when there is nothing to do. */
import { spawnSync } from 'node:child_process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`LISSNAS needs Node 20.19 or newer, and this is Node ${process.versions.node}.`);
  process.exit(1);
}

const { isBuilt, isInstalled, root } = await import('./stamps.mjs');

if (!isInstalled()) {
  console.error('Installing packages (npm ci) ...');
  step(...npm(), 'ci', '--no-audit', '--no-fund');
}
if (!isBuilt()) {
  console.error('Building ...');
  step(process.execPath, 'scripts/build.mjs');
}

function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

/** Runs a command with all its output on stderr, so that stdout stays clean for the program. */
function step(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
