/** Shrinks a space by a table of measurements, under a limit, and leaves the result in a file. */
import type { SearchSpace } from 'lissnas';
import { createRandom, readTable, ShrunkSpace, saveShrunkSpace, shrink, tabular, version } from 'lissnas';

export async function shrinkTable(space: SearchSpace, file: string, out: string): Promise<ShrunkSpace> {
  const table = await readTable(file, space);
  const latency = table.column('latency_ms');
  const limits = [{ cost: { name: 'latency_ms', unit: 'ms', of: latency.of }, max: 3 }];
  const evaluator = tabular(table, 'accuracy');
  const result = await shrink({ space, evaluator, evaluations: 60, size: 40, limits, random: createRandom(1) });
  const shrunk = ShrunkSpace.fromResult(result, { version, evaluator: evaluator.name, options: {} });
  await saveShrunkSpace(shrunk, out);
  return shrunk;
}
