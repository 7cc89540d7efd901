/** The size space of NATS-Bench (Dong et al., arXiv 2009.00437): how many channels each of 5 layers of a fixed network has. */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import { choiceWithLabel } from './notation.js';
import type { Codes } from './space.js';

const LAYERS = 5;

/** What a layer's channels may be. */
const CHANNELS = [8, 16, 24, 32, 40, 48, 56, 64] as const;

/** 8^5 = 32,768 networks, written as their channels joined by `:`, e.g. `8:16:24:32:64`; one edit is one step of 8 channels. */
export const natsSss = defineSpace({
  name: 'nats-sss',
  dimensions: Array.from({ length: LAYERS }, (_, layer) => ({ name: `c${layer}`, choices: CHANNELS, ordered: true })),
  notation: { format: (codes) => natsSssChannels(codes).join(':'), parse },
});

/** The channels of every layer. */
export function natsSssChannels(codes: Codes): number[] {
  return Array.from(codes, (code) => CHANNELS[code]!);
}

function parse(text: string): number[] {
  const parts = text.split(':');
  if (parts.length !== LAYERS) {
    throw new InputError(
      `"${text}" has ${parts.length} numbers joined by ":"; a network has ${LAYERS}, e.g. 8:16:24:32:64`,
    );
  }
  return parts.map((part, layer) => {
    const code = choiceWithLabel(natsSss.dimensions[layer]!, part);
    if (code !== undefined) return code;
    throw new InputError(
      `layer ${layer} of "${text}" cannot have "${part}" channels; allowed are ${CHANNELS.join(', ')}`,
    );
  });
}
