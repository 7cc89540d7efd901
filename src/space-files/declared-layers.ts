/** From an entry of a list of layers to the layers that it stands for. */
import { wholeEights } from '../networks/blocks.js';
import type { ChainLayer } from '../networks/chain.js';
import type { Codes } from '../spaces/space.js';
import { type Block, type BlockName, blocks, isBlockName } from './blocks.js';
import type { DimensionNames, FindDimension } from './dimension-names.js';
import {
  type ChosenSetting,
  chosenSettings,
  depthSetting,
  type FixedSetting,
  fixedSettings,
  type LayerSettings,
} from './layer-settings.js';
import type { LayerEntry, LayerOption, NetworkFile, SettingEntry } from './network-file.js';
import type { Refuse } from './refuse.js';
import { dimensionsOf, readOptions, readSetting, type Setting, valueIn } from './setting.js';

/** What all entries of a network are read with. */
export interface NetworkContext {
  readonly file: NetworkFile;
  readonly names: DimensionNames;
  readonly refuse: Refuse;
}

/** An entry with the name that it goes by, and its place in the file. */
export interface PlacedEntry {
  readonly name: string;
  readonly entry: LayerEntry;
  readonly path: readonly PropertyKey[];
}

/** Layers, and the numbers of channels that may come out of the last one. */
export interface DeclaredLayers {
  readonly layers: readonly ChainLayer[];
  readonly channels: ReadonlySet<number>;
}

/** @param incoming the numbers of channels that may come in */
export function declaredLayers(
  { name, entry, path }: PlacedEntry,
  incoming: ReadonlySet<number>,
  context: NetworkContext,
): DeclaredLayers {
  const depth = readSetting(entry.depth ?? 1, depthSetting, {
    ...{ name: 'depth', path: [...path, 'depth'], refuse: context.refuse },
    find: context.names.finder(`the depth of "${name}"`),
  });
  const isSingle = depth.dimension === undefined && depth.values[0] === 1;
  const layers: ChainLayer[] = [];
  let channels = incoming;
  for (let index = 0; index < Math.max(...depth.values); index++) {
    const position = isSingle ? name : `${name}l${index}`;
    const options = readLayer({ position, index, entry, path }, context);
    const declared = declaredLayer(position, index, depth, options, channels);
    layers.push(declared.layer);
    channels = declared.channels;
  }
  return { layers, channels };
}

/** What a layer may be: one option, or one for each choice of a dimension. */
interface Options {
  readonly dimension?: number;
  readonly options: readonly Option[];
}

/** A block with its settings; what chooses them is known. */
interface Option {
  /** the choice that it stands for */
  readonly label?: string;
  readonly block: Block;
  readonly chosen: { readonly [Name in ChosenSetting]?: Setting<NonNullable<LayerSettings[Name]>> };
  readonly fixed: Pick<LayerSettings, FixedSetting>;
}

interface PlacedLayer {
  readonly position: string;
  /** among the layers of its entry */
  readonly index: number;
  readonly entry: LayerEntry;
  readonly path: readonly PropertyKey[];
}

function readLayer({ position, index, entry, path }: PlacedLayer, context: NetworkContext): Options {
  const { names, refuse } = context;
  const find = names.finder(`layer "${position}"`);
  const read = (block: BlockName, own: LayerOption | undefined, label?: string) =>
    readOption(block, { entry, own, path, find, index, ...(label !== undefined && { label }) }, context);
  const { block, choose, options } = entry;
  if (choose !== undefined) {
    const dimension = find(choose, [...path, 'choose']);
    const chosen = readOptions(options ?? {}, dimension, { path: [...path, 'options'], refuse });
    checkShared(
      entry,
      chosen.map((option) => option.block),
      path,
      refuse,
    );
    const labels = dimension.choices.map(String);
    return { dimension: dimension.index, options: chosen.map((own, i) => read(own.block, own, labels[i]!)) };
  }
  if (block !== undefined && isBlockName(block)) {
    checkShared(entry, [block], path, refuse);
    return { options: [read(block, undefined)] };
  }
  const dimension = find(String(block).slice(1), [...path, 'block']);
  const chosen = dimension.choices.map((choice): BlockName => {
    const label = String(choice);
    if (isBlockName(label)) return label;
    return refuse(
      `block must be one of ${Object.keys(blocks).join(', ')}, but dimension "${dimension.name}" has the choice "${label}"`,
      [...path, 'block'],
    );
  });
  checkShared(entry, chosen, path, refuse);
  return { dimension: dimension.index, options: chosen.map((own) => read(own, undefined, own)) };
}

const settingNames = [...Object.keys(chosenSettings), ...Object.keys(fixedSettings)] as (
  | ChosenSetting
  | FixedSetting
)[];

/** What is said of all options must mean something to one of them. */
function checkShared(
  entry: LayerEntry,
  used: readonly BlockName[],
  path: readonly PropertyKey[],
  refuse: Refuse,
): void {
  const idle = settingNames.find(
    (name) => entry[name] !== undefined && !used.some((block) => blocks[block].settings.includes(name)),
  );
  if (idle !== undefined) refuse(`${blockText(used)} no setting "${idle}"`, [...path, idle]);
}

function blockText(used: readonly BlockName[]): string {
  const distinct = [...new Set(used)];
  return distinct.length === 1 ? `the block ${distinct[0]} has` : `the blocks ${distinct.join(', ')} have`;
}

interface OptionParts {
  readonly entry: LayerEntry;
  readonly own: LayerOption | undefined;
  readonly path: readonly PropertyKey[];
  readonly find: FindDimension;
  readonly index: number;
  readonly label?: string;
}

function readOption(
  name: BlockName,
  { entry, own, path, find, index, label }: OptionParts,
  context: NetworkContext,
): Option {
  const { file, refuse } = context;
  const block = blocks[name];
  const ownPath = own === undefined || label === undefined ? path : [...path, 'options', label];
  const idle = settingNames.find((setting) => own?.[setting] !== undefined && !block.settings.includes(setting));
  if (idle !== undefined) refuse(`${blockText([name])} no setting "${idle}"`, [...ownPath, idle]);
  const chosen: Partial<Record<ChosenSetting, Setting<number | string>>> = {};
  const fixed: Partial<Record<FixedSetting, unknown>> = {};
  for (const setting of block.settings) {
    if (isFixed(setting)) fixed[setting] = own?.[setting] ?? entry[setting];
    else if (setting !== 'stride' || index === 0) {
      const found = firstGiven(setting, own, entry, file);
      if (found === undefined) continue;
      const { from, value } = found;
      const places = { own: ownPath, entry: path, file: ['network'] };
      chosen[setting] = readSetting<number | string>(value, chosenSettings[setting], {
        ...{ name: setting, path: [...places[from], setting], find, refuse },
      });
    }
  }
  const missing = (block.required ?? []).find((setting) => chosen[setting] === undefined);
  if (missing !== undefined) refuse(`the block ${name} needs the setting "${missing}"`, ownPath);
  return {
    ...(label !== undefined && { label }),
    block,
    chosen: chosen as Option['chosen'],
    fixed: fixed as Option['fixed'],
  };
}

function isFixed(setting: ChosenSetting | FixedSetting): setting is FixedSetting {
  return Object.hasOwn(fixedSettings, setting);
}

/** A setting as the option, else the entry, else the network has it. */
function firstGiven(setting: ChosenSetting, own: LayerOption | undefined, entry: LayerEntry, file: NetworkFile) {
  const given = (from: 'own' | 'entry' | 'file', value: SettingEntry | undefined) =>
    value === undefined ? undefined : { from, value };
  const general = setting === 'activation' || setting === 'width' ? file[setting] : undefined;
  const usual = setting === 'activation' ? 'relu' : undefined;
  return given('own', own?.[setting]) ?? given('entry', entry[setting]) ?? given('file', general ?? usual);
}

function declaredLayer(
  position: string,
  index: number,
  depth: Setting<number>,
  { dimension, options }: Options,
  incoming: ReadonlySet<number>,
): { readonly layer: ChainLayer; readonly channels: ReadonlySet<number> } {
  const outgoing = options.map((option) => channelsAfter(option, incoming));
  const labels = distinctLabels(options);
  const mayBeAbsent = depth.values.some((layers) => layers <= index);
  const ownDimensions = options.flatMap(({ chosen }) => Object.values(chosen));
  const presence = mayBeAbsent ? depth : undefined;
  const layer: ChainLayer = {
    position,
    dimensions: dimensionsOf([
      presence,
      dimension === undefined ? undefined : { dimension, values: [] },
      ...ownDimensions,
    ]),
    append: (net, value, codes) => {
      if (valueIn(depth, codes) <= index) return value;
      const code = dimension === undefined ? 0 : codes[dimension]!;
      const option = options[code]!;
      const settings = settingsIn(option, codes);
      const channels =
        incoming.size > 1 || outgoing[code]!.size > 1 ? channelText(value.shape[0], settings) : undefined;
      const choice = [labels[code], ...choiceTexts(option, codes)].filter((text) => text !== undefined).join('_');
      const prefix = [position, choice, channels].filter((text) => text !== undefined && text !== '').join('.');
      const kernel = option.block.sharesKernels ? option.chosen.kernel : undefined;
      const depthwise = kernel?.dimension === undefined ? 'depthwise' : `kernel${valueIn(kernel, codes)}`;
      return option.block.append(net, { prefix, depthwise }, value, settings);
    },
  };
  return { layer, channels: new Set([...(mayBeAbsent ? incoming : []), ...outgoing.flatMap((set) => [...set])]) };
}

function settingsIn({ chosen, fixed }: Option, codes: Codes): LayerSettings & { stride: number } {
  const values = Object.fromEntries(
    Object.entries(chosen).map(([name, setting]) => [name, valueIn<number | string>(setting, codes)]),
  ) as LayerSettings;
  const { channels, width, stride = 1, ...others } = values;
  const own = Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined));
  return {
    ...{ ...others, ...own, stride },
    ...(channels !== undefined && { channels: widened(channels, width) }),
  };
}

function widened(channels: number, width: number | undefined): number {
  return width === undefined ? channels : wholeEights(channels * width);
}

/** The numbers of channels that may come out of an option. */
function channelsAfter({ chosen: { channels, width } }: Option, incoming: ReadonlySet<number>): ReadonlySet<number> {
  if (channels === undefined) return incoming;
  const widths = width?.values ?? [undefined];
  return new Set(channels.values.flatMap((own) => widths.map((factor) => widened(own, factor))));
}

function channelText(from: number, { channels = from }: LayerSettings): string {
  return `c${from}to${channels}`;
}

/** What was chosen for a layer, for the names of its parameters: all but what `channelText` and the depthwise convolution's name tell. */
function choiceTexts({ block, chosen }: Option, codes: Codes): string[] {
  return Object.entries(chosen).flatMap(([name, setting]) => {
    if (setting.dimension === undefined || name === 'channels' || name === 'width') return [];
    if (block.sharesKernels && name === 'kernel') return [];
    return [plain(`${name}${valueIn<number | string>(setting, codes)}`)];
  });
}

/** The labels of options as parts of names; by their number where two would become the same. */
function distinctLabels(options: readonly Option[]): (string | undefined)[] {
  const labels = options.map(({ label }) => (label === undefined ? undefined : plain(label)));
  return new Set(labels).size === labels.length ? labels : labels.map((_, i) => `option${i}`);
}

function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 60);
}
