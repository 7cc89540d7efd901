import { describe, expect, test } from 'vitest';
import { benchmarkFile } from '../../test/benchmarks.js';
import { readTable } from '../benchmarks/read-table.js';
import { temporaryFile } from '../benchmarks/testing/tiny.js';
import { createRandom } from '../math/random.js';
import { accelMnasnet } from '../spaces/accel-mnasnet.js';
import { defineSpace } from '../spaces/define.js';
import type { Codes } from '../spaces/space.js';
import { surrogate } from './surrogate.js';
import { predictor } from './surrogate-predictor.js';
import { fitRidge, momentsOf, selectMoments, sumMoments } from './surrogate-ridge.js';
import { contrastsOf, featureCount, writeFeatures } from './surrogate-terms.js';
import { evaluatorContract } from './testing/contract.js';

/** 4^9 * 1 = 262,144 architectures, one dimension without a choice. */
const space = defineSpace({
  name: 'planted',
  dimensions: [
    ...Array.from({ length: 9 }, (_, d) => ({ name: `d${d}`, choices: ['p', 'q', 'r', 's'] })),
    { name: 'fixed', choices: ['only'] },
  ],
});

/** Main effects, a pair and a triple, none of them linear in the codes. */
function planted(codes: Codes): number {
  let value = 70;
  for (let d = 0; d < 9; d++) value += [0, 2, -1, 1][(codes[d] + d) % 4] * (1 + d / 4);
  if (codes[7] === codes[8]) value += 4;
  if (codes[6] === 1 && codes[7] === 2 && codes[8] === 3) value -= 3;
  return value;
}

function plantedTable(rows: number, value: (codes: Codes, random: () => number) => number) {
  const random = createRandom(11);
  const lines = Array.from({ length: rows }, () => {
    const codes = space.sample(random);
    return `${codes.join(',')},${value(codes, random.normal)}`;
  });
  const header = [...space.dimensions.map(({ name }) => name), 'acc'].join(',');
  return readTable(temporaryFile('sample.csv', `${header}\n${lines.join('\n')}\n`), space);
}

describe('on a planted landscape', () => {
  test('finds main effects and interactions, and knows its own error on rows it has not seen', async () => {
    const table = await plantedTable(1500, (codes, normal) => planted(codes) + 0.5 * normal());
    const model = await surrogate(table, space, 'acc', { randomSeed: 1 });
    expect(model.report.r2).toBeGreaterThan(0.97);
    expect(model.report.rows).toBe(table.size);
    expect(model.report.warnings).toEqual([]);

    const random = createRandom(99);
    let squares = 0;
    for (let i = 0; i < 2000; i++) {
      const architecture = space.sample(random);
      squares += (model.predict(architecture) - planted(architecture)) ** 2;
    }
    const trueError = Math.sqrt(squares / 2000);
    expect(trueError).toBeLessThan(0.5);
    // what cross-validation reports is that error and the noise of the rows together
    expect(model.report.rmse).toBeCloseTo(Math.hypot(trueError, 0.5), 1);
  });

  test('is the same again for the same random seed, and answers bytes like arrays', async () => {
    const table = await plantedTable(300, planted);
    const [a, b] = [
      await surrogate(table, space, 'acc', { randomSeed: 5 }),
      await surrogate(table, space, 'acc', { randomSeed: 5 }),
    ];
    expect(a.report).toEqual(b.report);
    const architecture = space.sample(createRandom(1));
    expect(a.predict(architecture)).toBe(b.predict(architecture));
    expect(a.predict(Uint8Array.from(architecture))).toBe(a.predict(architecture));
    expect(await a.evaluate(architecture)).toMatchObject({ kind: 'measured', accuracy: a.predict(architecture) });
  });

  test('pure noise explains nothing, and the report says so', async () => {
    const table = await plantedTable(200, (_, normal) => 50 + normal());
    const { report } = await surrogate(table, space, 'acc', { randomSeed: 1 });
    expect(report.r2).toBeLessThan(0.2);
    expect(report.warnings.join()).toMatch(/do not trust its ranking/);
  });

  test('fractions become percent', async () => {
    const table = await plantedTable(300, (codes) => planted(codes) / 100);
    const model = await surrogate(table, space, 'acc', { randomSeed: 1 });
    expect(model.predict(space.sample(createRandom(1)))).toBeGreaterThan(40);
    expect(model.report.warnings.join()).toMatch(/multiplied by 100/);
  });

  test('too few rows and a constant column are refused', async () => {
    await expect(surrogate(await plantedTable(10, planted), space, 'acc', { randomSeed: 1 })).rejects.toThrow(
      /10 values are too few/,
    );
    await expect(surrogate(await plantedTable(50, () => 7), space, 'acc', { randomSeed: 1 })).rejects.toThrow(
      /all values are 7/,
    );
  });
});

evaluatorContract('surrogate', async () => {
  const table = await plantedTable(100, planted);
  const random = createRandom(4);
  return {
    evaluator: await surrogate(table, space, 'acc', { randomSeed: 1 }),
    architectures: Array.from({ length: 5 }, () => space.sample(random)),
  };
});

describe('the regression', () => {
  const contrasts = contrastsOf(space);
  const terms = [[0], [1], [0, 1], [1, 2, 3]];
  const rows = Array.from({ length: 130 }, (_, i) => space.sample(createRandom(i)));
  const y = rows.map((codes) => planted(codes) / 10 - 7);
  const size = 1 + terms.reduce((sum, term) => sum + featureCount(term, contrasts), 0);
  const write = (row: number, target: Float64Array) => {
    let at = 1;
    for (const term of terms) at = writeFeatures(term, contrasts, rows[row], target, at);
  };
  const features = rows.map((_, row) => {
    const target = new Float64Array(size).fill(1);
    write(row, target);
    return target;
  });
  const moments = momentsOf([...rows.keys()], size, write, y);
  const prior = {
    terms,
    counts: terms.map((term) => featureCount(term, contrasts)),
    variances: [1, 2, 0.5, 0.1],
    noise: 0.3,
  };

  test('contrasts are orthogonal to each other and to the constant, with mean square 1', () => {
    for (const q of [2, 3, 7, 30]) {
      const [own] = contrastsOf(defineSpace({ name: 'x', dimensions: [{ name: 'a', choices: [...Array(q).keys()] }] }));
      for (let i = 0; i < q - 1; i++) {
        expect(own.reduce((sum, row) => sum + row[i], 0)).toBeCloseTo(0, 9);
        for (let j = 0; j < q - 1; j++) {
          expect(own.reduce((sum, row) => sum + row[i] * row[j], 0) / q).toBeCloseTo(i === j ? 1 : 0, 9);
        }
      }
    }
  });

  test('moments equal the plain double loop, in one piece, in parts and in a selection', () => {
    for (const [i, j] of [
      [0, 0],
      [0, 5],
      [7, 3],
      [size - 1, size - 1],
      [size - 1, 2],
    ]) {
      const expected = features.reduce((sum, row) => sum + row[i] * row[j], 0);
      expect(moments.gram[i * size + j]).toBeCloseTo(expected, 8);
    }
    const parts = [[...rows.keys()].slice(0, 70), [...rows.keys()].slice(70)];
    const sum = sumMoments(parts.map((part) => momentsOf(part, size, write, y)));
    expect(sum.rows).toBe(130);
    expect(sum.square).toBeCloseTo(moments.square, 8);
    sum.gram.forEach((value, i) => {
      expect(value).toBeCloseTo(moments.gram[i], 8);
    });
    const first = momentsOf(
      [...rows.keys()],
      4,
      (row, target) => writeFeatures([0], contrasts, rows[row], target, 1),
      y,
    );
    expect(momentsOf([...rows.keys()], size, write, y, first)).toEqual(moments);
    const few = selectMoments(moments, [0, 4, 9]);
    expect(few.gram[1 * 3 + 2]).toBe(moments.gram[4 * size + 9]);
    expect(few.cross[2]).toBe(moments.cross[9]);
  });

  test('the weights minimize the penalized squares: the gradient is zero', () => {
    const { weights } = fitRidge(moments, prior, 0);
    const penalties = [1 / 100, ...prior.counts.flatMap((count, t) => Array(count).fill(1 / prior.variances[t]))];
    for (let f = 0; f < size; f++) {
      let gradient = prior.noise * penalties[f] * weights[f];
      features.forEach((row, r) => {
        const residual = row.reduce((sum, value, i) => sum + value * weights[i], 0) - y[r];
        gradient += residual * row[f];
      });
      expect(gradient).toBeCloseTo(0, 8);
    }
  });

  test('look-up tables predict what the features and weights do', () => {
    const fitted = fitRidge(moments, prior, 2);
    const predict = predictor(fitted, contrasts);
    features.forEach((row, r) => {
      const expected = row.reduce((sum, value, i) => sum + value * fitted.weights[i], 0);
      expect(predict(rows[r])).toBeCloseTo(expected, 9);
    });
  });
});

const accel = benchmarkFile('accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz');
describe.skipIf(accel === undefined)('the real Accel-NASBench sample', () => {
  test('predicts held-out networks as well as gradient boosting does (R2 0.984, tau 0.921)', async () => {
    const table = await readTable(accel as string, accelMnasnet);
    const { report } = await surrogate(table, accelMnasnet, 'val_top1', { randomSeed: 1 });
    expect(report.rows).toBe(5125);
    expect(report.r2).toBeGreaterThan(0.982);
    expect(report.kendallTau).toBeGreaterThan(0.916);
    expect(report.rmse).toBeLessThan(0.45);
  });
});
