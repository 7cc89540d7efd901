/**
 * A round's space where it is far too large to list: all architectures predicted at or above a border, known only by samples.
 * The border that leaves a given fraction of the region is found by subset simulation (Au and Beck 2001): raise the level in steps
 * that a quarter of the particles survive, and let the survivors walk inside the level.
 */
import type { Random } from '../math/random.js';
import type { LocalityModel } from '../predictors/gaussian-process.js';
import { Neighbourhood } from '../predictors/neighbourhood.js';
import { diameter } from '../spaces/edits.js';
import type { Codes } from '../spaces/space.js';
import type { CostBins, Region } from './region.js';

const PARTICLES = 256;
const SURVIVAL = 0.25;

/** Uniform samples of a level set. */
export interface LevelSet {
  readonly border: number;
  /** A random architecture of the set; repeated calls go on walking, so neighbouring samples are only nearly independent. */
  sample(random: Random): Uint8Array;
}

interface Particle {
  codes: Uint8Array;
  mean: number;
}

/**
 * The best predicted architectures of the region (those that `belongs` admits), about exp(logFraction) of them.
 * @param logFraction natural logarithm of the fraction to keep, at most 0
 */
export function levelSet(
  region: Region,
  model: LocalityModel,
  logFraction: number,
  random: Random,
  belongs: (codes: Codes) => boolean = () => true,
): LevelSet {
  const walker = new Walker(region, model, belongs);
  let particles = Array.from({ length: PARTICLES }, () => walker.start(random));
  let border = Number.NEGATIVE_INFINITY;
  for (let left = logFraction; left < 0; left += Math.log(1 / SURVIVAL)) {
    const survival = Math.max(SURVIVAL, Math.exp(left));
    particles.sort((a, b) => b.mean - a.mean);
    const survivors = particles.slice(0, Math.max(1, Math.round(survival * PARTICLES)));
    border = survivors[survivors.length - 1]!.mean;
    particles = Array.from({ length: PARTICLES }, (_, i) =>
      walker.walk(survivors[i % survivors.length]!, border, random),
    );
  }
  return {
    border,
    sample: (drawing) => {
      const i = drawing.integer(particles.length);
      const moved = walker.walk(particles[i]!, border, drawing);
      particles[i] = moved;
      return moved.codes;
    },
  };
}

/** One level set for each cost bin, each the same fraction of its bin; together about exp(logSize) architectures. */
export function levelSets(
  region: Region,
  model: LocalityModel,
  bins: CostBins,
  logSize: number,
  random: Random,
): LevelSet[] {
  const logFraction = logSize - Math.log(region.estimatedSize);
  return Array.from({ length: bins.count }, (_, bin) =>
    levelSet(
      region,
      model,
      logFraction,
      random.split(bin),
      bins.count === 1 ? undefined : (codes) => bins.of(codes) === bin,
    ),
  );
}

/** Walks by single random edits that stay in the region and at or above a border: uniform over the level set in the long run. */
class Walker {
  readonly #region: Region;
  readonly #model: LocalityModel;
  readonly #neighbourhood: Neighbourhood;
  readonly #belongs: (codes: Codes) => boolean;
  readonly #steps: number;

  constructor(region: Region, model: LocalityModel, belongs: (codes: Codes) => boolean) {
    this.#region = region;
    this.#model = model;
    this.#neighbourhood = new Neighbourhood(model);
    this.#belongs = belongs;
    this.#steps = diameter(region.space);
  }

  start(random: Random): Particle {
    for (let tries = 0; ; tries++) {
      const codes = Uint8Array.from(this.#region.sample(random));
      if (tries === 1000 || this.#belongs(codes)) return { codes, mean: this.#model.mean(codes) };
    }
  }

  walk(from: Particle, border: number, random: Random): Particle {
    const { space } = this.#region;
    const codes = from.codes.slice();
    let { mean } = from;
    this.#neighbourhood.moveTo(codes);
    for (let step = 0; step < this.#steps; step++) {
      const d = random.integer(codes.length);
      const { choices, ordered } = space.dimensions[d]!;
      const own = codes[d]!;
      const choice = ordered ? own + (random.integer(2) === 0 ? -1 : 1) : random.integer(choices.length);
      if (choice === own || choice < 0 || choice >= choices.length) continue;
      const next = this.#neighbourhood.meanAfterStep(d, choice);
      if (next < border) continue;
      codes[d] = choice;
      if (space.isValid(codes) && this.#region.allows(codes) && this.#belongs(codes)) {
        mean = next;
        this.#neighbourhood.step(d, choice);
      } else {
        codes[d] = own;
      }
    }
    return { codes, mean };
  }
}
