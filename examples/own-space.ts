/** A search space of your own, in code. The same as YAML: docs/own-space.md. */
import { defineSpace } from 'lissnas';

const layers = [0, 1, 2, 3].map((i) => ({ name: `layer${i}`, choices: ['skip', 'dw3', 'dw5', 'dense3'] }));

export const space = defineSpace({
  name: 'my-space',
  dimensions: [{ name: 'width', choices: [16, 24, 32, 48], ordered: true }, ...layers],
  forbidden: [{ layer0: 'skip', layer1: 'skip' }],
});
