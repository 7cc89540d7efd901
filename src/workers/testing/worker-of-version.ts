/** A worker of another version, as a process: QUEUE VERSION PROGRAM [ARGUMENTS]. It ends with SIGTERM. */
import { queueAddress } from '../../queue/address.js';
import { startWorker } from '../worker.js';

const [queue, version, program, ...args] = process.argv.slice(2);
const worker = await startWorker({
  address: queueAddress(queue!),
  setup: { version: version!, program: program!, args },
  ...{ concurrency: 1, leaseS: 30, graceS: 1 },
});
process.once('SIGTERM', () => worker.stop().then(() => process.exit(0)));
