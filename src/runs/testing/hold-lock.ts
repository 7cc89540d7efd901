/** A child process for tests: tries to lock a folder, prints what came of it, and holds the lock until its input ends or a signal comes. */
import { lockFolder } from '../lock.js';

const lock = await lockFolder(process.argv[2] as string).catch((error: Error) => error);
console.log(lock instanceof Error ? lock.message : 'held');
process.stdin.resume();
process.stdin.once('end', async () => {
  if (!(lock instanceof Error)) await lock.release();
});
