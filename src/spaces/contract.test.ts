import { defineSpace } from './define.js';
import { builtInSpaces } from './index.js';
import { describeSpace } from './testing/contract.js';

for (const [name, space] of Object.entries(builtInSpaces)) describeSpace(name, () => space);

describeSpace('with one dimension of one choice', () =>
  defineSpace({ name: 'point', dimensions: [{ name: 'only', choices: ['this'] }] }),
);
