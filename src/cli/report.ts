/** `lissnas report`: a run as one HTML file, finished or not. */
import { join } from 'node:path';
import { LissnasError } from '../errors.js';
import { NO_TEMPLATE, reportPage, reportTemplate } from '../report/page.js';
import { reportOf } from '../report/report-of.js';
import type { Comparison, RunReport } from '../report/run-report.js';
import { writeFileAtomic } from '../runs/atomic.js';
import type { SearchSpace } from '../spaces/space.js';
import type { Register } from './options.js';
import { remark, say, sayJson } from './terminal.js';

interface ReportOptions {
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command. */
export const registerReport: Register = (program) => {
  program
    .command('report')
    .description('write what a run has come to, finished or not, as one HTML file')
    .argument('<dir>', 'the folder of the run')
    .option('--out <file>', 'the file to write (default: report.html in the folder)')
    .option('--json', 'print the data of the report on stdout instead')
    .action(async (dir: string, { out, json }: ReportOptions) => {
      const report = await reportOf(dir);
      if (json) sayJson(report);
      if (json && out === undefined) return;
      const file = out ?? join(dir, 'report.html');
      await writeReport(report, file);
      if (!json) say(file);
      if (report.problem !== undefined) remark(report.problem);
    });
};

/** Writes the page with the data, whole or not at all. @throws LissnasError where the page has not been built, InputError where the place cannot be written to */
export async function writeReport(data: RunReport | Comparison, file: string): Promise<void> {
  const template = await reportTemplate();
  if (template === undefined) throw new LissnasError('page', NO_TEMPLATE);
  await writeFileAtomic(file, reportPage(template, data));
}

/**
 * Writes the report of a run that has just ended into its folder. Returns the file's path; undefined where the page has not been built, or,
 * after a remark, where the report could not be made: the run has ended well all the same.
 */
export async function reportAtEnd(folder: string, space: SearchSpace): Promise<string | undefined> {
  try {
    const template = await reportTemplate();
    if (template === undefined) return undefined;
    const file = join(folder, 'report.html');
    await writeFileAtomic(file, reportPage(template, await reportOf(folder, space)));
    return file;
  } catch (error) {
    remark(`The report could not be written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
