/** The tasks that are asked for at present. */
import type { Redis } from 'ioredis';
import { TASKS, taskKey } from './keys.js';
import { redisTime } from './worker-record.js';

/** How long after the last sign of somebody who asks a task is still served. */
const SERVED_FOR_S = 3600;
/** How long its text is kept. */
const KEPT_S = 90 * 24 * 3600;

/** Says that a task is asked for; to be repeated now and then while it is. */
export async function announceTask(redis: Redis, hash: string, text: string): Promise<void> {
  const now = await redisTime(redis);
  await redis.multi().set(taskKey(hash), text, 'EX', KEPT_S).zadd(TASKS, now, hash).exec();
}

/** Hashes of the tasks to be served. */
export async function servedTasks(redis: Redis): Promise<string[]> {
  const now = await redisTime(redis);
  return redis.zrangebyscore(TASKS, now - SERVED_FOR_S, '+inf');
}

/** Hashes of all tasks that may have left something in the queue. */
export async function knownTasks(redis: Redis): Promise<string[]> {
  const now = await redisTime(redis);
  await redis.zremrangebyscore(TASKS, '-inf', now - KEPT_S);
  return redis.zrange(TASKS, '0', '-1');
}

/** The text of a task, where it is there. */
export async function readTaskText(redis: Redis, hash: string): Promise<string | undefined> {
  return (await redis.get(taskKey(hash))) ?? undefined;
}
