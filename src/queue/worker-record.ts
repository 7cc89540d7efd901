/** What a worker tells about itself, every few seconds. */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { WORKERS, workerKey } from './keys.js';
import { plain } from './plain.js';

/** A worker that has not been heard of for so long has been lost. */
export const LOST_AFTER_S = 15;
/** How long a lost worker is remembered. */
const FORGOTTEN_AFTER_S = 600;

const text = z.string().transform(plain);
const count = z.number().min(0);

const recordSchema = z.object({
  /** unique: host, process and a random part */
  name: text,
  host: text,
  pid: count,
  version: text,
  /** undefined where it has none to train with */
  engine: text.optional(),
  /** evaluations at once */
  concurrency: count,
  /** what is under way, and since when, seconds of Redis's clock */
  busy: z.array(z.object({ space: text, architecture: text, since: count })),
  /** evaluations finished, and broken off by a fault, since it was started */
  done: count,
  broken: count,
  startedAt: count,
  /** tasks that it takes jobs of */
  serves: z.array(text),
  /** tasks that it does not take, and why */
  refuses: z.array(z.object({ task: text, reason: text })),
  isStopping: z.boolean(),
});

/** A worker's own account. */
export type WorkerRecord = z.output<typeof recordSchema>;

/** The same with its age. */
export interface SeenWorker extends WorkerRecord {
  /** seconds since the last sign */
  readonly lastSeenS: number;
  readonly isLost: boolean;
}

/** The clock that all machines share, seconds. */
export async function redisTime(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) + Number(microseconds) / 1e6;
}

/** Gives a sign. */
export async function writeRecord(redis: Redis, record: WorkerRecord): Promise<void> {
  const now = await redisTime(redis);
  await redis
    .multi()
    .set(workerKey(record.name), JSON.stringify(record), 'EX', FORGOTTEN_AFTER_S)
    .zadd(WORKERS, now, record.name)
    .zremrangebyscore(WORKERS, '-inf', now - FORGOTTEN_AFTER_S)
    .exec();
}

/** Takes the record away, when a worker ends in good order. */
export async function removeRecord(redis: Redis, name: string): Promise<void> {
  await redis.multi().del(workerKey(name)).zrem(WORKERS, name).exec();
}

/** All workers of the last minutes, by name. Records of another form, e.g. of a later version, are left out. */
export async function readRecords(redis: Redis): Promise<SeenWorker[]> {
  const now = await redisTime(redis);
  const flat = await redis.zrange(WORKERS, '0', '-1', 'WITHSCORES');
  const names = flat.filter((_, i) => i % 2 === 0);
  if (names.length === 0) return [];
  const texts = await redis.mget(names.map(workerKey));
  const seen = texts.flatMap((record, i) => {
    const read = recordSchema.safeParse(record === null ? undefined : parsed(record));
    const lastSeenS = Math.max(0, now - Number(flat[2 * i + 1]));
    return read.success ? [{ ...read.data, lastSeenS, isLost: lastSeenS > LOST_AFTER_S }] : [];
  });
  return seen.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
