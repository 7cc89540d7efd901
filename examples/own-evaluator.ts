/** An evaluator of your own: any function, async or not. A program in another language: docs/own-evaluator.md. */
import { createRandom, fromFunction, ShrunkSpace, shrink, version } from 'lissnas';
import { space } from './own-space.js';

async function trainAndTest(choices: Readonly<Record<string, unknown>>): Promise<number> {
  const layers = Object.values(choices).filter((choice) => choice !== 'skip').length;
  return 60 + Number(choices.width) / 8 + 5 * layers; // train your network here
}

export const evaluator = fromFunction(
  async (_, choices) => ({ accuracy: await trainAndTest(choices), costs: { latency_ms: Number(choices.width) / 10 } }),
  { space, name: 'my trainer', concurrency: 4 },
);

export async function shrinkMySpace(): Promise<ShrunkSpace> {
  const result = await shrink({ space, evaluator, evaluations: 60, size: 40, random: createRandom(1) });
  return ShrunkSpace.fromResult(result, { version, evaluator: evaluator.name, options: {} });
}
