/** A Redis of a test's own, in a folder of its own, and workers for it as real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Started, type StartOptions, start } from './cli.js';

/** A server that can be ended and started again with all that it has kept. */
export interface RedisServer {
  readonly url: string;
  /** Ends it as a fault of the machine would. */
  kill(): Promise<void>;
  /** Starts it again at the same port. */
  restart(): Promise<void>;
}

/** How a server differs from the plain one. */
export interface RedisServerOptions {
  /** when it writes to the disk: before every answer, or, as Redis has it by default, every second */
  readonly written?: 'always' | 'everysec';
  readonly password?: string;
  /** files of a certificate for 127.0.0.1 and its key; then it speaks TLS only */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** @param folder where it keeps everything */
export async function startRedis(
  executable: string,
  folder: string,
  { password, tls, written = 'always' }: RedisServerOptions = {},
): Promise<RedisServer> {
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', appendfsync: written, save: '' };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (password !== undefined) words.push('--requirepass', password);
  if (tls !== undefined) {
    words.push('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no');
    words.push('--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.cert);
  }
  const begin = async () => {
    const child = spawn(executable, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((ready, failed) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ready to accept connections')) ready();
      });
      child.once('exit', () => failed(new Error(`Redis ended: ${said}`)));
    });
    return child;
  };
  let child: ChildProcess = await begin();
  return {
    url: `redis${tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async restart() {
      child = await begin();
    },
  };
}

/** A worker process; it takes work once it has said so. */
export interface WorkerProcess extends Started {
  /** Ends it at once, as a fault of the machine would. */
  kill(): Promise<void>;
}

/** Starts `lissnas worker ...args`. */
export function startWorkerProcess(args: readonly string[], folder: string, options?: StartOptions): WorkerProcess {
  return killable(start(['worker', ...args], folder, options));
}

/** A process with a way to end it at once. */
export function killable(started: Started): WorkerProcess {
  return {
    ...started,
    async kill() {
      started.child.kill('SIGKILL');
      await started.ended;
    },
  };
}

/** Waits until something is the case. @throws Error after the time, seconds */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, withinS = 400): Promise<void> {
  const end = performance.now() + 1000 * withinS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited ${withinS} s in vain for ${what}`);
    await pause(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
