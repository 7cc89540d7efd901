/** What makes logits of the last layer's channels. */
import type { ChainLayer } from '../networks/chain.js';
import type { NetworkContext } from './declared-layers.js';
import { chosenSettings, unitsSetting } from './layer-settings.js';
import { dimensionsOf, readSetting, valueIn } from './setting.js';

/** Average over the image, hidden units and dropout where they are wanted, and a linear layer. @param incoming the numbers of channels that may come in */
export function declaredClassifier(incoming: ReadonlySet<number>, { file, names, refuse }: NetworkContext): ChainLayer {
  const { hidden, activation, dropout, bias = true } = file.classifier ?? {};
  const path = ['network', 'classifier'];
  const find = names.finder('the classifier');
  const units =
    hidden === undefined
      ? undefined
      : readSetting(hidden, unitsSetting, { name: 'hidden', path: [...path, 'hidden'], find, refuse });
  if (units === undefined && activation !== undefined) {
    refuse('the classifier has an activation, but no hidden units', [...path, 'activation']);
  }
  const place = activation === undefined ? ['network', 'activation'] : [...path, 'activation'];
  const active =
    units === undefined
      ? undefined
      : readSetting(activation ?? file.activation ?? 'relu', chosenSettings.activation, {
          ...{ name: 'activation', path: place, find, refuse },
        });
  return {
    position: 'classifier',
    dimensions: dimensionsOf([units, active]),
    append: (net, value, codes, { classes }) => {
      let features = net.globalPool('pool', value);
      if (units !== undefined && active !== undefined) {
        const [from] = features.shape;
        const count = valueIn(units, codes);
        const varies = incoming.size > 1 || units.values.length > 1;
        const prefix = varies ? `hidden.c${from}to${count}` : 'hidden';
        features = net.convolution(`${prefix}.conv`, features, { channels: count });
        const chosen = valueIn(active, codes);
        if (chosen !== 'none') features = net.activation(`${prefix}.${chosen}`, features, chosen);
      }
      const varies = (units?.values ?? [...incoming]).length > 1;
      const name = varies ? `classifier.c${features.shape[0]}` : 'classifier';
      if (dropout !== undefined) features = net.dropout('dropout', features, dropout);
      return bias ? net.linear(name, features, classes) : net.convolution(name, features, { channels: classes });
    },
  };
}
