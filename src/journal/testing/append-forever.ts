/** A child process for tests: appends evaluations to a journal until it is killed, and prints the number of each that counts. */
import { writeSync } from 'node:fs';
import { openJournal } from '../journal.js';

const path = process.argv[2] as string;
const journal = await openJournal(path, { run: 'killed' });
for (let i = journal.entries.length; ; i += 4) {
  await Promise.all(
    [i, i + 1, i + 2, i + 3].map(async (n) => {
      await journal.append({
        kind: 'evaluation',
        key: String(n),
        outcome: { kind: 'measured', accuracy: n / 7, costs: {}, source: 'child' },
      });
      writeSync(1, `${n}\n`);
    }),
  );
}
