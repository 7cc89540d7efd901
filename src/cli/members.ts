/** `lissnas members`: the architectures kept, one per line. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../errors.js';
import { membersAsCsv, membersAsNdjson, membersAsParquet } from '../report/export-members.js';
import type { MemberTableOptions } from '../report/member-table.js';
import { writeFileAtomic } from '../runs/atomic.js';
import { openShrunkSpace } from '../runs/open.js';
import type { ShrunkSpace } from '../shrink/shrunk-space.js';
import { oneOf, type Register } from './options.js';
import { remark } from './terminal.js';
import { count } from './text.js';

const formats = {
  csv: membersAsCsv,
  ndjson: membersAsNdjson,
  parquet: membersAsParquet,
  json: membersAsJson,
} as const;

type Format = keyof typeof formats;

interface Options {
  readonly format: Format;
  readonly out?: string;
  readonly order: 'prediction' | 'admission';
  readonly deviation: boolean;
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
      'csv, ndjson, parquet or json',
      oneOf('--format', Object.keys(formats) as Format[]),
      'csv',
    )
    .option('--out <file>', 'write to a file instead of standard output')
    .option('--order <order>', 'prediction or admission', oneOf('--order', ['prediction', 'admission']), 'prediction')
    .option('--no-deviation', 'leave the deviations out, which take most of the time')
    .option('--json', 'the same as --format json')
    .action(async (path: string, options: Options) => {
      const shrunk = await openShrunkSpace(path);
      const format = options.json ? 'json' : options.format;
      const pieces = formats[format](shrunk, { order: options.order, deviation: options.deviation });
      if (options.out !== undefined) {
        await writeFileAtomic(options.out, pieces);
        remark(`${count(shrunk.size)} architectures written to ${options.out}`);
        return;
      }
      if (format === 'parquet' && process.stdout.isTTY) {
        throw new InputError('Parquet is not for the terminal; give --out FILE');
      }
      await pipeline(Readable.from(pieces), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error; // the reader has seen enough
      });
    });
};

/** One JSON document: an array with the objects of the NDJSON. */
async function* membersAsJson(shrunk: ShrunkSpace, options: MemberTableOptions): AsyncGenerator<string, void, void> {
  let before = '[\n';
  for await (const piece of membersAsNdjson(shrunk, options)) {
    for (const line of piece.trimEnd().split('\n')) {
      yield `${before}${line}`;
      before = ',\n';
    }
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
