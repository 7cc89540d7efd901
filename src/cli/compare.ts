/** `lissnas compare`: runs side by side. */
import { InputError } from '../errors.js';
import { reportOf } from '../report/report-of.js';
import { COMPARISON_FORMAT, type Comparison, type RunReport } from '../report/run-report.js';
import { table } from '../report/text.js';
import type { Register } from './options.js';
import { writeReport } from './report.js';
import { remark, say, sayJson } from './terminal.js';

interface CompareOptions {
  readonly out?: string;
  readonly json?: true;
}

/** What a fact says of the whole space where that goes without saying. */
const OF_ITSELF = ['', '0', '0.00', '100 %'];
const LONGEST_CELL = 48; // characters

/** Adds the command. */
export const registerCompare: Register = (program) => {
  program
    .command('compare')
    .description('show runs side by side, finished or not')
    .argument('<dirs...>', 'the folders of two runs or more')
    .option('--out <file>', 'also write one HTML file with all of them')
    .option('--json', 'print one JSON document on stdout')
    .action(async (dirs: string[], { out, json }: CompareOptions) => {
      if (dirs.length < 2) throw new InputError(`compare needs two runs or more, and only ${dirs.join()} is given`);
      const reports: RunReport[] = [];
      for (const dir of dirs) reports.push(await reportOf(dir));
      const comparison: Comparison = { format: COMPARISON_FORMAT, reports };
      if (out !== undefined) await writeReport(comparison, out);
      if (json) sayJson(comparison);
      else say(sideBySide(reports, dirs));
      if (out !== undefined && !json) say(`\n${out}`);
      for (const { name, problem } of reports) if (problem !== undefined) remark(`${name}: ${problem}`);
    });
};

/** The facts of all runs, one run a column; what is told of the whole space and of the shrunk one has a row for each. */
function sideBySide(reports: readonly RunReport[], dirs: readonly string[]): string {
  const labels = [...new Set(reports.flatMap(({ facts }) => facts.map(({ label }) => label)))];
  const row = (name: string, cell: (report: RunReport) => string) => [name, ...reports.map(cell)];
  const rows = [
    row('state', ({ state }) => state),
    row('space', ({ space }) => space.name),
    ...labels.flatMap((label) => {
      const facts = reports.map((report) => report.facts.find((fact) => fact.label === label));
      const whole = facts.some((fact) => fact !== undefined && !OF_ITSELF.includes(fact.whole));
      const shrunk = facts.some((fact) => fact !== undefined && fact.shrunk !== '');
      return [
        ...(whole ? [[shrunk ? `${label}: whole space` : label, ...facts.map((fact) => fact?.whole ?? '')]] : []),
        ...(shrunk ? [[whole ? `${label}: shrunk space` : label, ...facts.map((fact) => fact?.shrunk ?? '')]] : []),
      ];
    }),
  ];
  return table(
    ['', ...dirs],
    rows.map(([label, ...cells]) => [label!, ...cells.map(shortened)]),
    dirs.map((_, column) => column + 1),
  );
}

/** Architectures can be long; all of them stand in the JSON. */
function shortened(text: string): string {
  return text.length <= LONGEST_CELL ? text : `${text.slice(0, LONGEST_CELL - 12)}…${text.slice(-11)}`;
}
