/** A queue over TLS, with a certificate of an authority of one's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, start } from '../../test/cli.js';
import { redisWithTls } from '../../test/optional.js';
import { type RedisServer, startRedis } from '../../test/redis.js';

const programs = redisWithTls();

describe.skipIf(programs === undefined)('a queue over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-tls-'));
  let server: RedisServer;

  /** A certificate that vouches for itself. */
  const certificate = (name: string, address: string) => {
    const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
    words.push('-addext', `subjectAltName=IP:${address}`, '-out', cert, '-keyout', key);
    execFileSync(programs!.openssl, words, { stdio: 'ignore' });
    return { cert, key };
  };

  beforeAll(async () => {
    const tls = certificate('own', '127.0.0.1');
    certificate('other', '127.0.0.1');
    server = await startRedis(programs!.redis, mkdtempSync(join(folder, 'redis-')), { tls });
  }, 200_000);
  afterAll(async () => {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const workers = (queue: string, authority?: string): Promise<Ended> => {
    const env = authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: join(folder, `${authority}.crt`) };
    return start(['workers', '--queue', queue], folder, { env }).ended;
  };

  it('is used where its authority is known, without a warning', async () => {
    expect(await workers(server.url, 'own')).toMatchObject({ code: 0, stdout: 'No worker is there.\n', stderr: '' });
  }, 200_000);

  it('is refused in one sentence where its authority or its name is another, and where TLS is spoken on one side only', async () => {
    const refused =
      /^lissnas: the queue rediss:\/\/127\.0\.0\.1:\d+ cannot be reached by TLS: self-signed certificate\n$/;
    const cases = [
      [server.url, undefined, refused],
      [server.url, 'other', refused],
      [
        server.url.replace('127.0.0.1', 'localhost'),
        'own',
        /^lissnas: the queue rediss:\/\/localhost:\d+ cannot be reached by TLS: Hostname\/IP does not match [^\n]+\n$/,
      ],
      [
        server.url.replace('rediss', 'redis'),
        'own',
        /^lissnas: the queue redis:\S+ closes the connection; where it speaks TLS, its address begins with rediss:\/\/\n$/,
      ],
    ] as const;
    for (const [queue, authority, words] of cases) {
      const { code, stdout, stderr } = await workers(queue, authority);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(words);
    }
  }, 300_000);
});
