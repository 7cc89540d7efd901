/** A worker's side of one slot: asks the slot's process, and starts it anew where it has died. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PASSWORD_VARIABLE, URL_VARIABLE } from '../queue/address.js';
import type { SlotAnswer, SlotReply, SlotRequest, WorkerSetup } from './slot-protocol.js';

const KEPT_OF_OUTPUT = 4_000;
/** How long a process may take to end by itself, ms. */
const PATIENCE_MS = 1_500;

/** One evaluation at a time, in a process of its own. */
export class Slot {
  readonly #setup: WorkerSetup;
  #child: ChildProcess | undefined;
  #output = '';
  #lastId = 0;
  #settle: ((answer: SlotAnswer) => void) | undefined;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /** Whether the task can be served here. */
  async check(task: SlotRequest['task']): Promise<SlotAnswer> {
    return this.#ask({ task });
  }

  /** Makes an evaluation. A process that dies over it counts as a breakdown. */
  async evaluate(task: SlotRequest['task'], job: NonNullable<SlotRequest['job']>): Promise<SlotAnswer> {
    return this.#ask({ task, job });
  }

  /** Ends the process, and by it the program that it runs; what is under way breaks down. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(timer);
    this.#answer({ kind: 'broke', reason: 'the worker has ended it', log: '' }); // after `disconnect`, `close` never comes
  }

  #ask({ task: { hash, text }, job }: Omit<SlotRequest, 'id'>): Promise<SlotAnswer> {
    const child = this.#child ?? this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#settle = resolve;
      const request: SlotRequest = { id, task: { hash, text }, ...(job !== undefined && { job }) };
      child.send(request, () => {}); // a process that has ended is noticed by its end
    });
  }

  #start(): ChildProcess {
    const file = fileURLToPath(new URL('./slot-process.js', import.meta.url));
    // neither it nor the program that it runs has anything to do with the queue
    const { [PASSWORD_VARIABLE]: _, [URL_VARIABLE]: __, ...env } = process.env;
    const child = fork(file, [JSON.stringify(this.#setup)], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OF_OUTPUT);
      });
    }
    child.on('message', (reply: SlotReply) => {
      if (reply.id === this.#lastId) this.#answer(reply);
    });
    child.on('error', () => {}); // followed by its end
    child.on('close', (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      const status = signal === null ? `exit code ${code}` : `signal ${signal}`;
      this.#answer({ kind: 'broke', reason: `the process that evaluated it ended with ${status}`, log: this.#output });
    });
    return child;
  }

  #answer(answer: SlotAnswer): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(answer);
  }
}
