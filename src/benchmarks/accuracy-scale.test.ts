import { expect, test } from 'vitest';
import { accuracyIn, accuracyScale } from './accuracy-scale.js';
import { tinyTable } from './testing/tiny.js';

/** A table whose column acc holds these values. */
function tableOf(values: readonly number[]) {
  const rows = values.map((value, i) => `${i % 3},${Math.floor(i / 3) % 2},${Math.floor(i / 6)},${value}`);
  return tinyTable(`op,kernel,se,acc\n${rows.join('\n')}\n`);
}
async function scaleOf(values: readonly number[]) {
  const table = await tableOf(values);
  return accuracyScale(table, table.column('acc'));
}

test('fractions become percent, with a note', async () => {
  const scale = await scaleOf([0.931, 0.1, 0, 1]);
  expect(scale.factor).toBe(100);
  expect(scale.note).toMatch(/read as fractions and multiplied by 100/);
  const table = await tableOf([0.931, 0.1]);
  expect(accuracyIn(table, 'acc')([0, 0, 0])).toBeCloseTo(93.1, 10);
  expect(accuracyIn(table, 'acc')([2, 1, 1])).toBeNaN();
});

test('percent stays as it is, also with networks that failed, and so do numbers that are no accuracies', async () => {
  expect(await scaleOf([93.1, 10, 71.2])).toEqual({ factor: 1 });
  expect(await scaleOf([71.3, 68.2, 0, 0.1, 1])).toEqual({ factor: 1 }); // ImageNet and CIFAR-100 at chance
  expect(await scaleOf([-0.5, -0.2])).toEqual({ factor: 1 });
  expect(await scaleOf([1.2, 1.4, 0.3])).toEqual({ factor: 1 });
});

test('fractions beside percent are refused, naming one', async () => {
  await expect(scaleOf([93.1, 0.93, 92.7, 91])).rejects.toThrow(
    /column "acc": 1 of 4 values look like fractions \(0\.93 for conv,3,0\) beside percent \(up to 93\.1\)/,
  );
});

test('a column without values is refused', async () => {
  await expect(scaleOf([Number.NaN, Number.NaN])).rejects.toThrow(/no values at all/);
});

test('a few percent beside many fractions are refused, naming one', async () => {
  const fractions = Array.from({ length: 11 }, (_, i) => 0.61 + i / 1000);
  await expect(scaleOf([...fractions.slice(0, 5), 93.1, ...fractions.slice(5)])).rejects.toThrow(
    /11 of 12 values look like fractions, but 93\.1 for .* does not/,
  );
});
