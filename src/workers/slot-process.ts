/**
 * The process of one slot: it makes one evaluation at a time, so that computing, however long, never keeps the worker from renewing its
 * leases, and so that a crash takes nothing else along. It ends with the worker.
 */
import { InputError } from '../errors.js';
import { BrokeDown } from '../evaluators/command.js';
import { writeEntry } from '../journal/entry.js';
import { readTask } from '../queue/task.js';
import { type Service, serviceFor } from './abilities.js';
import type { SlotAnswer, SlotReply, SlotRequest, WorkerSetup } from './slot-protocol.js';

/** Evaluators kept at hand, with what they have loaded. */
const KEPT = 4;

const setup = JSON.parse(process.argv[2]!) as WorkerSetup; // from the worker that started this
const services = new Map<string, Promise<Service>>();

async function answer({ task, job }: SlotRequest): Promise<SlotAnswer> {
  let service: Service;
  try {
    service = await serviceOf(task);
  } catch (error) {
    services.delete(task.hash);
    return { kind: 'unable', reason: messageOf(error) };
  }
  if (job === undefined) return { kind: 'able' };
  try {
    const { space, evaluator } = service;
    const { architecture: _, ...outcome } = await evaluator.evaluate(space.architecture(Uint8Array.from(job.codes)));
    return { kind: 'outcome', entry: writeEntry({ kind: 'evaluation', key: job.key, outcome }) };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'unable', reason: messageOf(error) };
    return { kind: 'broke', reason: messageOf(error), log: logOf(error) };
  }
}

function serviceOf({ hash, text }: SlotRequest['task']): Promise<Service> {
  const known = services.get(hash);
  if (known !== undefined) return known;
  const made = Promise.resolve().then(() => serviceFor(readTask(text, hash), setup));
  services.set(hash, made);
  const [oldest] = services.keys();
  if (services.size > KEPT && oldest !== undefined) {
    services
      .get(oldest)
      ?.then(({ evaluator }) => evaluator.close?.())
      .catch(() => {});
    services.delete(oldest);
  }
  return made;
}

/** What helps to find the fault: what the program wrote, or where this one failed. */
function logOf(error: unknown): string {
  if (error instanceof BrokeDown) return error.log;
  return error instanceof Error ? (error.stack ?? '') : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on('message', (request: SlotRequest) => {
  answer(request).then((given) => {
    const reply: SlotReply = { ...given, id: request.id };
    process.send?.(reply);
  });
});
process.on('disconnect', () => process.exit()); // the worker has ended, or does not need this slot any more
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // they reach the worker too, which decides
