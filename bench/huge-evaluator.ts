/** The program that measures the huge space: one JSON line in, one JSON line out. */
import { createInterface } from 'node:readline';
import { problem } from './problem.js';

const { accuracy } = problem(30, 5, 1);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line) as { id: number; codes: number[] };
  process.stdout.write(`${JSON.stringify({ id, accuracy: accuracy(codes) })}\n`);
}
