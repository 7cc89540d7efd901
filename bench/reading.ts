/** Published formats read and checked here, beside Python's own readers of the same files, which only load them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../src/benchmarks/read-table.js';
import { createRandom } from '../src/math/random.js';
import { forEachArchitecture } from '../src/spaces/enumerate.js';
import { nasbenchMacro } from '../src/spaces/nasbench-macro.js';
import { nasbench201 } from '../src/spaces/nasbench201.js';
import type { SearchSpace } from '../src/spaces/space.js';
import { torch } from '../test/optional.js';
import { line } from './lines.js';
import { askPython, NO_PYTHON } from './python.js';
import { repository } from './repository.js';
import { type Line, type Skipped, timed } from './timing.js';

const REPEATS = 3;
/** Networks in the files of records; each has 8 to 12 trainings of 12 to 200 epochs. */
const NETWORKS = 60;

interface Comparison {
  readonly what: string;
  readonly file: string;
  readonly space: SearchSpace;
  /** the peer, as bench/peers.py calls it */
  readonly reader: 'torch' | 'bz2-pickles' | 'json' | 'csv';
  readonly peerName: string;
}

export async function reading(): Promise<(Line | Skipped)[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-bench-'));
  try {
    const lines: (Line | Skipped)[] = [];
    for (const comparison of [...texts(folder), ...records(folder)]) lines.push(await compare(comparison));
    if (torch() === undefined)
      lines.push({ what: 'files of torch.save and NATS-Bench', skipped: 'no python3 with torch was found' });
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare({ what, file, space, reader, peerName }: Comparison): Promise<Line | Skipped> {
  const [ours] = await timed(REPEATS, () => readTable(file, space));
  const task = { kind: 'reading', reader, file, repeats: REPEATS };
  const peer = askPython<{ seconds: number }>(task, reader === 'torch' ? torch() : undefined);
  if (peer === undefined) return { what, skipped: NO_PYTHON };
  const megabytes = bytesOf(file) / 1e6;
  return line(
    what,
    ours,
    peer.seconds,
    peerName,
    `${megabytes.toFixed(1)} MB: ${(megabytes / ours!).toFixed(0)} MB/s here`,
  );
}

function bytesOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

/** A CSV of all of NAS-Bench-201 with ten columns, and all of NAS-Bench-Macro as its JSON. */
function texts(folder: string): Comparison[] {
  const random = createRandom(3);
  const accuracy = () => 60 + 30 * random.float();
  const csv = join(folder, 'nasbench201.csv');
  const rows: string[] = [];
  forEachArchitecture(nasbench201, (codes) => {
    rows.push([nasbench201.format(nasbench201.architecture(codes)), ...Array.from({ length: 10 }, accuracy)].join(','));
  });
  writeFileSync(csv, `arch_str,${Array.from({ length: 10 }, (_, i) => `acc${i}`).join(',')}\n${rows.join('\n')}\n`);

  const json = join(folder, 'macro.json');
  const entries: [string, object][] = [];
  forEachArchitecture(nasbenchMacro, (codes) => {
    const numbers = {
      test_acc: [accuracy(), accuracy(), accuracy()],
      mean_acc: accuracy(),
      std: 1,
      params: 1e6,
      flops: 1e8,
    };
    entries.push([nasbenchMacro.format(nasbenchMacro.architecture(codes)), numbers]);
  });
  writeFileSync(json, JSON.stringify(Object.fromEntries(entries)));
  return [
    { what: '15,625 rows of CSV', file: csv, space: nasbench201, reader: 'csv', peerName: 'csv.reader and float()' },
    { what: "NAS-Bench-Macro's JSON", file: json, space: nasbenchMacro, reader: 'json', peerName: 'json.load' },
  ];
}

/** The records of NAS-Bench-201 and NATS-Bench as Python writes them; none where there is no PyTorch. */
function records(folder: string): Comparison[] {
  const python = torch();
  if (python === undefined) return [];
  const program = join(repository, 'src/benchmarks/testing/write-tables.py');
  const { status, stderr } = spawnSync(python, [program, folder, '--architectures', String(NETWORKS)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`write-tables.py failed: ${stderr.trim().split('\n').at(-1)}`);
  const pth = (what: string, file: string): Comparison => ({
    what: `${NETWORKS} networks in ${what}`,
    file: join(folder, file),
    space: nasbench201,
    reader: 'torch',
    peerName: 'torch.load',
  });
  return [
    pth('a .pth of NAS-Bench-201', 'nb201-legacy.pth'),
    pth('the same in the zip format', 'nb201-zip.pth'),
    {
      what: `${NETWORKS} networks of NATS-Bench`,
      file: join(folder, 'NATS-tss-simple'),
      space: nasbench201,
      reader: 'bz2-pickles',
      peerName: 'bz2 and pickle.load',
    },
  ];
}
