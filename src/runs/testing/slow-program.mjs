/** A program that measures: slowly, and always the same for the same codes. Appends what it is asked to the file it is given. */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const [log, milliseconds] = process.argv.slice(2);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, codes } = JSON.parse(line);
  appendFileSync(log, `${codes.join('.')}\n`);
  await delay(Number(milliseconds));
  const accuracy = 50 + codes.reduce((sum, code, d) => sum + code * (1 + (d % 3)), 0) + 2 * Math.sin(codes.join(''));
  if (codes[0] === 2 && codes[1] === 2) console.log(JSON.stringify({ id, error: 'out of memory' }));
  else console.log(JSON.stringify({ id, accuracy, costs: { seconds: 1.5 } }));
}
