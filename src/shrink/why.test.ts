import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../math/random.js';
import { ArchitectureSet } from '../spaces/architecture-set.js';
import { editDistance, neighbours } from '../spaces/edits.js';
import type { Codes } from '../spaces/space.js';
import { ShrunkSpace } from './shrunk-space.js';
import { macs, smallDeclaration, smallShrink, smallSpace } from './testing/small-shrink.js';
import { type Why, why } from './why.js';
import { whySentence } from './why-sentence.js';

let shrunk: ShrunkSpace;
const answers: Why[] = [];

/** Every point of the small space, forbidden ones included. */
function* everyPoint(): Generator<number[]> {
  const counts = smallSpace.dimensions.map(({ choices }) => choices.length);
  const total = counts.reduce((product, count) => product * count, 1);
  for (let i = 0; i < total; i++) {
    let rest = i;
    yield counts.map((count) => {
      const code = rest % count;
      rest = Math.floor(rest / count);
      return code;
    });
  }
}

beforeAll(async () => {
  shrunk = ShrunkSpace.fromResult(await smallShrink(), { version: '0.0.0' }, { declaration: smallDeclaration });
  for (const codes of everyPoint()) answers.push(why(shrunk, codes));
});

const of = (reason: string) =>
  answers.filter((answer) => (answer.outcome === 'kept' ? 'kept' : answer.reason) === reason);
/** Whether some way of single edits leads from a member to the codes through architectures above the border. */
function isReachable(codes: Codes): boolean {
  const { border } = shrunk.data.rounds.at(-1)!;
  const seen = new Set([Array.from(codes).join()]);
  const open = [smallSpace.architecture(codes)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of neighbours(smallSpace, at)) {
      if (shrunk.contains(next)) return true;
      if (seen.has(next.join()) || macs.of(next) > 24 || shrunk.predict(next).mean <= border + 1e-6) continue;
      seen.add(next.join());
      open.push(next);
    }
  }
  return false;
}

/** The same space, had the search never met one of its pockets. */
function without(pocket: number): ShrunkSpace {
  const { data } = shrunk;
  const left = [...shrunk.members('admission')].filter((member) => member.pocket !== pocket);
  return new ShrunkSpace({
    ...data,
    members: ArchitectureSet.fromPacked(Uint8Array.from(left.flatMap(({ architecture }) => [...architecture])), 6),
    pocketOf: Int32Array.from(left, (member) => member.pocket),
    predicted: Float64Array.from(left, ({ predicted }) => predicted),
  });
}

describe('why', () => {
  it('explains every point of the space, each with the truth', () => {
    expect(answers).toHaveLength(1152);
    expect(of('kept')).toHaveLength(shrunk.size);
    for (const { codes } of of('invalid')) expect(smallSpace.isValid(codes)).toBe(false);
    expect(of('invalid')).toHaveLength(1152 - Number(smallSpace.size));
    for (const { codes } of of('over limit')) expect(macs.of(codes)).toBeGreaterThan(24);
    for (const answer of answers) {
      if (answer.outcome !== 'dropped' || answer.standings.length === 0) continue;
      expect(macs.of(answer.codes)).toBeLessThanOrEqual(24);
      const { border } = shrunk.data.rounds.at(-1)!;
      expect(answer.reason).toBe(shrunk.predict(answer.codes).mean > border + 1e-6 ? 'never reached' : 'below border');
    }
  });

  it('says never reached only where there is no way', () => {
    for (const { codes } of of('never reached')) expect(isReachable(codes)).toBe(false);
    expect(isReachable(shrunk.member(0).architecture)).toBe(true);
    const lost = [...shrunk.members('admission')].filter(({ pocket }) => pocket === 1);
    const island = without(1);
    const answered = lost.map(({ architecture }) => why(island, architecture));
    const above = answered.filter((answer) => answer.outcome === 'dropped' && answer.reason === 'never reached');
    expect(above.length).toBeGreaterThan(0);
    expect(above.length).toBeGreaterThanOrEqual(lost.length - 1); // all but the one on the border, should it be here
    expect(whySentence(island, above[0]!)).toMatch(
      /was never reached: predicted [\d.]+, above the border of [\d.]+, but/,
    );
  });

  it('names the first round from which on the prediction stayed below', () => {
    const decided = new Set<number>();
    for (const answer of of('below border')) {
      if (answer.outcome !== 'dropped' || answer.decided === undefined) throw new Error('no round');
      decided.add(answer.decided);
      answer.standings.forEach(({ below, round, predicted }) => {
        expect(predicted).toBe(shrunk.modelOf(round).mean(answer.codes));
        if (round >= answer.decided!) expect(below).toBe(true);
        if (round === answer.decided! - 1) expect(below).toBe(false);
      });
    }
    expect(decided.size).toBeGreaterThan(2);
  });

  it('finds the nearest seed of the pocket and where the pocket came from', () => {
    const { rounds } = shrunk.data;
    for (const answer of of('kept')) {
      if (answer.outcome !== 'kept') throw new Error('not kept');
      const seeds = rounds.at(-1)!.seeds.filter(({ pocket }) => pocket === answer.pocket);
      const distances = seeds.map(({ architecture }) => editDistance(smallSpace, architecture, answer.codes));
      expect(answer.seed!.distance).toBe(Math.min(...distances));
      expect(answer.seed!.pocket).toBe(shrunk.pocketOf(answer.codes));
      expect(answer.lineage[0]).toEqual({ round: rounds.length - 1, pockets: [answer.pocket] });
      answer.lineage.slice(1).forEach(({ round, pockets }, i) => {
        const children = answer.lineage[i]!.pockets;
        expect(pockets.length).toBeGreaterThan(0);
        for (const child of children) {
          for (const parent of rounds[round + 1]!.pockets[child]!.parents) expect(pockets).toContain(parent);
        }
      });
      const better = [...shrunk.members()].findIndex(({ architecture }) => architecture.join() === answer.codes.join());
      expect(answer.rank).toBe(better + 1);
    }
  });

  it('finds the nearest member', () => {
    const random = createRandom(8);
    for (let i = 0; i < 40; i++) {
      const answer = answers[random.integer(answers.length)]!;
      if (answer.outcome === 'kept') continue;
      const distances = [...shrunk.members()].map(({ architecture }) =>
        editDistance(smallSpace, architecture, answer.codes),
      );
      expect(answer.nearest!.distance).toBe(Math.min(...distances));
    }
  });

  it('knows which choices operational pruning deletes', () => {
    const surviving = answers.filter(({ operationalPruning }) => operationalPruning.keeps);
    expect(surviving.length).toBeGreaterThanOrEqual(shrunk.size * 0.5);
    expect(surviving.length).toBeLessThan(answers.length / 4);
    for (const { codes, operationalPruning } of answers) {
      expect(operationalPruning.keeps).toBe(operationalPruning.deleted.length === 0);
      for (const { dimension, choice } of operationalPruning.deleted) expect(codes[dimension]).toBe(choice);
      const orders = operationalPruning.deleted.map(({ order }) => order);
      expect(orders).toEqual([...orders].sort((a, b) => a - b));
    }
  });

  it('knows what was measured and what failed', () => {
    const { measurements, failures } = shrunk.data;
    expect(answers.filter(({ measured }) => measured !== undefined)).toHaveLength(measurements.length);
    expect(answers.filter(({ failed }) => failed === 'out of memory')).toHaveLength(failures.length);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('blames no border where whole neighbourhoods were kept', () => {
    const options = { growth: 'radius' };
    const radius = new ShrunkSpace({ ...shrunk.data, provenance: { version: '0.0.0', options } });
    const answer = why(radius, of('below border')[0]!.codes);
    expect(answer).toMatchObject({ outcome: 'dropped', reason: 'never reached' });
    expect(whySentence(radius, answer)).toContain('outside the neighbourhoods that were kept');
  });

  it('does not pretend to know costs that only the table had', () => {
    const forgetful = new ShrunkSpace({ ...shrunk.data, costs: new Map() });
    const answer = why(forgetful, of('over limit')[0]!.codes);
    expect(answer).toMatchObject({ unknownCosts: ['macs'], broken: [] });
    expect(whySentence(forgetful, answer)).toContain('Its macs is not recorded here');
  });
});

describe('in words', () => {
  it('says what was found', () => {
    const first = shrunk.best().predicted!;
    expect(whySentence(shrunk, why(shrunk, first.architecture))).toMatch(
      /^conv3,\S+ was kept: it is in pocket \d+ \(\d+ networks?\), .*Line of descent: pockets? \d+.* of rounds? \d+.*number 1 of the 40 kept/,
    );
    expect(whySentence(shrunk, why(shrunk, [0, 0, 0, 2, 0, 0]))).toContain('forbidden combination');
    const heavy = why(shrunk, [3, 3, 2, 2, 3, 1]);
    expect(whySentence(shrunk, heavy)).toMatch(/its macs is 31 M, 7 M over the limit of 24 M/);
    const poor = why(shrunk, [0, 0, 0, 0, 0, 0]);
    expect(whySentence(shrunk, poor)).toMatch(
      /^none,none,3,1,16,0 was dropped in round 1 of 7: predicted .* and it stayed below/,
    );
    expect(whySentence(shrunk, poor)).toMatch(/Operational pruning .* deleted it with op0=none \(mean accuracy/);
    for (const answer of answers) {
      const sentence = whySentence(shrunk, answer);
      expect(sentence).not.toMatch(/undefined|NaN|\[object|\.\.| {2}/);
    }
  });
});
