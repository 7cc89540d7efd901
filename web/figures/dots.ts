/** Very many small dots, written into the pixels of a canvas: a hundred thousand shapes would keep the browser for seconds. */

/** Square dots of one size. */
export interface Dots {
  readonly count: number;
  /** centres, in pixels of the canvas; those outside are left out */
  readonly x: (i: number) => number;
  readonly y: (i: number) => number;
  /** a CSS colour */
  readonly colour: (i: number) => string;
  /** edge, in pixels of the canvas */
  readonly edge: number;
}

/** Draws dots over what the canvas shows; later ones lie on top. */
export function drawDots(pen: CanvasRenderingContext2D, { count, x, y, colour, edge }: Dots): void {
  const { width, height } = pen.canvas;
  const picture = pen.getImageData(0, 0, width, height);
  const pixels = new DataView(picture.data.buffer);
  const known = new Map<string, number>();
  const side = Math.max(1, Math.round(edge));
  for (let i = 0; i < count; i++) {
    const left = Math.round(x(i) - side / 2);
    const top = Math.round(y(i) - side / 2);
    if (!(left >= 0 && top >= 0 && left + side <= width && top + side <= height)) continue;
    const name = colour(i);
    const own = known.get(name) ?? opaque(pen, name);
    known.set(name, own);
    for (let row = top; row < top + side; row++) {
      for (let column = left; column < left + side; column++) pixels.setUint32(4 * (row * width + column), own);
    }
  }
  pen.putImageData(picture, 0, 0);
}

/** A CSS colour as red, green, blue and full opacity, one byte each. */
function opaque(pen: CanvasRenderingContext2D, colour: string): number {
  pen.fillStyle = colour;
  const [, digits = '000000'] = /^#([0-9a-f]{6})$/.exec(String(pen.fillStyle)) ?? [];
  return ((Number.parseInt(digits, 16) << 8) | 0xff) >>> 0;
}
