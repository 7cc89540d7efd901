/** One running program that answers a line with a line. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** Longest answer that is read, characters. */
const LONGEST_LINE = 1_000_000;
const KEPT_OF_STDERR = 4_000;
/** How long a program may take to end after its input has closed, and again after SIGTERM, ms. */
const PATIENCE_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What to start, and how. */
export interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What came of a question. */
export type Reply =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'too long' }
  | { readonly kind: 'timed out' }
  /** the program ended, or was never there: `status` says how, in words */
  | { readonly kind: 'ended'; readonly status: string; readonly clean: boolean }
  | { readonly kind: 'not started'; readonly cause: Error };

/** Programs still alive, ended when this process ends. */
const alive = new Set<ProgramProcess>();
function endAll(): void {
  for (const program of alive) program.kill('SIGKILL');
}

/** Starts the program in a process group of its own, without a shell. One question at a time. */
export class ProgramProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #decoder = new StringDecoder('utf8');
  readonly #ended: Promise<void>;
  #line = '';
  #stderr = '';
  #end: Reply | undefined;
  #answers = 0;
  /** takes the next line or the end; undefined while nobody asks */
  #listener: ((reply: Reply) => void) | undefined;

  constructor({ program, args, env, cwd }: ProgramOptions) {
    this.#child = spawn(program, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      stdio: 'pipe',
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    if (alive.size === 0) process.on('exit', endAll);
    alive.add(this);
    this.#child.stdin.on('error', () => {}); // a program that has ended is noticed by its end
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(this.#decoder.write(chunk)));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_OF_STDERR);
    });
    this.#ended = new Promise((resolve) => {
      const finish = (reply: Reply) => {
        if (this.#end !== undefined) return;
        this.#end = reply;
        alive.delete(this);
        if (alive.size === 0) process.off('exit', endAll);
        this.#listener?.(reply);
        resolve();
      };
      this.#child.on('error', (cause) => {
        if (this.#child.pid === undefined) finish({ kind: 'not started', cause });
      });
      this.#child.on('exit', (code, signal) => {
        const status = signal === null ? `exit code ${code}` : `signal ${signal}`;
        const done = () => finish({ kind: 'ended', status, clean: code === 0 });
        this.#child.on('close', done); // comes once all output has been read, unless a grandchild holds the pipe open
        setTimeout(done, 200).unref();
      });
    });
  }

  /** Whether questions may still be asked. */
  get isAlive(): boolean {
    return this.#end === undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How many lines it has answered. */
  get answers(): number {
    return this.#answers;
  }

  /** The end of what it has written to standard error; at most 4000 characters. */
  get stderr(): string {
    return this.#stderr;
  }

  /**
   * Writes `question` and a line feed and waits for a line that `accepts` (others are passed over), the end of the program or the time-out;
   * after a time-out, an endless line or an abort the program is killed. @throws the signal's reason
   */
  ask(question: string, timeoutMs: number, accepts: (line: string) => boolean, signal?: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#listener = undefined;
        settled();
      };
      const abort = () =>
        settle(() => {
          reject(signal?.reason);
          this.#stop();
        });
      const expire = () =>
        settle(() => {
          resolve({ kind: 'timed out' });
          this.#stop();
        });
      const timer = setTimeout(expire, Math.min(timeoutMs, LONGEST_TIMER_MS));
      this.#listener = (reply) => {
        if (reply.kind === 'line' && !accepts(reply.text)) return;
        if (reply.kind === 'line') this.#answers++;
        settle(() => resolve(reply));
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      else if (this.#end !== undefined) this.#listener(this.#end);
      else this.#child.stdin.write(`${question}\n`);
    });
  }

  /** Closes the program's input and waits until it has ended, by force after a moment. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#stop(), PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
    this.kill('SIGKILL'); // what the program itself started and left behind
  }

  /** Sends a signal to the program and all it started. */
  kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // already gone
    }
  }

  #stop(): void {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), PATIENCE_MS);
    this.#ended.then(() => {
      clearTimeout(timer);
      this.kill('SIGKILL');
    });
  }

  #read(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      if (line.length > LONGEST_LINE) this.#endless();
      else if (line.trim() !== '') this.#listener?.({ kind: 'line', text: line });
    }
    if (this.#line.length > LONGEST_LINE) this.#endless();
  }

  #endless(): void {
    this.#line = '';
    this.#listener?.({ kind: 'too long' });
    this.#stop();
  }
}
