/** The command line as a user calls it: a process of its own, made from the sources as they are now. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './sources.js';

/** What a process left behind. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** what it has written to standard error so far */
  stderr(): string;
}

/** How a process is started. */
export interface StartOptions {
  /** added to this process's environment */
  readonly env?: NodeJS.ProcessEnv;
  /** the repository's folder, where this file has been translated to another one */
  readonly sources?: string;
}

/** Starts `lissnas ...args` in a folder. */
export function start(args: readonly string[], cwd: string, options: StartOptions = {}): Started {
  return startFile('src/cli/main.ts', args, cwd, options);
}

/** Starts a TypeScript file of the repository in a folder. */
export function startFile(
  file: string,
  args: readonly string[],
  cwd: string,
  { env = {}, sources = root }: StartOptions = {},
): Started {
  const child = spawn(process.execPath, [join(sources, 'scripts/run.mjs'), join(sources, file), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return { child, ended, stderr: () => stderr };
}

/** Runs `lissnas ...args` to its end. */
export function lissnas(args: readonly string[], cwd: string): Promise<Ended> {
  return start(args, cwd).ended;
}
