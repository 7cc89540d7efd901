import { expect, it } from 'vitest';
import { Places } from './places.js';

/** Takes `count` places and notes in which order they are given. */
function takeSeveral(places: Places, count: number): number[] {
  const given: number[] = [];
  for (let i = 0; i < count; i++) places.take().then(() => given.push(i));
  return given;
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('gives no more places than there are, in the order of asking', async () => {
  const places = new Places(2);
  const given = takeSeveral(places, 5);
  await settled();
  expect(given).toEqual([0, 1]);
  places.release();
  await settled();
  expect(given).toEqual([0, 1, 2]);
  places.resize(4);
  await settled();
  expect(given).toEqual([0, 1, 2, 3, 4]);
});

it('does not fill places again that have been taken away', async () => {
  const places = new Places(3);
  const given = takeSeveral(places, 4);
  places.resize(1);
  for (const taken of [3, 3, 4]) {
    places.release();
    await settled();
    expect(given).toHaveLength(taken);
  }
});

it('an abort leaves the row, and those behind move up', async () => {
  const places = new Places(1);
  await places.take();
  const stop = new AbortController();
  const aborted = places.take(stop.signal);
  const given = takeSeveral(places, 1);
  const reason = new Error('no longer wanted');
  stop.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await expect(places.take(stop.signal)).rejects.toBe(reason);
  places.release();
  await settled();
  expect(given).toEqual([0]);
});
