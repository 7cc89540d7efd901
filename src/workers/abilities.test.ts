import { expect, it } from 'vitest';
import { programWork } from '../queue/program-work.js';
import { createTask } from '../queue/task.js';
import { builtInSpaces } from '../spaces/index.js';
import { serviceFor } from './abilities.js';

const space = builtInSpaces['nasbench-macro'];

it('a worker of another version takes nothing', async () => {
  const task = createTask(space, { kind: 'nk', k: 1, landscapeSeed: 1 }, '1.0.0');
  await expect(serviceFor(task, { version: '2.0.0' })).rejects.toThrow('it is of version 2.0.0, and the run of 1.0.0');
  expect((await serviceFor(task, { version: '1.0.0' })).space.name).toBe(space.name);
});

it('a worker runs no program but its own', async () => {
  const task = createTask(space, await programWork({ program: 'rm', args: ['-rf', '.'] }), '1.0.0');
  await expect(serviceFor(task, { version: '1.0.0' })).rejects.toThrow('it has no program; start it with --program');
  const setup = { version: '1.0.0', program: 'python3', args: ['evaluator.py'] };
  await expect(serviceFor(task, setup)).rejects.toThrow('"rm -rf ." is asked for, and this worker has');
});
