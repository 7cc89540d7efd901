/** Reports from another thread; that of the program itself is used by the tests of `lissnas serve`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { LissnasError } from '../errors.js';
import { reportThread } from './report-thread.js';

const base = mkdtempSync(join(tmpdir(), 'lissnas-thread-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A program that answers what the text says of `id` and `folder`. */
function program(name: string, text: string): URL {
  const file = join(base, `${name}.mjs`);
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ id, folder }) => { ${text} });`,
  );
  return pathToFileURL(file);
}

it('gives each question its own answer, in whatever order they come', async () => {
  const reportOf = reportThread(
    program('slow', 'setTimeout(() => parentPort.postMessage({ id, report: { name: folder } }), 100 - 30 * id);'),
  );
  const names = ['a', 'b', 'c'];
  expect(await Promise.all(names.map(reportOf))).toEqual(names.map((name) => ({ name })));
});

it('gives errors as they were: the sentences of this program, and the codes of the system', async () => {
  const reportOf = reportThread(
    program(
      'failing',
      `parentPort.postMessage({ id, failure: { message: folder, code: 'EACCES', isOurs: folder === 'ours' } });`,
    ),
  );
  await expect(reportOf('ours')).rejects.toThrow(LissnasError);
  const foreign = await reportOf('foreign').catch((error: unknown) => error);
  expect(foreign).not.toBeInstanceOf(LissnasError);
  expect(foreign).toMatchObject({ message: 'foreign', code: 'EACCES' });
});

it('says where the thread has ended, and begins another', async () => {
  const reportOf = reportThread(
    program(
      'mortal',
      `if (folder === 'bad') throw new Error('out of memory'); parentPort.postMessage({ id, report: { name: folder } });`,
    ),
  );
  await expect(reportOf('bad')).rejects.toThrow('the report could not be made: out of memory');
  expect(await reportOf('good')).toEqual({ name: 'good' });
});

it('says where there is no program', async () => {
  await expect(reportThread(pathToFileURL(join(base, 'none.mjs')))('a')).rejects.toThrow(/could not be made: .*none/);
});
