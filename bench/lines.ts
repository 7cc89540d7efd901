/** The comparisons that need nothing but this repository (and Python, where it is found). */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../src/journal/journal.js';
import { kendallTau } from '../src/math/kendall.js';
import { createRandom } from '../src/math/random.js';
import { fitLocalityModel } from '../src/predictors/gaussian-process.js';
import { growPockets } from '../src/shrink/pockets.js';
import { ONE_BIN, Region } from '../src/shrink/region.js';
import { forEachEdit } from '../src/spaces/edits.js';
import { growOneByOne, kendallTauOfAllPairs, neighboursByCopying } from './plain.js';
import { problem } from './problem.js';
import { askPython, NO_PYTHON } from './python.js';
import { type Line, type Skipped, timed } from './timing.js';

const REPEATS = 5;

export async function neighbourEnumeration(): Promise<Line[]> {
  const { space, sample } = problem(30, 5, 1);
  const architectures = sample(10_000, 'neighbours');
  let visited = 0;
  const codes = new Uint8Array(30);
  const [ours, peer] = await timed(
    REPEATS,
    () => {
      for (const architecture of architectures) {
        codes.set(architecture);
        forEachEdit(space, codes, () => visited++);
      }
    },
    () => {
      for (const architecture of architectures) visited += neighboursByCopying(architecture, 5).length;
    },
  );
  return [
    line(
      '1,200,000 neighbours of 30 dimensions',
      ours,
      peer,
      'plain JavaScript, a copy each',
      `${(visited / 2 / (REPEATS + 1)).toLocaleString('en')} a turn`,
    ),
  ];
}

export async function predictor(): Promise<(Line | Skipped)[]> {
  const { space, accuracy, sample } = problem(10, 5, 1);
  const train = sample(300, 'train');
  const test = sample(5000, 'test');
  const few = test.slice(0, 1000);
  const accuracies = train.map(accuracy);
  const model = fitLocalityModel(space, train, accuracies);
  const [fit, mean, deviation] = await timed(
    REPEATS,
    () => fitLocalityModel(space, train, accuracies),
    () => test.map((codes) => model.mean(codes)),
    () => few.map((codes) => model.predict(codes)),
  );
  const peer = askPython<{ fit: number; mean: number; deviation: number; means: number[] }>({
    kind: 'gaussian-process',
    choices: Array(10).fill(5),
    train,
    test,
    few: few.length,
    accuracies,
    repeats: 3,
  });
  if (peer === undefined) return [{ what: 'predictor fit and prediction', skipped: NO_PYTHON }];
  const truth = test.map(accuracy);
  const tau = (means: number[]) => kendallTau(means, truth).toFixed(3);
  const quality = `Kendall tau to the truth: ours ${tau(test.map((codes) => model.mean(codes)))}, peer ${tau(peer.means)}`;
  const name = 'scikit-learn, the same kernel';
  return [
    line('fit to 300 of 10 dimensions', fit, peer.fit, name, quality),
    line('5,000 predicted means', mean, peer.mean, name, 'in one batch there, one by one here'),
    line('1,000 means and deviations', deviation, peer.deviation, name, 'in one batch there, one by one here'),
  ];
}

export async function pocketGrowth(): Promise<Line[]> {
  const { space, accuracy, sample } = problem(30, 5, 1);
  const train = sample(300, 'train');
  const accuracies = train.map(accuracy);
  const model = fitLocalityModel(space, train, accuracies);
  const seeds = [...train].sort((a, b) => accuracy(b) - accuracy(a)).slice(0, 20);
  const size = 1000;
  const region = new Region(space, []);
  const bins = ONE_BIN;
  const grow = () => growPockets({ region, model, seeds, reserve: [], size, bins });
  const own = (await grow()).members;
  const same = growOneByOne(model, seeds, size).filter((codes) => own.has(codes)).length;
  const [ours, peer] = await timed(3, grow, () => growOneByOne(model, seeds, size));
  const perSecond = (seconds: number) => Math.round(size / seconds).toLocaleString('en');
  return [
    line(
      'growth of 1,000 members, 300 measured, 30 dimensions',
      ours,
      peer,
      'plain JavaScript, neighbours one by one',
      `${perSecond(ours!)} members/s beside ${perSecond(peer!)}; ${same} members are the same`,
    ),
  ];
}

export async function kendall(): Promise<(Line | Skipped)[]> {
  const random = createRandom(7);
  const x = Float64Array.from({ length: 10_000 }, () => Math.round(100 * random.normal()));
  const y = x.map((value) => value + Math.round(100 * random.normal()));
  let tau = 0;
  const [ours, pairs] = await timed(
    3,
    () => {
      tau = kendallTau(x, y);
    },
    () => kendallTauOfAllPairs(x, y),
  );
  const what = 'Kendall tau of 10,000 values with ties';
  const note = `differs by ${Math.abs(tau - kendallTauOfAllPairs(x, y)).toExponential(0)}`;
  const lines: (Line | Skipped)[] = [line(what, ours, pairs, 'plain JavaScript, all pairs', note)];
  const peer = askPython<{ seconds: number; tau: number }>({
    kind: 'kendall-tau',
    x: [...x],
    y: [...y],
    repeats: REPEATS,
  });
  if (peer === undefined) return [...lines, { what, skipped: NO_PYTHON }];
  return [...lines, line(what, ours, peer.seconds, 'scipy', `differs by ${Math.abs(tau - peer.tau).toExponential(0)}`)];
}

/** The peer is what the disk allows: the same bytes written and flushed with nothing around them. */
export async function journal(): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lissnas-bench-'));
  try {
    const entries = Array.from({ length: 200 }, (_, i) => ({
      kind: 'evaluation' as const,
      key: `0.1.2.3.${i}`,
      outcome: { kind: 'measured' as const, accuracy: 90 + i / 1000, costs: {}, source: 'bench' },
    }));
    let file = 0;
    const journalled = async (together: boolean) => {
      const opened = await openJournal(join(folder, `${file++}`), { run: 'bench' });
      if (together) await Promise.all(entries.map((entry) => opened.append(entry)));
      else for (const entry of entries) await opened.append(entry);
      await opened.close();
    };
    const raw = async () => {
      const opened = await open(join(folder, `${file++}`), 'w');
      for (const entry of entries) {
        await opened.write(JSON.stringify(entry));
        await opened.datasync();
      }
      await opened.close();
    };
    const [oneByOne, together, peer] = await timed(
      REPEATS,
      () => journalled(false),
      () => journalled(true),
      raw,
    );
    return [
      line('200 journal appends, one by one', oneByOne, peer, 'raw write and flush', 'the physical limit'),
      line('200 journal appends, all under way together', together, peer, 'raw write and flush', 'they share flushes'),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function line(what: string, ours = Number.NaN, peer: number | undefined, peerName: string, note: string): Line {
  return { what, ours, peer, peerName, note };
}
