/** `lissnas members`: the architectures kept, one per line. */
import { InputError } from '../errors.js';
import { membersAsCsv, membersAsNdjson, membersAsParquet } from '../report/export-members.js';
import type { MemberTableOptions } from '../report/member-table.js';
import { count } from '../report/text.js';
import { writeFileAtomic } from '../runs/atomic.js';
import { openShrunkSpace } from '../runs/open.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import { oneOf, type Register, wholeNumber } from './options.js';
import { sayPieces } from './stream.js';
import { remark } from './terminal.js';

const formats = {
  csv: membersAsCsv,
  ndjson: membersAsNdjson,
  parquet: membersAsParquet,
  json: membersAsJson,
} as const;

type Format = keyof typeof formats;

const formatNames = Object.keys(formats) as Format[];

interface Options {
  readonly format?: Format;
  readonly out?: string;
  readonly order: 'prediction' | 'admission';
  readonly deviation: boolean;
  readonly limit?: number;
  readonly json?: true;
}

/** Adds the command. */
export const registerMembers: Register = (program) => {
  program
    .command('members')
    .description('the architectures kept, best prediction first, one per line')
    .argument('<run>', 'a run folder or a shrunk-space.json')
    .option(
      '--format <format>',
      `${formatNames.join(', ')} (default: as the name of --out ends, else csv)`,
      oneOf('--format', formatNames),
    )
    .option('--out <file>', 'write to a file instead of standard output')
    .option('--order <order>', 'prediction or admission', oneOf('--order', ['prediction', 'admission']), 'prediction')
    .option('--limit <n>', 'the first so many only', wholeNumber('--limit', 1))
    .option('--no-deviation', 'leave the deviations out, which take most of the time')
    .option('--json', 'the same as --format json')
    .action(async (path: string, options: Options) => {
      const { out, order, deviation, limit } = options;
      const shrunk = await openShrunkSpace(path);
      const format = options.json
        ? 'json'
        : (options.format ?? formatNames.find((name) => out?.endsWith(`.${name}`)) ?? 'csv');
      const pieces = formats[format](shrunk, { order, deviation, ...(limit !== undefined && { limit }) });
      if (out !== undefined) {
        await writeFileAtomic(out, pieces);
        remark(`${count(Math.min(shrunk.size, limit ?? shrunk.size))} architectures written to ${out}`);
        return;
      }
      if (format === 'parquet' && process.stdout.isTTY) {
        throw new InputError('Parquet is not for the terminal; give --out FILE');
      }
      await sayPieces(pieces);
    });
};

/** One JSON document: an array with the objects of the NDJSON. */
async function* membersAsJson(shrunk: ShrunkSpace, options: MemberTableOptions): AsyncGenerator<string, void, void> {
  let before = '[\n';
  for await (const piece of membersAsNdjson(shrunk, options)) {
    yield before + piece.trimEnd().replaceAll('\n', ',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
