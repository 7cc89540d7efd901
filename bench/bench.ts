/**
 * npm run bench [-- --json] [-- SECTION...]: speed beside independent implementations, timed in the same run; all sections, or those named:
 * neighbourEnumeration, predictor, pocketGrowth, kendall, withTable, reading, journal, huge, pages, workers, engine. No number here is a test.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { InputError } from '../src/errors.js';
import { carryOut } from './carry-out.js';
import { engine } from './engine.js';
import { hugeSpace } from './huge.js';
import { journal, kendall, line, neighbourEnumeration, pocketGrowth, predictor } from './lines.js';
import { pages } from './pages.js';
import { reading } from './reading.js';
import { withTable } from './table-lines.js';
import { formatSeconds, type Line, ratio, type Skipped } from './timing.js';
import { workers } from './workers.js';

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

const sections = [
  neighbourEnumeration,
  predictor,
  pocketGrowth,
  kendall,
  withTable,
  reading,
  journal,
  huge,
  pages,
  workers,
  engine,
];

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const unknown = positionals.find((name) => !sections.some((section) => section.name === name));
  if (unknown !== undefined) {
    const known = sections.map(({ name }) => name).join(', ');
    throw new InputError(`unknown section "${unknown}"; sections: ${known}`);
  }
  const chosen = sections.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const load = loadavg()[0]!;
  const lines: (Line | Skipped)[] = [];
  for (const section of chosen) {
    process.stderr.write(`${section.name} ...\n`);
    lines.push(...(await section()));
  }

  if (values.json) {
    const withRatios = lines.map((entry) => ('skipped' in entry ? entry : { ...entry, ratio: ratio(entry) }));
    console.log(
      JSON.stringify({ node: process.version, cores: availableParallelism(), load, lines: withRatios }, null, 2),
    );
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
    console.log(
      `Medians, but of training steps the fastest; Node ${process.version}, ${availableParallelism()} cores.`,
    );
    if (load > 0.5) {
      console.log(
        `Not a quiet machine: a load of ${load.toFixed(1)} at the start. Threads that spin, as PyTorch's do, suffer most.`,
      );
    }
  }
}

carryOut(main);
