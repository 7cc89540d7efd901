import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { queueAddress, withoutPasswords } from './address.js';

describe('queueAddress', () => {
  it.each([
    ['redis://host', 'redis://host:6379', { host: 'host', port: 6379, db: 0 }],
    ['redis://host:7000/3', 'redis://host:7000/3', { host: 'host', port: 7000, db: 3 }],
    ['redis://me:a%3Ab%40c@host', 'redis://me@host:6379', { host: 'host', username: 'me', password: 'a:b@c' }],
    ['redis://:secret@host/', 'redis://host:6379', { host: 'host', password: 'secret' }],
    ['redis://[::1]:7000', 'redis://[::1]:7000', { host: '::1', port: 7000 }],
    ['rediss://host', 'rediss://host:6379', { host: 'host', tls: { servername: 'host' } }],
    ['rediss://127.0.0.1', 'rediss://127.0.0.1:6379', { host: '127.0.0.1', tls: {} }], // an address is no server name
    ['rediss://[::1]', 'rediss://[::1]:6379', { host: '::1', tls: {} }],
  ])('%s', (text, shown, options) => {
    const address = queueAddress(text, {});
    expect(address.shown).toBe(shown);
    expect(address.options).toMatchObject(options);
    expect('password' in address.options).toBe('password' in options);
    expect('tls' in address.options).toBe('tls' in options);
  });

  it('takes the password of the environment where the address has none', () => {
    const environment = { LISSNAS_QUEUE_PASSWORD: 'of the environment' };
    expect(queueAddress('redis://me@host', environment).options.password).toBe('of the environment');
    expect(queueAddress('redis://:own@host', environment).options.password).toBe('own');
  });

  it.each([
    'host:6379',
    'http://:secret@host',
    'redis://',
    'redis://:secret@host/one',
    'redis://:secret@host/1e1',
    'redis://:secret@host/-1',
    'redis://:secret@host/1/2',
    'redis://:secret@host?db=1',
    'redis://:secret@host#1',
    'redis://:secret@host:99999',
    'redis://me:secret%ZZ@host',
  ])('refuses %s without the password', (text) => {
    const refuse = () => queueAddress(text, {});
    expect(refuse).toThrow(InputError);
    expect(refuse).toThrow(/^the queue ".*" is no address: redis:\/\//);
    expect(refuse).not.toThrow(/secret/);
  });
});

it('withoutPasswords leaves out the password of every address in a text, and nothing else', () => {
  expect(withoutPasswords('redis://:a@h and rediss://me:b:c@d@h/1, redis://h:1 mail@h at 10:30')).toBe(
    'redis://h and rediss://me@h/1, redis://h:1 mail@h at 10:30',
  );
});
