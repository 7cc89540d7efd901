/** Locality facts beside what is known about these tables. */
import type { LocalityResult } from './data.js';

interface Known {
  readonly byDistance: readonly number[];
  readonly walk: readonly number[];
  /** published number of local optima, where there is one */
  readonly optima?: number;
}

const KNOWN: Readonly<Record<string, Known>> = {
  'NAS-Bench-201 CIFAR-10': {
    byDistance: [0.56, 0.286, 0.122, 0.028, -0.023, -0.051],
    walk: [0.56, 0.3501, 0.2332],
    optima: 17,
  },
  'NAS-Bench-201 CIFAR-100': {
    byDistance: [0.611, 0.346, 0.168, 0.049, -0.029, -0.079],
    walk: [0.6111, 0.4066, 0.2839],
    optima: 24,
  },
  'NAS-Bench-Macro': {
    byDistance: [0.729, 0.509, 0.325, 0.167, 0.029, -0.094, -0.203, -0.303],
    walk: [0.729, 0.5537, 0.4288],
  },
};

export function localitySection(results: readonly LocalityResult[]): string {
  return [
    '## Locality',
    '',
    '![Correlation of accuracy by edit distance](figures/locality.svg)',
    '',
    'Computed exactly over all pairs of each table, beside numbers computed independently from the same tables; the local optima of NAS-Bench-201 beside the published counts, which differ by one with the rule for equal neighbours.',
    '',
    '| table | what | found | known | |',
    '|---|---|---|---|---|',
    ...results.flatMap(rows),
  ].join('\n');
}

function rows({ dataSet, byDistance, walk, optima }: LocalityResult): string[] {
  const known = KNOWN[dataSet];
  const curve = (
    values: readonly { correlation: number }[],
    digits: number,
    expected: readonly number[] | undefined,
  ) => {
    const found = values.map(({ correlation }) => correlation.toFixed(digits)).join(' ');
    const other = expected?.map((value) => value.toFixed(digits)).join(' ') ?? '';
    return `${found} | ${other} | ${other === '' ? '' : found === other ? 'same' : '**differs**'}`;
  };
  const lines = [
    `| ${dataSet} | correlation at edit distance 1, 2, ... | ${curve(byDistance, 3, known?.byDistance)} |`,
    `| | autocorrelation of a random walk at lags 1 to 3 | ${curve(walk, 4, known?.walk)} |`,
  ];
  if (optima === undefined) return lines;
  const near =
    known?.optima === undefined ? '' : Math.abs(optima.strict - known.optima) <= 1 ? 'within one' : '**differs**';
  return [
    ...lines,
    `| | local optima: strict, not strict | ${optima.strict}, ${optima.nonStrict} | ${known?.optima ?? ''} | ${near} |`,
  ];
}
