/** Very many small dots, written into the pixels of a canvas: a hundred thousand shapes would keep the browser for seconds. */

/** Square dots of one size. */
export interface Dots {
  /** centres, in CSS pixels; those outside are left out */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** a CSS colour */
  readonly colour: (i: number) => string;
  /** in CSS pixels */
  readonly edge: number;
}

/** Draws dots over what the canvas shows; later ones lie on top. @param ratio pixels of the canvas to a CSS pixel */
export function drawDots(pen: CanvasRenderingContext2D, { x, y, colour, edge }: Dots, ratio: number): void {
  const { width, height } = pen.canvas;
  const picture = pen.getImageData(0, 0, width, height);
  const pixels = new DataView(picture.data.buffer);
  const known = new Map<string, number>();
  const side = Math.max(1, Math.round(edge * ratio));
  for (let i = 0; i < x.length; i++) {
    const left = Math.round(x[i]! * ratio - side / 2);
    const top = Math.round(y[i]! * ratio - side / 2);
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
