/** The figures of docs/results.md as SVG. */
import type { AuditResult, LocalityResult, ResultsData } from './data.js';
import { element, type Frame, faint, grid, picture, text, whisker, yOf } from './svg.js';

const DATA_SETS = ['#0b62c4', '#c8501e', '#2b8a57'];
const METHODS: Readonly<Record<string, string>> = {
  lissnas: '#0b62c4',
  'whole-neighbourhoods': '#7fb2e5',
  'operational-pruning': '#d98b3a',
  'top-predicted': '#8f7fc9',
  'best-found': '#6fae8a',
  'random-subset': '#b4bac0',
};

/** By file name. */
export function figures(data: ResultsData): ReadonlyMap<string, string> {
  return new Map([
    ['locality.svg', localityFigure(data.locality)],
    ['retention.svg', retentionFigure(data.audits)],
    ['rounds.svg', roundsFigure(data.audits)],
  ]);
}

/** Correlation of accuracy by edit distance, one line a data set, named at its end. */
function localityFigure(results: readonly LocalityResult[]): string {
  const [width, height] = [680, 340];
  const furthest = Math.max(...results.map(({ byDistance }) => byDistance.length));
  const frame: Frame = { left: 56, right: width - 24, top: 58, bottom: height - 48, low: -0.4, high: 1 };
  const x = (distance: number) => frame.left + (distance / furthest) * (frame.right - frame.left);
  const lines = results.flatMap(({ dataSet, byDistance }, i) => {
    const colour = DATA_SETS[i % DATA_SETS.length]!;
    const points = [{ distance: 0, correlation: 1 }, ...byDistance];
    const at = points.map(({ distance, correlation }) => [x(distance), yOf(frame, correlation)] as const);
    const path = at.map(([px, py], p) => `${p === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join('');
    const key = frame.top + 16 + 20 * i;
    return [
      element('path', { d: path, fill: 'none', stroke: colour, 'stroke-width': 2.2, 'stroke-linejoin': 'round' }),
      ...at.map(([cx, cy]) => element('circle', { cx, cy, r: 3.4, fill: colour, stroke: '#ffffff' })),
      element('line', { x1: 420, x2: 444, y1: key - 4, y2: key - 4, stroke: colour, 'stroke-width': 2.2 }),
      text(452, key, dataSet),
    ];
  });
  const zero = yOf(frame, 0);
  return picture(
    width,
    height,
    'Networks that are alike in structure are alike in accuracy',
    grid(frame, (value) => value.toFixed(1)),
    element('line', { x1: frame.left, x2: frame.right, y1: zero, y2: zero, stroke: '#8c959f' }),
    ...Array.from({ length: furthest + 1 }, (_, distance) =>
      faint(x(distance), frame.bottom + 18, String(distance), { 'text-anchor': 'middle' }),
    ),
    faint((frame.left + frame.right) / 2, height - 12, 'edit distance', { 'text-anchor': 'middle' }),
    faint(16, frame.top - 14, 'correlation of accuracy'),
    ...lines,
  );
}

/** Share of the true top 50 kept by every method, with 95 % intervals. */
function retentionFigure(audits: readonly AuditResult[]): string {
  const [width, height] = [760, 360];
  const frame: Frame = { left: 56, right: width - 16, top: 76, bottom: height - 36, low: 0, high: 1 };
  const methods = audits[0]?.report.methods.map(({ method }) => method) ?? [];
  const group = (frame.right - frame.left) / audits.length;
  const bar = Math.min(30, (group - 36) / methods.length);
  const bars = audits.flatMap(({ dataSet, report }, g) => {
    const start = frame.left + g * group + (group - bar * methods.length) / 2;
    return [
      ...report.methods.map(({ method, measures }, m) => {
        const { mean, low, high } = measures.retentionTop50;
        const left = start + m * bar;
        const top = yOf(frame, mean);
        const upper = Number.isFinite(high) ? Math.min(1, high) : mean;
        const lower = Number.isFinite(low) ? Math.max(0, low) : mean;
        const own = method === 'lissnas';
        return [
          element('rect', {
            x: left + 2,
            y: top,
            width: bar - 4,
            height: Math.max(0.5, frame.bottom - top),
            fill: METHODS[method] ?? '#888888',
            rx: 1.5,
          }),
          upper > lower ? whisker(left + bar / 2, yOf(frame, lower), yOf(frame, upper), '#24292f') : '',
          text(left + bar / 2, Math.min(top, yOf(frame, upper)) - 6, `${Math.round(100 * mean)}`, {
            'text-anchor': 'middle',
            'font-size': 11,
            'font-weight': own ? 700 : 400,
          }),
        ].join('');
      }),
      text(frame.left + (g + 0.5) * group, height - 14, dataSet, { 'text-anchor': 'middle' }),
    ];
  });
  let at = 56;
  const legend = methods.map((method) => {
    const item = `${element('rect', { x: at, y: 44, width: 11, height: 11, rx: 2, fill: METHODS[method] ?? '#888888' })}${text(at + 16, 54, method, { 'font-size': 11 })}`;
    at += 34 + 6.1 * method.length;
    return item;
  });
  return picture(
    width,
    height,
    'How many of the true top 50 are kept, percent',
    grid(frame, (value) => `${Math.round(100 * value)}`),
    ...legend,
    ...bars,
  );
}

/** Mean accuracy of the space after each round, one panel a data set. */
function roundsFigure(audits: readonly AuditResult[]): string {
  const [width, height] = [800, 290];
  const panel = (width - 16) / audits.length;
  const panels = audits.map(({ dataSet, report, rounds }, p) => {
    const final = report.methods.find(({ method }) => method === 'lissnas')!.measures.meanAccuracy;
    const points = [{ mean: report.whole.meanAccuracy, low: Number.NaN, high: Number.NaN }, ...rounds, final];
    const values = points.flatMap(({ mean, low, high }) => [mean, low, high]).filter(Number.isFinite);
    const [least, most] = [Math.min(...values), Math.max(...values, report.whole.bestAccuracy)];
    const margin = 0.06 * (most - least);
    const frame: Frame = {
      left: 16 + p * panel + 40,
      right: 16 + (p + 1) * panel - 20,
      top: 76,
      bottom: height - 46,
      low: least - margin,
      high: most + margin,
    };
    const colour = DATA_SETS[p % DATA_SETS.length]!;
    const x = (i: number) => frame.left + ((i + 0.3) / (points.length - 0.4)) * (frame.right - frame.left);
    const path = points.map(({ mean }, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${yOf(frame, mean).toFixed(1)}`);
    const best = yOf(frame, report.whole.bestAccuracy);
    return [
      text(frame.left - 24, 56, dataSet, { 'font-weight': 600 }),
      grid(frame, (value) => String(value)),
      element('line', {
        x1: frame.left,
        x2: frame.right,
        y1: best,
        y2: best,
        stroke: '#6e7781',
        'stroke-dasharray': '4 3',
      }),
      faint(frame.left + 2, best - 4, 'best network of the whole space'),
      element('path', { d: path.join(''), fill: 'none', stroke: colour, 'stroke-width': 2.2 }),
      ...points.map(({ mean, low, high }, i) => {
        const bar = high > low ? whisker(x(i), yOf(frame, low), yOf(frame, high), colour) : '';
        return `${bar}${element('circle', { cx: x(i), cy: yOf(frame, mean), r: 3.2, fill: colour, stroke: '#ffffff' })}`;
      }),
      ...points.map((_, i) => faint(x(i), frame.bottom + 16, String(i), { 'text-anchor': 'middle' })),
      faint((frame.left + frame.right) / 2, height - 12, 'round (0: the whole space)', { 'text-anchor': 'middle' }),
    ].join('\n');
  });
  return picture(width, height, 'Mean accuracy of the space after each round', ...panels);
}
