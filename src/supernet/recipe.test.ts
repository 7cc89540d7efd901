import { expect, it } from 'vitest';
import { recipeHash, stepsOf, supernetRecipeSchema, trainingRecipeSchema, updateRuleAt } from './recipe.js';

const firstIssue = (value: unknown) => supernetRecipeSchema.safeParse(value).error?.issues[0]?.message;

it('an empty recipe is whole, and its parse is a fixed point', () => {
  for (const schema of [trainingRecipeSchema, supernetRecipeSchema]) {
    const recipe = schema.parse({});
    expect(schema.parse(recipe)).toEqual(recipe);
  }
  expect(updateRuleAt(trainingRecipeSchema.parse({ schedule: { kind: 'constant', learningRate: 0.2 } }), 3, 9)).toEqual(
    {
      kind: 'sgd',
      learningRate: 0.2,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 5e-4,
      decay: 'weights',
    },
  );
});

it('says what must be', () => {
  expect(firstIssue({ batch: 1 })).toBe('must be at least 2');
  expect(firstIssue({ steps: 10, epochs: 2 })).toBe('must give steps or epochs, not both');
  expect(firstIssue({ optimizer: { kind: 'sgd', momentum: 1 } })).toBe('must be below 1');
  expect(firstIssue({ optimizer: { kind: 'lion' } })).toBe('must have a kind: sgd or adamw');
  expect(firstIssue({ schedule: { kind: 'cosine', learningRate: 0 } })).toBe('must be above 0');
  expect(firstIssue({ schedule: { kind: 'cosine', learningRate: Number.NaN } })).toBe('must be a number');
  expect(firstIssue({ sampling: 'greedy' })).toBe('must be uniform, pockets, fair, cost-balanced');
  expect(firstIssue({ augmentation: { padding: -1 } })).toBe('must be at least 0');
  expect(firstIssue({ labelSmoothing: 1 })).toBe('must be below 1');
});

it('counts steps by passes over the images', () => {
  expect(stepsOf(trainingRecipeSchema.parse({ steps: 7 }), 1000)).toBe(7);
  expect(stepsOf(trainingRecipeSchema.parse({ epochs: 2.5, batch: 100 }), 1000)).toBe(25);
  expect(stepsOf(trainingRecipeSchema.parse({ epochs: 1 }), 10)).toBe(1);
});

it('has one hash however it is written, and another when anything differs', () => {
  const hash = (value: unknown) => recipeHash(supernetRecipeSchema.parse(value));
  expect(hash({ batch: 64, optimizer: { nesterov: true, kind: 'sgd' } })).toBe(hash({ optimizer: { kind: 'sgd' } }));
  const others = [
    {},
    { batch: 65 },
    { paths: 1 },
    { steps: 5 },
    { optimizer: { kind: 'sgd', clip: 1 } },
    { sampling: 'fair' },
  ];
  expect(new Set(others.map(hash)).size).toBe(others.length);
});
