/** From the key `network` of a space file to the networks of the space. */

import { z } from 'zod';
import { ChainTables } from '../costs/chain-costs.js';
import { type NetworkSpace, networkSpace } from '../costs/network-space.js';
import { tryChain } from '../costs/try-chain.js';
import { InputError } from '../errors.js';
import { type Chain, type ChainLayer, chainNetwork, LayerError } from '../networks/chain.js';
import type { NetworkInput, Shape } from '../networks/graph.js';
import type { Codes, SearchSpace } from '../spaces/space.js';
import { declaredClassifier } from './declared-classifier.js';
import { declaredLayers, type NetworkContext, type PlacedEntry } from './declared-layers.js';
import { DimensionNames, type Family } from './dimension-names.js';
import type { LayerEntry, NetworkFile } from './network-file.js';
import type { Refuse } from './refuse.js';
import { dimensionsOf, readSetting, valueIn } from './setting.js';

const MOST_LAYERS = 1000;
const RESERVED = ['input', 'pool', 'hidden', 'dropout', 'classifier'];

/**
 * The space with the networks that its file declares.
 * @param families the entries of the file's dimensions, in the order of the space
 * @throws InputError for everything that does not fit together, with an architecture where a layer cannot be built
 */
export function withDeclaredNetwork(
  space: SearchSpace,
  families: readonly Family[],
  file: NetworkFile,
  refuse: Refuse,
): NetworkSpace {
  const names = new DimensionNames(families, refuse);
  const context = { file, names, refuse };
  const { shape, resolutions } = readInput(context);
  const places = new Map<string, readonly PropertyKey[]>();
  const layers = readLayers(context, places);
  const unused = names.unused();
  if (unused !== undefined) {
    refuse(`the dimension "${unused.dimension}" is used nowhere in the network`, ['dimensions', unused.family]);
  }
  const chain: Chain = { name: space.name, layers, images: resolutions, format: space.format };
  const tables = (input: NetworkInput) => {
    const made = new ChainTables(chain, space, input);
    tryChain(made, space);
    return made;
  };
  const own: NetworkInput = { shape, classes: file.input.classes };
  try {
    return networkSpace(space, {
      network: (codes, input) => chainNetwork(chain, codes, input),
      input: own,
      costsFor: (input) => {
        if (resolutions.dimensions.length > 0) checkResolution(space, own, input);
        return tables(input).costs();
      },
    });
  } catch (error) {
    if (error instanceof LayerError) refuse(error.message, places.get(error.position) ?? ['network']);
    throw error;
  }
}

function readLayers(context: NetworkContext, places: Map<string, readonly PropertyKey[]>): ChainLayer[] {
  const { file, refuse } = context;
  const layers: ChainLayer[] = [];
  let channels: ReadonlySet<number> = new Set([file.input.shape[0]]);
  for (const entry of entriesOf(file)) {
    const declared = declaredLayers(entry, channels, context);
    channels = declared.channels;
    for (const layer of declared.layers) {
      const { position } = layer;
      if (RESERVED.includes(position)) refuse(`a layer cannot be called "${position}"`, entry.path);
      if (places.has(position)) refuse(`two layers are called "${position}"`, entry.path);
      places.set(position, entry.path);
      layers.push(layer);
    }
    if (layers.length > MOST_LAYERS) refuse(`the network has more than ${MOST_LAYERS} layers`, entry.path);
  }
  places.set('classifier', ['network', 'classifier']);
  return [...layers, declaredClassifier(channels, context)];
}

/** All entries from the images to the classifier, named. */
function entriesOf({ stem = [], layers, head = [] }: NetworkFile): PlacedEntry[] {
  const list = (key: string, entries: readonly LayerEntry[], usualName: (index: number) => string) =>
    entries.map((entry, i) => ({ name: entry.name ?? usualName(i), entry, path: ['network', key, i] }));
  const ends = (key: string, given: LayerEntry | readonly LayerEntry[]): PlacedEntry[] =>
    isList(given)
      ? list(key, given, (i) => `${key}${i}`)
      : [{ name: given.name ?? key, entry: given, path: ['network', key] }];
  return [...ends('stem', stem), ...list('layers', layers, (i) => `s${i}`), ...ends('head', head)];
}

function isList(given: LayerEntry | readonly LayerEntry[]): given is readonly LayerEntry[] {
  return Array.isArray(given);
}

const side = z.int('must be a whole number').min(1, 'must be at least 1').max(65_536, 'must be at most 65,536');

/** The shape of the images with the first of each size that can be chosen, and how an architecture chooses it. */
function readInput({ file, names, refuse }: NetworkContext): { shape: Shape; resolutions: Chain['images'] } {
  const [channels, ...sides] = file.input.shape;
  const find = names.finder('the input');
  const [height, width] = sides.map((entry, i) =>
    readSetting(entry, side, {
      ...{ name: 'a size of the input', path: ['network', 'input', 'shape', i + 1], find, refuse },
    }),
  ) as [ReturnType<typeof readSetting<number>>, ReturnType<typeof readSetting<number>>];
  const sizeOf = (setting: typeof height, codes: Codes, given: number) =>
    setting.dimension === undefined ? given : valueIn(setting, codes);
  return {
    shape: [channels, height.values[0]!, width.values[0]!],
    resolutions: {
      dimensions: dimensionsOf([height, width]),
      shape: (codes, { shape }) => [shape[0], sizeOf(height, codes, shape[1]), sizeOf(width, codes, shape[2])],
    },
  };
}

/** @throws InputError for images of another size, where the space chooses the size itself */
function checkResolution({ name }: SearchSpace, own: NetworkInput, given: NetworkInput): void {
  if (given.shape.every((size, axis) => axis === 0 || size === own.shape[axis])) return;
  throw new InputError(
    `${name} chooses the resolution of its images by itself, so it has no networks for images of ${given.shape.slice(1).join('x')} pixels alone; shrink them by a first layer instead`,
  );
}
