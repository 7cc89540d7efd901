/** What docs/spaces.md says of each built-in space beyond what the space itself knows. */
import type { NetworkInput } from '../../src/networks/graph.js';
import type { BuiltInSpaceName } from '../../src/spaces/index.js';

/** A built-in space for its reader. */
export interface SpaceFacts {
  readonly title: string;
  readonly source: string;
  /** what is chosen, and what the network around it is */
  readonly what: string;
  /** what its figures were compared with */
  readonly checked: string;
  /** the architecture that is drawn, in the space's notation, and what it is */
  readonly drawn: { readonly text: string; readonly what: string };
  /** what it is drawn and counted for */
  readonly input: NetworkInput;
  readonly tables?: readonly SpaceTable[];
}

/** A published table by which locality is measured. */
export interface SpaceTable {
  readonly data: string;
  readonly file: string;
  readonly accuracy: string;
}

const cifar: NetworkInput = { shape: [3, 32, 32], classes: 10 };
const imageNet: NetworkInput = { shape: [3, 224, 224], classes: 1000 };
const taskonomy: NetworkInput = { shape: [3, 256, 256], classes: 75 };

const counted = 'The figures of the largest and the smallest network are those of the same networks written in PyTorch';

/** By name. */
export const spaceFacts: Readonly<Record<BuiltInSpaceName, SpaceFacts>> = {
  nasbench101: {
    title: 'NAS-Bench-101',
    source: 'Ying et al., [arXiv 1902.09635](https://arxiv.org/abs/1902.09635), google-research/nasbench',
    what: 'A cell is a graph of at most 7 vertices and 9 edges from its input to its output, with one of three operations on each vertex between them; nine equal cells in three stacks. Cells that differ only in the numbers of their vertices are one architecture: the one with the least codes stands for all. Cells may be given with their vertices in any order and with parts that lead nowhere. An edit changes one operation or one edge. Where a changed edge makes it necessary to number the vertices anew, which is so for one edge in seven, the two cells count as further than one edit apart, and cells with different numbers of vertices have no edit in common.',
    checked:
      'Enumeration gives 423,624 cells; up to 5 vertices it agrees with brute force over all matrices, operations and numberings. The parameters of two cells are those that the published table gives.',
    drawn: {
      text: 'conv1x1-bn-relu.conv3x3-bn-relu.conv3x3-bn-relu.conv3x3-bn-relu.maxpool3x3/111010.00001.0001.100.01.1',
      what: 'the cell like Inception of the published example',
    },
    input: cifar,
  },
  nasbench201: {
    title: 'NAS-Bench-201',
    source:
      'Dong and Yang, [arXiv 2001.00326](https://arxiv.org/abs/2001.00326); also the topology space of NATS-Bench',
    what: 'One of five operators on each of the six edges between the four nodes of a cell; 15 equal cells in three stages. Cells that compute the same for certain have one canonical form, of which there are 6,466, and are measured once.',
    checked:
      'FLOPs and parameters for CIFAR-10 and CIFAR-100 equal those of the published table in every row; so do the 6,466 classes.',
    drawn: {
      text: '|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|',
      what: 'a cell with one skip connection',
    },
    input: cifar,
    tables: [
      { data: 'CIFAR-10', file: 'nasbench201/nasbench201.csv.gz', accuracy: 'c10_test' },
      { data: 'CIFAR-100', file: 'nasbench201/nasbench201.csv.gz', accuracy: 'c100_test' },
    ],
  },
  'nats-sss': {
    title: "NATS-Bench's size space",
    source: 'Dong et al., [arXiv 2009.00437](https://arxiv.org/abs/2009.00437)',
    what: 'The channels, 8 to 64 in eights, of each of five layers: the stem, the three stages of one NAS-Bench-201 cell, and the two reductions between them.',
    checked:
      "FLOPs (with the biases of linear layers, as NATS-Bench counts) and parameters of the network of the authors' notebook.",
    drawn: { text: '8:16:24:32:64', what: 'channels that grow' },
    input: cifar,
  },
  'transnasbench101-micro': {
    title: 'TransNAS-Bench-101, cells',
    source: 'Duan et al., [arXiv 2105.11871](https://arxiv.org/abs/2105.11871), yawen-d/TransNASBench',
    what: 'One of four operators on each of the six edges between the four nodes of a cell; ten cells in five modules, three of which double the channels and halve the image. A skip connection that halves the image is a factorized reduction. Drawn and counted with a linear classifier of 75 classes, the object classification task.',
    checked: 'The figures of five networks are those of the same networks written in PyTorch.',
    drawn: { text: '64-41414-1_02_333', what: "the authors' example" },
    input: taskonomy,
  },
  'transnasbench101-macro': {
    title: 'TransNAS-Bench-101, macro level',
    source: 'Duan et al., [arXiv 2105.11871](https://arxiv.org/abs/2105.11871), yawen-d/TransNASBench',
    what: 'Four to six residual modules, each of which keeps, doubles the channels, halves the image or does both; the image is halved one to four times, the channels are doubled one to three times.',
    checked:
      'The 3,256 strings are all of those that obey the rules; the figures of four networks are those of the same networks written in PyTorch.',
    drawn: { text: '64-1234-basic', what: "the authors' example" },
    input: taskonomy,
  },
  'nasbench-macro': {
    title: 'NAS-Bench-Macro',
    source: 'Su et al., [arXiv 2103.11922](https://arxiv.org/abs/2103.11922), xiusu/NAS-Bench-Macro',
    what: 'Identity or one of two mobile bottlenecks at each of eight layers in three stages.',
    checked: 'FLOPs and parameters equal the published integers of all 6,561 networks.',
    drawn: { text: '22212202', what: 'the best of the table' },
    input: cifar,
    tables: [{ data: 'CIFAR-10', file: 'nasbench-macro/nasbench_macro.csv.gz', accuracy: 'test_mean' }],
  },
  'accel-mnasnet': {
    title: "Accel-NASBench's MnasNet space",
    source:
      'Ahmad et al., afzalxo/Accel-NASBench, after Tan et al., [arXiv 1807.11626](https://arxiv.org/abs/1807.11626)',
    what: 'Expansion, kernel, number of layers and squeeze-excite of each of seven stages of a mobile network. FLOPs (`macs_m`) are counted as the authors do, with batch norms and pooling.',
    checked: 'MACs and parameters equal the published columns on all 5,138 rows.',
    drawn: {
      text: 'e1k3l1se0-e6k3l2se0-e6k5l2se1-e6k3l3se0-e6k3l2se1-e6k5l3se1-e6k3l1se0',
      what: 'a network like MnasNet',
    },
    input: imageNet,
    tables: [
      {
        data: 'ImageNet, a sample',
        file: 'accel-nasbench/accel_nasbench_mnasnet_imagenet.csv.gz',
        accuracy: 'val_top1',
      },
    ],
  },
  darts: {
    title: 'DARTS',
    source:
      'Liu et al., [arXiv 1806.09055](https://arxiv.org/abs/1806.09055), quark0/darts; measured by NAS-Bench-301 ([arXiv 2008.09777](https://arxiv.org/abs/2008.09777))',
    what: 'A normal and a reduction cell of four nodes, each the sum of two of seven operations on two of the nodes before it; 20 cells, of which number 6 and 13 reduce. Cells that differ only in the numbers of their nodes have one canonical form. Counted and trained without the auxiliary head.',
    checked:
      "The second-order network has 3,349,342 parameters, as the authors' training script says; FLOPs and parameters of three networks are those of the same networks written in PyTorch.",
    drawn: {
      text: "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])",
      what: 'the second-order network',
    },
    input: cifar,
  },
  shufflenetv2: {
    title: 'Single-path one-shot',
    source: 'Guo et al., [arXiv 1904.00420](https://arxiv.org/abs/1904.00420), megvii-model/SinglePathOneShot',
    what: 'A ShuffleNetV2 block at each of 20 layers: kernel 3, 5 or 7, or three depthwise convolutions (Xception).',
    checked:
      'The published network has 323 M multiply-adds, as published; the parameters of three networks are those of the same networks written in PyTorch.',
    drawn: { text: '21012020202300003233', what: 'the published network' },
    input: imageNet,
  },
  mobilenetv3: {
    title: "Once-for-All's MobileNetV3",
    source: 'Cai et al., [arXiv 1908.09791](https://arxiv.org/abs/1908.09791), mit-han-lab/once-for-all',
    what: 'Kernel (3, 5, 7) and expansion (3, 4, 6) of each of two to four layers in five stages. A layer that a stage goes without is `none`, so that no network has two codes. Image size and width are fixed, 224 and 1.0.',
    checked: `${counted}.`,
    drawn: {
      text: 'e3k3.e6k5-e4k7.e4k7.e3k3-e6k7.e6k7.e6k7.e6k7-e3k5.e3k5-e4k3.e6k3.e3k7',
      what: 'one with stages of two to four layers',
    },
    input: imageNet,
  },
  proxyless: {
    title: 'ProxylessNAS',
    source: 'Cai et al., [arXiv 1812.00332](https://arxiv.org/abs/1812.00332), in the form of mit-han-lab/once-for-all',
    what: 'The same choices with the channels of ProxylessNAS, ReLU6, no squeeze-excite, and a last layer of its own.',
    checked: `${counted}.`,
    drawn: {
      text: 'e3k3.e6k5-e4k7.e4k7.e3k3-e6k7.e6k7.e6k7.e6k7-e3k5.e3k5-e4k3.e6k3.e3k7-e6k7',
      what: 'one with stages of two to four layers',
    },
    input: imageNet,
  },
  'mobile-tiny': {
    title: 'The default space',
    source: 'our own',
    what: 'Identity or one of four mobile bottlenecks at each of eight layers: small enough to train on two cores. It is what `lissnas run` searches without a configuration.',
    checked: 'FLOPs and parameters worked out by hand.',
    drawn: { text: '43021430', what: 'one with every block' },
    input: cifar,
  },
};
