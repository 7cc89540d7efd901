/** A network as readable PyTorch source that needs nothing but PyTorch: repeated blocks become classes, and the weights come from a safetensors file. */
import type { NetworkGraph, Operation } from './graph.js';
import { liveGraph } from './live.js';
import { type ClassSource, classSource, type NamedClasses } from './pytorch-class-source.js';
import { type BlockClass, classesOf, dissolveRare, structureOf } from './pytorch-classes.js';
import { classNames, plainText, stringLiteral } from './pytorch-names.js';
import { SHUFFLE } from './pytorch-operations.js';
import { type Block, blockTree } from './pytorch-tree.js';

const ROOT_CLASS = 'Network';

/**
 * The source of a Python module with a class `Network` (images [batch, channels, height, width] to logits [batch, classes]) and a function
 * `load(path)` that makes one from a safetensors file with the tensors of `networkTensors`. It runs on PyTorch 1.13 and later.
 * Operations that lead nowhere are left out. Names of operations become attributes where Python allows, and never code.
 * @throws LissnasError with code `export` where a number of the graph is not finite
 */
export function toPyTorch(graph: NetworkGraph): string {
  const live = liveGraph(graph);
  const root = dissolveRare(blockTree(live));
  const classes = named(classesOf(root));
  const sources = new Map([...classes.keys()].map((structure) => [structure, classSource(structure, classes)]));
  const shuffles = live.operations.some(({ kind }) => kind === 'shuffle');
  const parts = [
    header(live),
    ...(shuffles ? [SHUFFLE_SOURCE] : []),
    ...[...sources.values()].map(({ lines }) => lines.join('\n')),
    loader(renamed(root, '', sources)),
  ];
  return parts.join('\n\n\n');
}

function named(classes: ReadonlyMap<string, BlockClass>): NamedClasses {
  const entries = [...classes];
  const names = [...classNames(entries.slice(0, -1).map(([, { instances }]) => instances)), ROOT_CLASS];
  return new Map(entries.map(([structure, each], i) => [structure, { ...each, name: names[i]! }]));
}

function header({ name, operations }: NetworkGraph): string {
  const output = operations.at(-1)!;
  const images = operations[0]!.shape.join(', ');
  return `"""${plainText(name)}, written by LISSNAS.

    network = load("best.safetensors")
    logits = network(images)

images: float32 [batch, ${images}], normalized as in training; logits: [batch, ${output.shape.reduce((a, b) => a * b)}].
"""

import json
import struct

import torch
import torch.nn.functional as F
from torch import nn`;
}

const SHUFFLE_SOURCE = `def ${SHUFFLE}(x, groups):
    """Takes the channels of the groups in turn."""
    batch, channels, height, width = x.shape
    return x.reshape(batch, groups, channels // groups, height, width).transpose(1, 2).reshape(x.shape)`;

/** Tensors that the file has under another name than the network, by the network's. */
function renamed(block: Block, prefix: string, sources: ReadonlyMap<string, ClassSource>): [string, string][] {
  const { attributes } = sources.get(structureOf(block))!;
  return block.children.flatMap((child, i) => {
    const attribute = attributes.get(i);
    if (attribute === undefined) return [];
    const path = prefix + attribute;
    if (child.kind === 'block') return renamed(child, `${path}.`, sources);
    return storedNames(child.operation)
      .map(([role, stored]): [string, string] => [`${path}.${role}`, stored])
      .filter(([own, stored]) => own !== stored);
  });
}

/** The roles of an operation's tensors in the file, and their names. */
function storedNames({ kind, name, parameters }: Operation): [role: string, stored: string][] {
  const roles = kind === 'batch-norm' ? ['scale', 'shift'] : ['weight', 'bias'];
  const own = parameters.map((parameter, i): [string, string] => [roles[i]!, parameter.name]);
  const statistics = ['mean', 'variance'].map((role): [string, string] => [role, `${name}.${role}`]);
  return kind === 'batch-norm' ? [...own, ...statistics] : own;
}

function loader(exceptions: readonly (readonly [string, string])[]): string {
  const rows = exceptions.map(([own, stored]) => `    ${stringLiteral(own)}: ${stringLiteral(stored)},\n`);
  const table =
    rows.length === 0 ? '' : `\n# Tensors that have another name in the file.\nRENAMED = {\n${rows.join('')}}\n`;
  const lookUp = rows.length === 0 ? '' : '\n            name = RENAMED.get(name, name)';
  return `# What a batch norm's tensors are called in the file.
BATCH_NORM = {"weight": "scale", "bias": "shift", "running_mean": "mean", "running_var": "variance"}
${table}

def load(path):
    """The network with the weights of a safetensors file, ready to evaluate; ValueError where they do not fit."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    network = Network()
    for prefix, module in network.named_modules():
        roles = BATCH_NORM if isinstance(module, nn.BatchNorm2d) else {"weight": "weight", "bias": "bias"}
        for role, stored in roles.items():
            tensor = getattr(module, role, None)
            if not isinstance(tensor, torch.Tensor):
                continue
            name = f"{prefix}.{stored}"${lookUp}
            entry = header.get(name)
            if entry is None or entry["dtype"] != "F32" or entry["shape"] != list(tensor.shape):
                raise ValueError(f"{path}: needs {name} as F32 of shape {list(tensor.shape)}, but has {entry}")
            begin, end = entry["data_offsets"]
            values = torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=begin)
            tensor.data.copy_(values.reshape(tensor.shape))
    return network.eval()
`;
}
