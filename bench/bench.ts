/** npm run bench [-- --json]: speed beside independent implementations, timed in the same run. No number here is a test. */
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { hugeSpace } from './huge.js';
import { journal, kendall, line, neighbourEnumeration, pocketGrowth, predictor } from './lines.js';
import { withTable } from './table-lines.js';
import { formatSeconds, type Line, ratio, type Skipped } from './timing.js';

async function huge(): Promise<Line[]> {
  const { size, seconds, peakGigabytes } = hugeSpace();
  const note = `peak ${peakGigabytes.toFixed(2)} GB; goal: under 60 s and 1.5 GB`;
  return [
    line(
      `30 dimensions x 5 choices: 400 evaluations, ${size.toLocaleString('en')} kept`,
      seconds,
      undefined,
      'none',
      note,
    ),
  ];
}

const sections = [neighbourEnumeration, predictor, pocketGrowth, kendall, withTable, journal, huge];
const lines: (Line | Skipped)[] = [];
for (const section of sections) {
  process.stderr.write(`${section.name} ...\n`);
  lines.push(...(await section()));
}

if (process.argv.includes('--json')) {
  const withRatios = lines.map((entry) => ('skipped' in entry ? entry : { ...entry, ratio: ratio(entry) }));
  console.log(JSON.stringify({ node: process.version, cores: availableParallelism(), lines: withRatios }, null, 2));
} else {
  const table = new Table({
    head: ['', 'ours', 'peer', 'times as fast', 'peer is', 'note'],
    style: { head: [], border: [], compact: true },
  });
  for (const entry of lines) {
    if ('skipped' in entry) continue;
    const times = ratio(entry);
    const peer = entry.peer === undefined ? '' : formatSeconds(entry.peer);
    table.push([
      entry.what,
      formatSeconds(entry.ours),
      peer,
      times === undefined ? '' : times.toPrecision(3),
      entry.peerName,
      entry.note,
    ]);
  }
  console.log(table.toString());
  for (const entry of lines) if ('skipped' in entry) console.log(`skipped: ${entry.what}: ${entry.skipped}`);
  console.log(`Medians; Node ${process.version}, ${availableParallelism()} cores.`);
}
