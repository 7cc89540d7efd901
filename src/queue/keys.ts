/** The names under which everything lies in Redis. */

/** What a version of this protocol begins all its keys with; another format is another set of keys. */
const ROOT = 'lissnas:1';

/** The beginning of the names of the queues of jobs. */
export const JOBS_PREFIX = `${ROOT}:jobs`;

/** Tasks by their hash, with the time of the last sign of somebody who asks for them; a sorted set. */
export const TASKS = `${ROOT}:tasks`;

/** Workers by their name, with the time of their last sign; a sorted set. */
export const WORKERS = `${ROOT}:workers`;

/** Where workers hear that there is something to do; messages are hashes of tasks. */
export const WORK_CHANNEL = `${ROOT}:work`;

/** The text of a task. */
export const taskKey = (task: string) => `${ROOT}:task:${task}`;

/** How often evaluations of a task were finished: a hash with `finished` and `again`. */
export const countsKey = (task: string) => `${ROOT}:counts:${task}`;

/** The record of a worker. */
export const workerKey = (worker: string) => `${ROOT}:worker:${worker}`;

/** The finished outcome of an evaluation. */
export const resultKey = (evaluation: string) => `${ROOT}:result:${evaluation}`;

/** Where those who ask hear that an evaluation of the task has ended; messages are keys of evaluations. */
export const endedChannel = (task: string) => `${ROOT}:ended:${task}`;
