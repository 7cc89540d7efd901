/** From a scene to pixels. */
import { mixAt } from './ink.js';
import type { Figure, Scene } from './scene.js';
import { SIDE } from './side.js';

const VALUES = 3 * SIDE * SIDE;

/** Memory that `render` works in; one for all images of a data set. */
export interface Canvas {
  /** [SIDE][SIDE][3], grey levels */
  readonly values: Float32Array;
  readonly spare: Float32Array;
}

/** A canvas; its content does not matter. */
export function createCanvas(): Canvas {
  return { values: new Float32Array(VALUES), spare: new Float32Array(VALUES) };
}

/** Renders the scene to `pixels` [SIDE][SIDE][3], which is overwritten, as is the canvas. */
export function render(scene: Scene, canvas: Canvas, pixels: Uint8ClampedArray): void {
  paintBackground(scene, canvas.values);
  for (const figure of scene.figures) paintFigure(figure, canvas.values);
  if (scene.blurred) blur(canvas);
  addNoise(scene, canvas.values, pixels);
}

function paintBackground({ background: ink }: Scene, values: Float32Array): void {
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += 3) {
      const share = mixAt(ink, x, y);
      for (let c = 0; c < 3; c++) values[at + c] = ink.first[c] + share * (ink.second[c] - ink.first[c]);
    }
  }
}

/** Blends the figure in; pixels on its outline by the share of them that it covers. */
function paintFigure(figure: Figure, values: Float32Array): void {
  const { silhouette, ink, handed, outline, cut } = figure;
  const [centreX, centreY] = figure.centre;
  const [axisX, axisY] = figure.axis;
  const [scaleX, scaleY] = figure.scale;
  const reach = 1.2 * scaleX + 1; // every silhouette lies within 1.2 units of its origin
  const [left, right] = [Math.max(0, Math.ceil(centreX - reach)), Math.min(SIDE - 1, Math.floor(centreX + reach))];
  const [top, bottom] = [Math.max(0, Math.ceil(centreY - reach)), Math.min(SIDE - 1, Math.floor(centreY + reach))];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const fromX = x - centreX;
      const fromY = y - centreY;
      const u = (fromX * axisX + fromY * axisY) / scaleX;
      const v = (handed * (fromY * axisX - fromX * axisY)) / scaleY;
      const whole = silhouette(u, v) * scaleY;
      const distance = Math.max(whole, -whole - outline, (u - cut) * scaleX);
      const cover = Math.min(1, Math.max(0, 0.5 - distance));
      if (cover === 0) continue;
      const share = mixAt(ink, x, y);
      const at = 3 * (y * SIDE + x);
      for (let c = 0; c < 3; c++) {
        const colour = ink.first[c] + share * (ink.second[c] - ink.first[c]);
        values[at + c] += cover * (colour - values[at + c]);
      }
    }
  }
}

/** Weights 1 2 1 along both axes; the border repeats. */
function blur({ values, spare }: Canvas): void {
  const row = 3 * SIDE;
  for (let at = 0; at < VALUES; at++) {
    const x = at % row;
    spare[at] = (values[x < 3 ? at : at - 3] + 2 * values[at] + values[x >= row - 3 ? at : at + 3]) / 4;
  }
  for (let at = 0; at < VALUES; at++) {
    values[at] = (spare[at < row ? at : at - row] + 2 * spare[at] + spare[at >= VALUES - row ? at : at + row]) / 4;
  }
}

/** Standard deviation of the sum of four uniform bytes. */
const FOUR_BYTES = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/** Light, noise and rounding. The noise of a value is a sum of four bytes (nearly normal) of one number of Marsaglia's xorshift32. */
function addNoise({ light, noise, noiseSeed }: Scene, values: Float32Array, pixels: Uint8ClampedArray): void {
  const amount = noise / FOUR_BYTES;
  let bits = noiseSeed;
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const brighter = (2 * (light[0] * x + light[1] * y)) / (SIDE - 1) - light[0] - light[1];
      for (let c = 0; c < 3; c++, at++) {
        bits ^= bits << 13;
        bits ^= bits >>> 17;
        bits ^= bits << 5;
        const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
        pixels[at] = values[at] + brighter + amount * (sum - 510);
      }
    }
  }
}
