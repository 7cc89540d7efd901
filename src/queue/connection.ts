/** Connections to the queue: refused in words at first, and then held through restarts of Redis. */
import { Redis, type RedisOptions } from 'ioredis';
import { InputError } from '../errors.js';
import { PASSWORD_VARIABLE, type QueueAddress } from './address.js';

const FIRST_TRY_MS = 5_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Connects once to see whether it can be done, and then for good: commands wait while Redis is away, and are sent again when it is back.
 * @throws InputError where it cannot be reached, or refuses
 */
export async function connectQueue({ shown, options }: QueueAddress): Promise<Redis> {
  await tryOnce(shown, options);
  return persistent(options);
}

/** Another connection of the same kind, e.g. to listen on. */
export function anotherConnection({ options }: QueueAddress): Redis {
  return persistent(options);
}

function persistent(options: RedisOptions): Redis {
  const redis = new Redis({
    ...options,
    maxRetriesPerRequest: null, // commands wait for Redis to come back
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS),
  });
  redis.on('error', () => {}); // being away is noticed by what waits for an answer
  return redis;
}

async function tryOnce(shown: string, options: RedisOptions): Promise<void> {
  const probe = new Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: FIRST_TRY_MS,
  });
  let reason: Error | undefined;
  probe.on('error', (error: Error) => {
    reason ??= error;
  });
  try {
    await probe.connect();
    await probe.select(options.db ?? 0);
    await probe.ping();
  } catch (error) {
    throw new InputError(`the queue ${shown} ${inWords(reason ?? error)}`, {}, { cause: error });
  } finally {
    probe.disconnect();
  }
}

/** What Redis found wrong with a command, or with one of several that were sent as one. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = error] = 'previousErrors' in error ? (error.previousErrors as Error[]) : [];
  return first.message;
}

function inWords(error: unknown): string {
  const text = faultOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (text.startsWith('NOAUTH')) return `asks for a password; give it in the variable ${PASSWORD_VARIABLE}`;
  if (text.startsWith('WRONGPASS')) return 'does not take this user name and password';
  if (text.startsWith('NOPERM')) return `does not allow this user what is needed: ${text}`;
  if (text.includes('DB index')) return 'has no database of this number';
  if (text.includes('ECONNREFUSED')) return 'cannot be reached: nothing listens there';
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'cannot be reached: there is no host of this name';
  if (text.includes('ETIMEDOUT')) return `cannot be reached: no answer within ${FIRST_TRY_MS / 1000} s`;
  if (/CERT|SSL|TLS/i.test(`${code} ${text}`)) return `cannot be reached by TLS: ${text}`;
  if (/ECONNRESET|EPIPE|Connection is closed/.test(text))
    return 'closes the connection; where it speaks TLS, its address begins with rediss://';
  return `cannot be used: ${text}`;
}
