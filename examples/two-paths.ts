/** A space of your own with networks that are no row of layers: `lissnas spaces examples/two-paths.ts`. docs/own-space.md explains it. */
import { type Codes, convNorm, defineSpace, NetworkBuilder, type NetworkInput, withNetworks } from 'lissnas';

const space = defineSpace({
  name: 'two-paths',
  dimensions: [
    { name: 'left', choices: ['pool', 'conv3', 'conv5'] },
    { name: 'right', choices: ['pool', 'conv3', 'conv5'] },
    { name: 'width', choices: [8, 16, 24], ordered: true },
  ],
  forbidden: [{ left: 'pool', right: 'pool' }],
});

function network(codes: Codes, { shape, classes }: NetworkInput) {
  const net = new NetworkBuilder(space.name, shape);
  const channels = [8, 16, 24][codes[2]!]!;
  const name = `c${channels}`; // parameters are named by position and choice: subnets share what agrees in both
  const stem = convNorm(net, `stem.${name}`, net.input, { channels, kernel: 3, stride: 2, activation: 'relu' });
  const paths = [codes[0]!, codes[1]!].map((code, i) => {
    if (code === 0) return net.pool(`path${i}.pool`, stem, 'average', { kernel: 3, padding: 1 });
    const kernel = code === 1 ? 3 : 5;
    return convNorm(net, `path${i}.conv${kernel}.${name}`, stem, { channels, kernel, activation: 'relu' });
  });
  net.linear(`classifier.${name}`, net.globalPool('pool', net.concat('concat', paths)), classes);
  return net.build();
}

export default withNetworks(space, { network, input: { shape: [3, 32, 32], classes: 10 } });
