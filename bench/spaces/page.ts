/** docs/spaces.md: what each built-in space is, in its own figures. */
import type { CostRange } from '../../src/costs/range.js';
import type { Dimension, SearchSpace } from '../../src/spaces/space.js';
import type { SpaceFacts } from './facts.js';

/** What one section is made of. */
export interface SpaceEntry {
  readonly space: SearchSpace;
  readonly facts: SpaceFacts;
  readonly ranges: readonly CostRange[];
  readonly locality: readonly SpaceLocality[];
}

/** Correlation of accuracy at the three least edit distances of which there are pairs enough. */
export interface SpaceLocality {
  readonly data: string;
  readonly measured: number;
  readonly complete: boolean;
  readonly points: readonly { readonly distance: number; readonly correlation: number }[];
}

/** The whole page; the pictures lie in `figures`, as NAME.svg. */
export function spacesPage(entries: readonly SpaceEntry[], figures: string): string {
  return [
    '# The built-in spaces',
    '',
    'Made by `npm run spaces -- FOLDER`, where FOLDER holds the published tables. FLOPs are multiply-adds of one forward pass of one image; both FLOPs and parameters are exact, counted on the network itself. ' +
      'Locality is the correlation of accuracy between architectures so many edits apart, for spaces of which a published table was at hand. `lissnas spaces NAME` shows the same in the terminal.',
    '',
    '| space | | architectures | dimensions | FLOPs (M) | parameters (M) | locality |',
    '|---|---|---|---|---|---|---|',
    ...entries.map(row),
    '',
    ...entries.flatMap((entry) => section(entry, figures)),
  ].join('\n');
}

function row({ space, facts, ranges, locality }: SpaceEntry): string {
  const cells = [
    `[\`${space.name}\`](#${space.name})`,
    facts.title,
    count(space.size),
    String(space.dimensions.length),
    rangeText(ranges.find(({ cost }) => /^(flops|macs)_m$/.test(cost))),
    rangeText(ranges.find(({ cost }) => cost === 'params_m')),
    locality.map(({ data, points }) => `${data}: ${curve(points)}`).join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section({ space, facts, ranges, locality }: SpaceEntry, figures: string): string[] {
  const { text, what } = facts.drawn;
  return [
    `## ${space.name}`,
    '',
    `${facts.title}. ${facts.source}.`,
    '',
    facts.what,
    '',
    `Exact: ${facts.checked}`,
    '',
    '| dimensions | choices |',
    '|---|---|',
    ...runs(space.dimensions).map(
      ({ first, last, dimension }) =>
        `| ${first === last ? `\`${first}\`` : `\`${first}\` to \`${last}\``} | ${dimension.choices.map((choice) => `\`${choice}\``).join(', ')} |`,
    ),
    '',
    ...ranges.map(
      ({ cost, unit, least, most, exact }) =>
        `- \`${cost}\`: ${number(least)} to ${number(most)} ${unit}${exact ? '' : ', as far as climbing from random starts finds'}`,
    ),
    ...locality.map(
      ({ data, measured, complete, points }) =>
        `- locality on ${data}: ${curve(points)}, from ${complete ? 'all ' : ''}${count(measured)} measured networks`,
    ),
    '',
    `Written as \`${space.format(space.parse(text)).replaceAll('|', '\\|')}\`: ${what}, drawn here for images of ${facts.input.shape.join(' x ')}.`,
    '',
    `![The network of ${what}](${figures}/${space.name}.svg)`,
    '',
  ];
}

/** Dimensions one behind the other that have the same choices. */
function runs(dimensions: readonly Dimension[]) {
  const found: { first: string; last: string; dimension: Dimension }[] = [];
  for (const dimension of dimensions) {
    const before = found.at(-1);
    if (before?.dimension.choices.join() === dimension.choices.join()) before.last = dimension.name;
    else found.push({ first: dimension.name, last: dimension.name, dimension });
  }
  return found;
}

function curve(points: SpaceLocality['points']): string {
  const distances = points.map(({ distance }) => distance);
  const correlations = points.map(({ correlation }) => correlation.toFixed(2));
  return `${correlations.join(', ')} at ${distances.join(', ')} edits`;
}

function rangeText(range: CostRange | undefined): string {
  return range === undefined ? '' : `${number(range.least)} to ${number(range.most)}`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** All digits of what a person can read, and a power of ten of what is larger. */
function count(value: bigint | number): string {
  const exact = value.toLocaleString('en');
  if (exact.length <= 15) return exact;
  const [digits, power] = Number(value).toExponential(1).split('e+');
  return `${digits} * 10^${power}`;
}
