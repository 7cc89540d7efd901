/** A small SVG writer: elements, scales and axes. */

export type Attributes = Readonly<Record<string, string | number>>;

const COLOURS = { ink: '#24292f', faint: '#6e7781', grid: '#e4e8ec' };
export const FONT = "font-family=\"system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif\"";

/** One element; numbers are rounded to a hundredth. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? String(+value.toFixed(2)) : value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, 'font-size': 12, fill: COLOURS.ink, ...attributes }, escaped(content));
}

export function faint(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return text(x, y, content, { fill: COLOURS.faint, 'font-size': 11, ...attributes });
}

/** A whole picture on white, so that it is legible on dark pages too. */
export function picture(width: number, height: number, title: string, ...children: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${FONT} role="img">`;
  const background = element('rect', { width, height, fill: '#ffffff' });
  const heading = text(16, 26, title, { 'font-size': 15, 'font-weight': 600 });
  return `${head}\n${[element('title', {}, escaped(title)), background, heading, ...children].join('\n')}\n</svg>\n`;
}

/** A rectangle of the picture with a linear vertical scale. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly low: number;
  readonly high: number;
}

export function yOf({ top, bottom, low, high }: Frame, value: number): number {
  return bottom - ((value - low) / (high - low)) * (bottom - top);
}

/** Horizontal grid lines with their values. */
export function grid(frame: Frame, format: (value: number) => string): string {
  return ticks(frame.low, frame.high)
    .map((value) => {
      const y = yOf(frame, value);
      return (
        element('line', { x1: frame.left, x2: frame.right, y1: y, y2: y, stroke: COLOURS.grid }) +
        faint(frame.left - 6, y + 4, format(value), { 'text-anchor': 'end' })
      );
    })
    .join('\n');
}

/** A vertical interval with caps. */
export function whisker(x: number, low: number, high: number, colour: string): string {
  const cap = 3;
  const d = `M${x - cap} ${low.toFixed(2)}h${2 * cap}M${x} ${low.toFixed(2)}V${high.toFixed(2)}M${x - cap} ${high.toFixed(2)}h${2 * cap}`;
  return element('path', { d, stroke: colour, fill: 'none', 'stroke-width': 1.2 });
}

/** Round values, about five of them, within the bounds. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((candidate) => candidate >= rough * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => +((first + i) * step).toPrecision(12));
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
