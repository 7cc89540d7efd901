/** `lissnas workers`: what goes on in a queue. */
import type { Command } from 'commander';
import { URL_VARIABLE } from '../queue/address.js';
import type { SeenWorker } from '../queue/worker-record.js';
import { colors } from '../report/colors.js';
import { count, table } from '../report/text.js';
import { forgetSetAside, type SetAsideStatus, type TaskStatus, workersStatus } from '../workers/status.js';
import { duration } from './progress.js';
import { say, sayJson } from './terminal.js';
import { queueNamed } from './worker.js';

interface WorkersCommandOptions {
  readonly queue?: string;
  readonly forgetSetAside?: true;
  readonly json?: true;
}

/** Of the log of an evaluation that was set aside; `--json` has more. */
const MOST_LINES = 10;

/** Adds the command to the program. */
export function registerWorkers(program: Command): void {
  program
    .command('workers')
    .description('the workers of a queue, what they do, and what was done and set aside')
    .option('--queue <url>', `the queue, redis:// or rediss:// for TLS (default: the variable ${URL_VARIABLE})`)
    .option('--forget-set-aside', 'forget evaluations that were set aside, so that they are tried again when asked for')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ queue, forgetSetAside: forgets, json }: WorkersCommandOptions) => {
      const url = queueNamed(queue);
      const forgotten = forgets ? await forgetSetAside(url) : undefined;
      const status = await workersStatus(url);
      if (json) return sayJson({ ...status, ...(forgotten !== undefined && { forgotten }) });
      if (forgotten !== undefined) say(`Forgotten: ${count(forgotten)} that were set aside.`);
      printWorkers(status.workers);
      printTasks(status.tasks);
    });
}

function printWorkers(workers: readonly SeenWorker[]): void {
  if (workers.length === 0) {
    say('No worker is there.');
    return;
  }
  const rows = workers.map((worker) => [
    worker.name,
    worker.version,
    worker.engine ?? '',
    `${worker.busy.length} of ${worker.concurrency}`,
    count(worker.done),
    worker.isLost ? `lost ${duration(1000 * worker.lastSeenS)} ago` : worker.isStopping ? 'stopping' : 'there',
    worker.busy[0]?.architecture ?? worker.refuses[0]?.reason ?? '',
  ]);
  say(table(['worker', 'version', 'engine', 'busy', 'done', 'is', 'what'], rows, [4]));
}

function printTasks(tasks: readonly TaskStatus[]): void {
  if (tasks.length === 0) return;
  say();
  const rows = tasks.map(({ space, work, waiting, active, finished, setAside }) => [
    ...[space, work],
    ...[waiting, active, finished, setAside].map(count),
  ]);
  say(table(['space', 'measured by', 'waiting', 'active', 'finished', 'set aside'], rows, [2, 3, 4, 5]));
  const reasons = tasks.flatMap((task) => task.reasons);
  if (reasons.length === 0) return;
  say();
  say('Set aside:');
  reasons.forEach(printSetAside);
}

/** Why, and what the last try has left in writing. */
function printSetAside({ key, architecture, reason, tries, brokenTries }: SetAsideStatus): void {
  say(`  ${architecture ?? key}, tried ${tries === 1 ? 'once' : `${tries} times`}: ${reason}`);
  const last = brokenTries.at(-1);
  const lines = last?.log.trimEnd().split('\n').slice(-MOST_LINES) ?? [];
  if (last === undefined || lines.join('') === '') return;
  say(colors.dim(`    on ${last.worker}:`));
  for (const line of lines) say(colors.dim(`    | ${line}`));
}
