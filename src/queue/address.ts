/** Where the queue is: a Redis URL, told without its password. */
import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { InputError } from '../errors.js';

/** The variable of the environment that may hold the password, so that no file and no command line has to. */
export const PASSWORD_VARIABLE = 'LISSNAS_QUEUE_PASSWORD';

/** The variable of the environment that may hold the whole URL, for commands that are given none. */
export const URL_VARIABLE = 'LISSNAS_QUEUE';

/** A queue's place, ready to connect to. */
export interface QueueAddress {
  /** the URL without its password: the only form that is ever shown or written */
  readonly shown: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;
}

/**
 * Reads `redis://[user][:password]@host[:port][/db]`, or `rediss://` for TLS. Without a password, that of the environment is taken.
 * @throws InputError for anything else, without quoting a password
 */
export function queueAddress(text: string, environment: NodeJS.ProcessEnv = process.env): QueueAddress {
  const url = parsed(text);
  const isKnown = ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '' && url.search === '';
  if (!isKnown || url.hash !== '' || !/^(\/\d*)?$/.test(url.pathname)) throw refusal(text);
  const db = Number(url.pathname.slice(1));
  const username = decoded(url.username, text);
  const password = decoded(url.password, text) || environment[PASSWORD_VARIABLE] || '';
  const port = url.port === '' ? 6379 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    shown: `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.hostname}:${port}${db === 0 ? '' : `/${db}`}`,
    options: {
      ...{ host, port, db },
      ...(username !== '' && { username }),
      ...(password !== '' && { password }),
      ...(url.protocol === 'rediss:' && { tls: isIP(host) === 0 ? { servername: host } : {} }),
    },
  };
}

/** Any text with the passwords of the URLs in it left out. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)([^:@/\s]*):[^\s]*@/gi, (_, scheme: string, user: string) =>
    user === '' ? scheme : `${scheme}${user}@`,
  );
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refusal(text);
  }
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refusal(text);
  }
}

function refusal(text: string): InputError {
  return new InputError(
    `the queue "${withoutPasswords(text)}" is no address: redis://[user]:[password]@host:port/db is needed, or rediss:// for TLS`,
  );
}
