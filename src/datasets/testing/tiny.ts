/** A tiny data set whose every pixel is known. */
import { createDataset } from '../create.js';
import type { Dataset } from '../dataset.js';

/** `size` images of 3 channels, 4 rows and 5 columns; labels in turn from 0 to `classes` - 1. */
export function tinyDataset(size: number, classes = 3): Dataset {
  return createDataset({
    name: 'tiny',
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    shape: [3, 4, 5],
    pixels: Uint8Array.from({ length: size * 60 }, (_, i) => (i * 37 + (i >> 4) * 11) % 256),
    labels: Uint16Array.from({ length: size }, (_, i) => i % classes),
  });
}
