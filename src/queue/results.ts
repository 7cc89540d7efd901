/** Finished evaluations in Redis: written once, kept for other runs, read by whoever asks. */
import type { Redis } from 'ioredis';
import { LissnasError } from '../errors.js';
import { type FinishedOutcome, readEntry, writeEntry } from '../journal/entry.js';
import { countsKey, endedChannel, resultKey } from './keys.js';

/** How long a result is kept after it was written or last used. */
const KEPT_S = 90 * 24 * 3600;

/**
 * Writes a result unless there is one, counts, and tells those who wait, all at once. A repetition of the same call (after a connection
 * that broke before the answer came) changes nothing.
 */
const FINISH = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then
  redis.call('HINCRBY', KEYS[2], 'finished', 1)
elseif redis.call('GET', KEYS[1]) ~= ARGV[1] then
  redis.call('HINCRBY', KEYS[2], 'again', 1)
end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
`;

/** Which evaluation, of which task. */
export interface EvaluationPlace {
  readonly task: string;
  /** see `evaluationKey` */
  readonly key: string;
}

/** Keeps an outcome and tells those who wait for it. The first one stands. @param by what distinguishes this computation from any other */
export async function storeResult(
  redis: Redis,
  { task, key }: EvaluationPlace,
  outcome: FinishedOutcome,
  by: string,
): Promise<void> {
  const text = `${by}\n${writeEntry({ kind: 'evaluation', key, outcome })}`;
  await redis.eval(FINISH, 2, resultKey(key), countsKey(task), text, KEPT_S, endedChannel(task), key);
}

/** The outcomes that are there, in the order of the keys. @throws LissnasError where one is not what this version writes */
export async function readResults(redis: Redis, keys: readonly string[]): Promise<(FinishedOutcome | undefined)[]> {
  if (keys.length === 0) return [];
  const texts = await redis.mget(keys.map(resultKey));
  return texts.map((text, i) => (text === null ? undefined : outcomeIn(text, keys[i]!)));
}

/** Keeps a result for as long again, because it was of use. */
export async function keepResult(redis: Redis, key: string): Promise<void> {
  await redis.expire(resultKey(key), KEPT_S);
}

function outcomeIn(text: string, key: string): FinishedOutcome {
  const body = text.slice(text.indexOf('\n') + 1);
  const entry = readEntry(parsed(body));
  if (entry?.kind === 'evaluation' && entry.key === key) return entry.outcome;
  throw new LissnasError('queue', `the queue holds a damaged result of evaluation ${key}; delete ${resultKey(key)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
