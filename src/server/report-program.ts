/** What the thread for reports does: a folder comes in, its report goes out, or why there is none. */
import { parentPort } from 'node:worker_threads';
import { LissnasError } from '../errors.js';
import { reportOf } from '../report/report-of.js';
import type { Asked, Reported } from './report-thread.js';

parentPort!.on('message', async ({ id, folder }: Asked) => {
  const answer = await reportOf(folder).then(
    (report): Reported => ({ id, report }),
    (error: NodeJS.ErrnoException): Reported => {
      const { message, code = '' } = error;
      return { id, failure: { message, code, isOurs: error instanceof LissnasError } };
    },
  );
  parentPort!.postMessage(answer);
});
