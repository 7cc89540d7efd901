import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropoutHash, dropoutKey, dropoutThreshold } from './dropout-hash.js';

/** The same hash in exact integers instead of wrapping ones. */
function exactHash(key: number, image: number, pixel: number, channel: number): number {
  const scramble = (x: bigint) => {
    let y = BigInt.asUintN(32, x);
    y = BigInt.asUintN(32, (y ^ (y >> 16n)) * 0x7feb352dn);
    y = BigInt.asUintN(32, (y ^ (y >> 15n)) * 0x846ca68bn);
    return y ^ (y >> 16n);
  };
  return Number(scramble(scramble(scramble(BigInt(key + image)) + BigInt(pixel)) + BigInt(channel)));
}

const places = Array.from(
  { length: 20_000 },
  (_, i) => [Math.floor(i / 1000), Math.floor(i / 10) % 100, i % 10] as const,
);
const hashes = (key: number) => places.map(([image, pixel, channel]) => dropoutHash(key, image, pixel, channel));

describe('the dropout hash', () => {
  it('is what exact integers give', () => {
    const size = fc.nat(1_000_000);
    fc.assert(
      fc.property(fc.integer(), size, size, size, (key, image, pixel, channel) => {
        expect(dropoutHash(key, image, pixel, channel)).toBe(exactHash(key, image, pixel, channel));
      }),
    );
  });

  it('gives the numbers that an implementation in Python gives', () => {
    expect(dropoutKey(1, 'head.dropout')).toBe(1989657908);
    expect(dropoutHash(0, 0, 0, 1)).toBe(1753845952);
    expect(dropoutHash(-5, 3, 77, 12)).toBe(1859429876);
  });

  it.each([0, 0.1, 0.2, 0.5, 0.9])('drops a share of %f', (probability) => {
    const threshold = dropoutThreshold(probability);
    const dropped = hashes(dropoutKey(7, 'drop')).filter((hash) => hash < threshold).length;
    const deviation = Math.sqrt(probability * (1 - probability) * places.length);
    expect(Math.abs(dropped - probability * places.length)).toBeLessThanOrEqual(4 * deviation);
  });

  it('decides neighbours, other seeds and other operations independently', () => {
    const mask = (key: number) => hashes(key).map((hash) => hash < 2 ** 31);
    const base = mask(dropoutKey(7, 'drop'));
    const others = {
      'next channel': [...base.slice(1), base[0]],
      'next pixel': [...base.slice(10), ...base.slice(0, 10)],
      'next image': [...base.slice(1000), ...base.slice(0, 1000)],
      'next seed': mask(dropoutKey(8, 'drop')),
      'next operation': mask(dropoutKey(7, 'drop2')),
      'next key': mask((dropoutKey(7, 'drop') + 1) | 0).slice(0, 1000),
    };
    for (const [name, other] of Object.entries(others)) {
      const agree = other.filter((dropped, i) => dropped === base[i]).length;
      expect(Math.abs(agree / other.length - 0.5), name).toBeLessThan(2 / Math.sqrt(other.length));
    }
  });
});

describe('the dropout threshold', () => {
  it('is that of the float32 probability, as an unsigned 32-bit integer', () => {
    expect(dropoutThreshold(0)).toBe(0);
    expect(dropoutThreshold(0.5)).toBe(2 ** 31);
    expect(dropoutThreshold(0.2)).toBe(858993472); // 0.2 in float32 is 13421773 / 2^26
    expect(dropoutThreshold(1 - 2 ** -24)).toBe(2 ** 32 - 256);
  });
});
