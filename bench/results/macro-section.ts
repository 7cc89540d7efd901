/** What docs/results.md says of supernets of NAS-Bench-Macro on real images: every sentence about a result is derived from it. */
import type { Interval } from '../../src/math/statistics.js';
import type { SupernetName } from '../one-shot/macro-result.js';
import { formatted, verdict } from './intervals.js';
import type { FoundSummary, MacroSummary, SupernetSummary } from './macro-fold.js';

const TRAINED: Readonly<Record<SupernetName, string>> = {
  whole: 'on the whole space',
  inside: 'inside the shrunk space',
  warm: 'half on the whole space, half inside',
};

/** The section. */
export function macroSection(summary: MacroSummary): string {
  return [
    `## One-shot on real images: supernets of NAS-Bench-Macro, ${summary.example.images.name}`,
    settings(summary),
    headline(summary),
    ranking(summary),
    bySeed(summary),
    searching(summary),
    goals(summary),
    ...(summary.example.settings.training === undefined ? [] : ['_This is a smoke test, not a result._']),
  ].join('\n\n');
}

function settings({ example, results, meanTruth, agreement, ceiling }: MacroSummary): string {
  const { settings, steps, images, whole, shrunk } = example;
  const { recipe, references } = settings;
  const seeds = results.map(({ randomSeed }) => randomSeed).join(', ');
  const { optimizer, schedule, augmentation, batch, paths = 1 } = recipe;
  const passes = (steps * batch) / images.training;
  const rate = `${schedule.kind} schedule from ${schedule.learningRate}`;
  const rule = optimizer.kind === 'sgd' ? `SGD with momentum ${optimizer.momentum}` : 'AdamW';
  const crop = `crop with padding ${augmentation.padding}${augmentation.flip ? ' and flip' : ''}`;
  const clip = optimizer.clip === undefined ? '' : `gradients clipped at a norm of ${optimizer.clip}, `;
  const warm = settings.warm ? ' A third one learns for half of the steps on the whole space and then inside.' : '';
  return [
    `Measured by \`npm run measure:macro\`; random ${results.length === 1 ? 'seed' : 'seeds'} ${seeds}. The space of ${count(whole.size)} networks (true mean ${meanTruth.whole.toFixed(2)}, best ${whole.bestTruth.toFixed(2)}) is shrunk by the table's column ${settings.signal} with ${settings.shrinkEvaluations} evaluations to ${shrunk.size} (true mean ${formatted(meanTruth.shrunk, 2)}). One supernet is trained on the whole space and one, from the same initial values, inside the shrunk space: both for ${count(steps)} steps of ${batch} images (${passes.toFixed(1)} passes over ${count(images.training)}), the same images in the same order, ${paths} uniform ${paths === 1 ? 'path' : 'paths'} a step.${warm} A network has ${whole.meanFlops.toFixed(1)} M FLOPs on average in the whole space and ${shrunk.meanFlops.toFixed(1)} M inside: the budgets are equal in steps and images, not in arithmetic.`,
    `Recipe: ${rule}, ${rate}, weight decay ${optimizer.weightDecay} on ${optimizer.decay === 'all' ? 'all parameters' : 'weights only'}, ${clip}label smoothing ${recipe.labelSmoothing}, ${crop}. A subnet is judged by ${count(images.validation)} training images that were held back, its batch norms recalibrated on ${count(settings.calibrationBatches * settings.calibrationSize)}; truth is the table's ${settings.truth}, from test images that decide nothing here. Supernets are compared by the same ${count(Math.min(references, shrunk.size))} random subnets of the shrunk space.`,
    `The truth is itself noisy so close to the top: inside the shrunk space two single trainings from scratch agree at tau-b ${formatted(agreement, 2)}.${Number.isNaN(ceiling) ? '' : ` By normal theory a judge without any error would reach about ${ceiling.toFixed(2)} against the mean of three.`}`,
  ].join('\n\n');
}

function headline({ supernets, found, results }: MacroSummary): string {
  const inside = supernets.find(({ name }) => name === 'inside')!.difference!;
  const search = found.find(({ supernet, searched }) => supernet === 'inside' && searched === 'shrunk')!.difference!;
  const basis = results.length === 1 ? 'bootstrap over the subnets' : `Student t over ${results.length} random seeds`;
  const item = (what: string, difference: Interval, digits: number, unit: string) =>
    `- ${what}: ${formatted(difference, digits, true)}${unit}, **${verdict(difference)}**`;
  return [
    `Trained inside the shrunk space instead of on the whole one: paired differences with 95 % intervals (${basis}).`,
    '',
    item('Kendall tau-b inside the shrunk space', inside.tau, 3, ''),
    item('mean accuracy of its subnets with shared weights', inside.accuracy, 2, ' points'),
    item('true accuracy of the network found, each supernet searching where it was trained', search, 3, ' points'),
  ].join('\n');
}

function ranking({ supernets, tauOverWhole }: MacroSummary): string {
  const cells = (of: (supernet: SupernetSummary) => string) => supernets.map(of).join(' | ');
  const over = supernets.map(({ name }) => (name === 'whole' ? formatted(tauOverWhole, 3) : '')).join(' | ');
  return [
    `| supernet trained | ${cells(({ name }) => TRAINED[name])} |`,
    `|---|${cells(() => '---').replaceAll(' ', '')}|`,
    `| Kendall tau-b inside the shrunk space | ${cells(({ tau }) => formatted(tau, 3))} |`,
    `| minus that of the first | ${cells(({ difference }) => (difference === undefined ? '' : formatted(difference.tau, 3, true)))} |`,
    `| mean subnet accuracy there | ${cells(({ accuracy }) => formatted(accuracy, 2))} |`,
    `| minus that of the first | ${cells(({ difference }) => (difference === undefined ? '' : formatted(difference.accuracy, 2, true)))} |`,
    `| Kendall tau-b over the whole space | ${over} |`,
  ].join('\n');
}

function bySeed({ bySeed, supernets }: MacroSummary): string {
  const others = supernets.filter(({ name }) => name !== 'whole');
  const head = [
    ...supernets.map(({ name }) => TRAINED[name]),
    ...others.map(({ name }) => `${TRAINED[name]}, minus the first`),
  ];
  return [
    'Kendall tau-b inside the shrunk space for each random seed, with bootstrap intervals over the subnets:',
    '',
    `| random seed | ${head.join(' | ')} |`,
    `|---|${head.map(() => '---').join('|')}|`,
    ...bySeed.map(({ randomSeed, supernets }) => {
      const differences = supernets.flatMap(({ difference }) => (difference === undefined ? [] : [difference.tau]));
      const cells = [
        ...supernets.map(({ tau }) => formatted(tau, 3)),
        ...differences.map((difference) => formatted(difference, 3, true)),
      ];
      return `| ${randomSeed} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

function searching({ example, found, bestMeasured, meanTruth }: MacroSummary): string {
  const { searchEvaluations, shrinkEvaluations } = example.settings;
  const row = ({ supernet, searched, truth, difference, ranks }: FoundSummary) =>
    `| ${TRAINED[supernet]} | ${searched} | ${formatted(truth, 3)} | ${difference === undefined ? '' : formatted(difference, 3, true)} | ${ranks.join(', ')} |`;
  return [
    `Regularized evolution with ${searchEvaluations} evaluations by the supernet, and what the table knows of the network that it finds (best: ${example.whole.bestTruth.toFixed(3)}). Who searches the shrunk space builds on the ${shrinkEvaluations} networks that were measured to shrink; the last rows are what these give without any supernet.`,
    '',
    '| supernet trained | searched | true accuracy | minus the first | rank for each random seed |',
    '|---|---|---|---|---|',
    ...found.map(row),
    `| none: a random network of the shrunk space | | ${formatted(meanTruth.shrunk, 3)} | | |`,
    `| none: the best of the ${shrinkEvaluations} networks measured to shrink | | ${formatted(bestMeasured.truth, 3)} | | ${bestMeasured.ranks.join(', ')} |`,
  ].join('\n');
}

/** What a rough trial of the same kind reached, and the aim beyond. */
function goals({ supernets }: MacroSummary): string {
  const { tau, difference } = supernets.find(({ name }) => name === 'inside')!;
  const rows = [
    { what: 'tau-b inside minus on the whole space', goal: 0.23, value: difference!.tau.mean, digits: 3 },
    { what: 'mean subnet accuracy, the same difference', goal: 14.1, value: difference!.accuracy.mean, digits: 2 },
    { what: 'tau-b of the supernet trained inside', goal: 0.48, value: tau.mean, digits: 3 },
    { what: 'tau-b of the supernet trained inside, to aim at', goal: 0.65, value: tau.mean, digits: 3 },
  ];
  return [
    '| goal | at least | reached | |',
    '|---|---|---|---|',
    ...rows.map(
      ({ what, goal, value, digits }) =>
        `| ${what} | ${goal} | ${value.toFixed(digits)} | ${value >= goal ? 'yes' : '**no**'} |`,
    ),
  ].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
