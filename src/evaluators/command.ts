/** An evaluator that asks a program of the user's: one JSON line in, one JSON line out for each architecture. */
import { InputError, LissnasError } from '../errors.js';
import type { Evaluator } from '../measurements/evaluator.js';
import type { Outcome } from '../measurements/measurement.js';
import type { Architecture, SearchSpace } from '../spaces/space.js';
import { Breakdowns } from './breakdowns.js';
import { ProgramProcess, type Reply } from './command-process.js';
import { concurrent } from './concurrent.js';
import { choicesOf } from './from-function.js';
import { checkAnswer, failed, measured, quoted } from './outcomes.js';

/** Settings of `command`. */
export interface CommandOptions {
  /** a program on the PATH or a path to one; never interpreted by a shell */
  readonly program: string;
  readonly args?: readonly string[];
  readonly space: SearchSpace;
  /** seconds one evaluation may take; 3600 */
  readonly timeoutS?: number;
  /** copies of the program that run at once; 1 */
  readonly concurrency?: number;
  /** added to this process's environment */
  readonly env?: Readonly<Record<string, string>>;
  /** folder to run in; this process's own */
  readonly cwd?: string;
  /** `evaluate` rejects with `BrokeDown` after a crash or a time-out, so that another machine may try; else that is a failed evaluation */
  readonly rejectsBreakdowns?: boolean;
}

/** The program crashed, took too long or wrote an endless line, which may be no fault of the architecture. */
export class BrokeDown extends LissnasError {
  /** the end of what the program has written to standard error; at most 4000 characters */
  readonly log: string;

  constructor(reason: string, log: string) {
    super('broke-down', reason);
    this.log = log;
  }
}

/**
 * Starts up to `concurrency` copies of the program, each once, when they are first needed. A copy reads
 * `{"id":1,"architecture":"...","choices":{...},"codes":[...]}` and answers `{"id":1,"accuracy":93.1,"costs":{...}}` or `{"id":1,"error":"..."}`.
 * Crashes, time-outs, garbage and numbers that are not finite are failed evaluations; a program that ended is started anew for the next.
 * `evaluate` rejects with InputError where the program cannot be started, and with LissnasError ('evaluator') after too many breakdowns in a row.
 * Call `close` in the end.
 */
export function command(options: CommandOptions): Evaluator {
  const {
    program,
    args = [],
    space,
    timeoutS = 3600,
    concurrency = 1,
    env = {},
    cwd,
    rejectsBreakdowns = false,
  } = options;
  if (!(timeoutS > 0)) throw new InputError(`a time-out of ${timeoutS} s is not possible; it must be above 0`);
  if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new InputError(`${concurrency} programs at once are not possible; a whole number from 1 is needed`);
  }
  const name = `command ${[program, ...args].join(' ')}`;
  const programOptions = { program, args, env: { ...process.env, ...env }, ...(cwd !== undefined && { cwd }) };
  const breakdowns = new Breakdowns(name, 'Try it by hand with one line of JSON on its standard input');
  const processes = new Set<ProgramProcess>();
  const idle: ProgramProcess[] = [];
  let lastId = 0;
  let givenUp: LissnasError | undefined;
  let closed = false;

  function takeProcess(): ProgramProcess {
    for (let old = idle.pop(); old !== undefined; old = idle.pop()) {
      if (old.isAlive) return old;
      processes.delete(old);
    }
    const started = new ProgramProcess(programOptions);
    processes.add(started);
    return started;
  }

  async function ask(architecture: Architecture, signal?: AbortSignal): Promise<Asked> {
    const id = ++lastId;
    const question = JSON.stringify({
      id,
      architecture: space.format(architecture),
      choices: choicesOf(space, architecture),
      codes: architecture,
    });
    const taken = takeProcess();
    const answersBefore = taken.answers;
    let reply: Reply;
    try {
      reply = await taken.ask(question, 1000 * timeoutS, (line) => !isLate(line, id), signal);
    } catch (aborted) {
      retire(taken);
      throw aborted;
    }
    if (reply.kind === 'line') idle.push(taken);
    else retire(taken);
    // a program that answers once and ends was ending while it was asked again
    if (reply.kind === 'ended' && reply.clean && answersBefore > 0 && !closed) return ask(architecture, signal);
    return { reply, id, log: taken.stderr };
  }

  function retire(ended: ProgramProcess): void {
    // a killed one stays known until it has ended, so that `close` waits for it
    ended.close().then(() => processes.delete(ended));
  }

  function brokeDown(architecture: Architecture, reason: string, log: string): Outcome {
    if (rejectsBreakdowns) throw new BrokeDown(reason, log);
    givenUp = breakdowns.brokeDown(reason);
    if (givenUp !== undefined) throw givenUp;
    return failed(architecture, reason);
  }

  function outcomeOf(architecture: Architecture, { reply, id, log }: Asked): Outcome {
    switch (reply.kind) {
      case 'line':
        breakdowns.answered();
        return readAnswer(architecture, reply.text, id, name);
      case 'too long':
        return brokeDown(architecture, 'the program wrote a line of more than 1 MB', log);
      case 'timed out':
        return brokeDown(architecture, `the program gave no answer within ${timeoutS} s and was stopped`, log);
      case 'ended': {
        const last = log.trim().split('\n').slice(-3).join(' / ');
        const words =
          last === '' ? 'it wrote nothing to standard error' : `standard error ends: ${quoted(last.slice(-200))}`;
        return brokeDown(architecture, `the program ended with ${reply.status}; ${words}`, log);
      }
      case 'not started':
        givenUp = new InputError(`the program "${program}" cannot be started: ${startFault(reply.cause)}`);
        throw givenUp;
    }
  }

  const asking: Evaluator = {
    name,
    concurrency,
    async evaluate(architecture, signal) {
      signal?.throwIfAborted();
      if (closed) throw new LissnasError('evaluator', `${name} has been closed`);
      if (givenUp !== undefined) throw givenUp;
      const asked = await ask(architecture, signal);
      if (closed) throw new LissnasError('evaluator', `${name} was closed during an evaluation`);
      return outcomeOf(architecture, asked);
    },
    async close() {
      closed = true;
      await Promise.all([...processes].map((running) => running.close()));
      processes.clear();
    },
  };
  return concurrent(asking, concurrency);
}

/** What came of a question, and what the program had written to standard error by then. */
interface Asked {
  readonly reply: Reply;
  readonly id: number;
  readonly log: string;
}

/** Whether the line answers an earlier question, one that had failed already. */
function isLate(line: string, id: number): boolean {
  const answer = parsed(line);
  return answer !== undefined && typeof answer.id === 'number' && answer.id < id && answer.id >= 1;
}

function readAnswer(architecture: Architecture, line: string, id: number, name: string): Outcome {
  const answer = parsed(line);
  if (answer === undefined) {
    return failed(
      architecture,
      `the program wrote what is no JSON object: ${quoted(line)} (logs belong on standard error)`,
    );
  }
  if (answer.id !== id) {
    return failed(architecture, `the program answered id ${quoted(String(answer.id))} where ${id} was asked`);
  }
  if (answer.error !== undefined && answer.error !== null) {
    return failed(architecture, `the program says: ${quoted(String(answer.error))}`);
  }
  const checked = checkAnswer(answer.accuracy, answer.costs);
  if (typeof checked === 'string') return failed(architecture, `the program answered, but ${checked}`);
  return measured(architecture, checked.accuracy, name, checked.costs);
}

interface RawAnswer {
  readonly id?: unknown;
  readonly accuracy?: unknown;
  readonly costs?: unknown;
  readonly error?: unknown;
}

function parsed(line: string): RawAnswer | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function startFault(cause: Error): string {
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such program (or the folder to run in is missing)';
  if (code === 'EACCES') return 'it is not executable';
  return cause.message;
}
