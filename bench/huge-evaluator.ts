/** The program that measures a huge space, named by its argument: one JSON line in, one JSON line out. */
import { createInterface } from 'node:readline';
import { hugeProblem } from './huge-problem.js';

const { accuracy } = hugeProblem(process.argv[2]!);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line) as { id: number; codes: number[] };
  process.stdout.write(`${JSON.stringify({ id, accuracy: accuracy(codes) })}\n`);
}
