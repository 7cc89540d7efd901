/** Pieces of SVG as text: escaping, text, arrows, colours for light and dark. */
import type { Family } from './labels.js';
import type { Point, Size } from './layout.js';

const CLASS = 'lissnas-network';

/** Characters of a text in pixels of its size: of a monospace font exactly, of others about. */
const CHARACTER = { name: 0.602, text: 0.53 } as const;

/** How a text looks: a name is monospace; strong ones are larger, quiet ones paler. */
export type TextStyle = 'title' | 'name' | 'text' | 'quiet' | 'sign';

const SIZES: Readonly<Record<TextStyle, number>> = { title: 18, name: 12, text: 12, quiet: 11, sign: 14 };

/** Height of a line, in pixels. */
export const LINE = 16;

interface Palette {
  readonly paper: string;
  readonly box: string;
  readonly border: string;
  readonly ink: string;
  readonly quiet: string;
  readonly arrow: string;
  readonly skip: string;
  readonly families: Readonly<Record<Family, string>>;
}

/** Colours of families after Okabe and Ito, told apart by people of any colour vision; skips are also broader. */
const light: Palette = {
  paper: '#ffffff',
  box: '#f6f8fa',
  border: '#c6cdd5',
  ink: '#1b1f24',
  quiet: '#57606a',
  arrow: '#6e7781',
  skip: '#0072b2',
  families: {
    dense: '#0072b2',
    depthwise: '#d55e00',
    pool: '#009e73',
    channels: '#8a8f98',
    linear: '#cc79a7',
    plain: '#c6cdd5',
  },
};

const dark: Palette = {
  paper: '#0d1117',
  box: '#161b22',
  border: '#3d444d',
  ink: '#e6edf3',
  quiet: '#9ea7b3',
  arrow: '#8b949e',
  skip: '#56b4e9',
  families: {
    dense: '#56b4e9',
    depthwise: '#e69f00',
    pool: '#2fbf97',
    channels: '#a5adb8',
    linear: '#e39cc6',
    plain: '#3d444d',
  },
};

/** What each family is called in the legend. */
export const familyNames: Readonly<Record<Family, string>> = {
  dense: 'dense convolution',
  depthwise: 'depthwise or grouped convolution',
  pool: 'pooling',
  channels: 'joins, splits, moves channels',
  linear: 'linear',
  plain: 'other',
};

/** A whole drawing: self-contained, no scripts, no fonts, no ids that could clash with those of a page around it. */
export function svgDocument({ width, height }: Size, title: string, description: string, content: string): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${CLASS}" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<style>${rules(light)}@media (prefers-color-scheme: dark){${rules(dark)}}${layoutRules()}</style>`,
    `<rect class="paper" width="${w}" height="${h}"/>`,
    content,
    '</svg>',
    '',
  ].join('\n');
}

/** Puts content somewhere, with a text that shows when pointed at. */
export function group({ x, y }: Point, content: string, tip?: string): string {
  const title = tip === undefined ? '' : `<title>${escaped(tip)}</title>`;
  return `<g transform="translate(${rounded(x)} ${rounded(y)})">${title}${content}</g>`;
}

/** A line of text that begins, or has its middle, at a point. */
export function text(style: TextStyle, { x, y }: Point, content: string, anchor: 'start' | 'middle' = 'start'): string {
  const middle = anchor === 'middle' ? ' text-anchor="middle"' : '';
  return `<text class="${style}" x="${rounded(x)}" y="${rounded(y)}"${middle}>${escaped(content)}</text>`;
}

/** About how broad a text is, in pixels. */
export function textWidth(style: TextStyle, content: string): number {
  const wide = style === 'name' ? 0 : (content.match(/[mwMW]/g) ?? []).length;
  return (content.length + wide / 2) * SIZES[style] * CHARACTER[style === 'name' ? 'name' : 'text'];
}

/** The text, shortened in the middle to at most so many characters. */
export function shortened(content: string, most: number): string {
  if (content.length <= most) return content;
  const kept = most - 1;
  return `${content.slice(0, Math.ceil(kept / 2))}…${content.slice(content.length - Math.floor(kept / 2))}`;
}

/** A box with a stripe in the colour of its family; dashed where nothing uses it. */
export function box({ width, height }: Size, family: Family, used = true): string {
  const w = rounded(width);
  const h = rounded(height);
  return (
    `<rect class="box${used ? '' : ' unused'}" width="${w}" height="${h}" rx="5"/>` +
    `<path class="fill-${family}" d="M5 0H4a4 4 0 0 0-4 4V${rounded(height - 4)}a4 4 0 0 0 4 4H5z"/>`
  );
}

/** A round sign, e.g. of an addition, in a square of this size. */
export function roundSign(size: number, sign: string, used = true): string {
  const r = size / 2;
  return `<circle class="box${used ? '' : ' unused'}" cx="${r}" cy="${r}" r="${r}"/>${text('sign', { x: r, y: r + 5 }, sign, 'middle')}`;
}

/** A letter in a circle around a point, which leads from a block to its picture. */
export function badge({ x, y }: Point, letter: string): string {
  const at = `cx="${rounded(x)}" cy="${rounded(y)}"`;
  return `<circle class="badge" ${at} r="9"/>${text('sign', { x, y: y + 4.5 }, letter, 'middle')}`;
}

/** A patch of a family's colour. */
export function swatch(family: Family): string {
  return `<rect class="fill-${family}" width="12" height="12" rx="2"/>`;
}

/** An arrow along a route; one that skips boxes stands out. */
export function arrow(route: readonly Point[], skips: boolean): string {
  const [start, ...others] = route.map(({ x, y }) => ({ x: rounded(x), y: rounded(y) }));
  const end = others.at(-1)!;
  const tip = { x: end.x, y: end.y - 6 };
  let path = `M${start!.x} ${start!.y}`;
  let from = start!;
  for (const point of [...others.slice(0, -1), tip]) {
    const half = rounded((from.y + point.y) / 2);
    path += from.x === point.x ? `V${point.y}` : `C${from.x} ${half} ${point.x} ${half} ${point.x} ${point.y}`;
    from = point;
  }
  const head = `M${end.x} ${end.y}l-4 -7h8z`;
  return `<path class="${skips ? 'skip' : 'flow'}" d="${path}"/><path class="${skips ? 'skip' : 'flow'}-head" d="${head}"/>`;
}

/** Text that is safe in XML, between tags and in quotes. */
export function escaped(content: string): string {
  return content
    .replace(/[\p{Cs}\p{Cc}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function rules({ paper, box: boxColour, border, ink, quiet, arrow: arrowColour, skip, families }: Palette): string {
  const own: Record<string, string> = {
    '.paper': `fill:${paper}`,
    '.box': `fill:${boxColour};stroke:${border}`,
    '.badge': `fill:${paper};stroke:${ink}`,
    text: `fill:${ink}`,
    '.quiet': `fill:${quiet}`,
    '.flow': `fill:none;stroke:${arrowColour}`,
    '.flow-head': `fill:${arrowColour}`,
    '.skip': `fill:none;stroke:${skip};stroke-width:2`,
    '.skip-head': `fill:${skip}`,
  };
  for (const [family, colour] of Object.entries(families)) own[`.fill-${family}`] = `fill:${colour}`;
  return scoped(own);
}

function layoutRules(): string {
  const sans = 'system-ui,-apple-system,"Segoe UI",sans-serif';
  const mono = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';
  return scoped({
    text: `font-family:${sans}`,
    '.title': `font-size:${SIZES.title}px;font-weight:600`,
    '.name': `font-family:${mono};font-size:${SIZES.name}px;font-weight:600`,
    '.text': `font-size:${SIZES.text}px`,
    '.quiet': `font-size:${SIZES.quiet}px`,
    '.sign': `font-size:${SIZES.sign}px;font-weight:600`,
    '.unused': 'stroke-dasharray:4 3',
  });
}

function scoped(own: Readonly<Record<string, string>>): string {
  return Object.entries(own)
    .map(([selector, style]) => `.${CLASS} ${selector}{${style}}`)
    .join('');
}
