/** Opens a shrunk space, draws networks from it as a supernet's training would, and asks why one was dropped. */
import { createRandom, ShrunkSpace, why, whySentence } from 'lissnas';
import { space } from './own-space.js';

export async function drawNetworks(file: string, count: number, asked: string) {
  const shrunk = await ShrunkSpace.fromFile(file, space); // the space is needed only where a program defined it
  const random = createRandom(1);
  const drawn = Array.from({ length: count }, () => shrunk.space.format(shrunk.sample(random)));
  const best = shrunk.best().predicted;
  const reason = whySentence(shrunk, why(shrunk, shrunk.space.parse(asked)));
  return { drawn, best: best && shrunk.space.format(best.architecture), reason };
}
