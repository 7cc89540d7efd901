/**
 * Spaces of mobile networks whose stages have from two to four layers, each with a kernel and an expansion of its own, as in Once-for-All (Cai et
 * al., arXiv 1908.09791). A layer that a stage may go without has `none` among its choices: then no two architectures are the same network,
 * and one edit gives a layer another block, adds the next one or takes the last one away.
 */
import { InputError } from '../errors.js';
import { defineSpace } from './define.js';
import { choiceWithLabel } from './notation.js';
import type { Codes, Dimension, SearchSpace } from './space.js';

/** What is chosen for one layer: the channels inside it are those of its input times the expansion. */
export interface ElasticLayer {
  readonly expansion: number;
  readonly kernel: number;
}

/** How many layers a stage has. */
export interface ElasticStage {
  readonly least: number;
  readonly most: number;
}

const NONE = 'none';
const EXPANSIONS = [3, 4, 6];
const KERNELS = [3, 5, 7];
const LAYERS = EXPANSIONS.flatMap((expansion) => KERNELS.map((kernel) => ({ expansion, kernel })));

/** The label of a layer, e.g. `e4k5`. */
export const elasticLabel = ({ expansion, kernel }: ElasticLayer): string => `e${expansion}k${kernel}`;

const LABELS = LAYERS.map(elasticLabel);

/** Such a space, and how to read its architectures. */
export interface ElasticSpace {
  readonly space: SearchSpace;
  /** the layers of every stage */
  stages(codes: Codes): ElasticLayer[][];
}

/** Written as the layers of each stage, joined by `.`, and the stages joined by `-`: `e3k3.e6k5-e4k7.e4k7.e3k3-...`. */
export function elasticSpace(name: string, stages: readonly ElasticStage[]): ElasticSpace {
  const slots = stages.flatMap(({ least, most }, stage) =>
    Array.from({ length: most }, (_, layer) => ({ stage, layer, isOptional: layer >= least })),
  );
  const nameOf = (stage: number, layer: number) => `s${stage}l${layer}`;
  const forbidden = slots
    .filter(({ stage, layer, isOptional }) => isOptional && layer + 1 < stages[stage]!.most)
    .map(({ stage, layer }) => ({ [nameOf(stage, layer)]: NONE, [nameOf(stage, layer + 1)]: LABELS }));
  const read = (codes: Codes) =>
    stages.map((_, stage) =>
      slots.flatMap((slot, d) => {
        const layer = slot.stage === stage ? LAYERS[codes[d]!] : undefined;
        return layer === undefined ? [] : [layer];
      }),
    );
  const space = defineSpace({
    name,
    dimensions: slots.map(({ stage, layer, isOptional }) => ({
      name: nameOf(stage, layer),
      choices: isOptional ? [...LABELS, NONE] : LABELS,
    })),
    forbidden,
    notation: {
      format: (codes) => written(read(codes)),
      parse: (text) => parse(text, stages, (stage, layer) => space.dimensions[slotOf(stage, layer)]!),
    },
  });
  const slotOf = (stage: number, layer: number) => slots.findIndex((s) => s.stage === stage && s.layer === layer);
  return { space, stages: read };
}

function written(stages: readonly (readonly ElasticLayer[])[]): string {
  return stages.map((layers) => layers.map(elasticLabel).join('.')).join('-');
}

function parse(
  text: string,
  stages: readonly ElasticStage[],
  dimensionOf: (stage: number, layer: number) => Dimension,
): number[] {
  const parts = text.split('-');
  if (parts.length !== stages.length) {
    throw new InputError(
      `"${text}" has ${parts.length} stages joined by "-"; a network has ${stages.length}, each written like e3k3.e6k5`,
    );
  }
  return parts.flatMap((part, stage) => {
    const { least, most } = stages[stage]!;
    const labels = part.split('.');
    if (labels.length < least || labels.length > most) {
      const allowed = least === most ? String(least) : `${least} to ${most}`;
      throw new InputError(`stage ${stage} is "${part}", which has ${labels.length} layers; it needs ${allowed}`);
    }
    return Array.from({ length: most }, (_, layer) => {
      const label = labels[layer] ?? NONE;
      const code =
        layer < labels.length && label === NONE ? undefined : choiceWithLabel(dimensionOf(stage, layer), label);
      if (code !== undefined) return code;
      throw new InputError(`layer ${layer} of stage ${stage} is "${label}"; allowed are ${LABELS.join(', ')}`);
    });
  });
}
