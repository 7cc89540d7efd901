"""The interpreter of network graphs (src/networks/graph.ts): no network is defined twice."""

import torch
import torch.nn.functional as F

from .dropout import dropout


def convolution(o, x, weight, bias=None):
    return F.conv2d(x, weight, bias, o["stride"], o["padding"], o["dilation"], o["groups"])


def pool(o, x):
    if o["pool"] == "maximum":
        return F.max_pool2d(x, o["kernel"], o["stride"], o["padding"])
    return F.avg_pool2d(x, o["kernel"], o["stride"], o["padding"], count_include_pad=False)


def shuffle(o, x):
    count, channels, height, width = x.shape
    groups = x.reshape(count, o["groups"], channels // o["groups"], height, width)
    return groups.transpose(1, 2).reshape(x.shape)


ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "sigmoid": torch.sigmoid,
    "swish": F.silu,
    "hard-sigmoid": lambda x: F.relu6(x + 3) / 6,  # F.hardsigmoid takes 1/6 in float32 on its way back, even for float64
    "hard-swish": F.hardswish,
}

STATELESS = {
    "convolution": convolution,
    "activation": lambda o, x: ACTIVATIONS[o["activation"]](x),
    "pool": pool,
    "global-pool": lambda o, x: F.adaptive_avg_pool2d(x, 1),
    "add": lambda o, *values: sum(values),
    "multiply": lambda o, x, factors: x * factors,
    "concat": lambda o, *values: torch.cat(values, 1),
    "slice": lambda o, x: x[:, o["first"] : o["first"] + o["shape"][0]],
    "shuffle": shuffle,
    "shift": lambda o, x: F.pad(x[:, :, 1:, 1:], (0, 1, 0, 1)),
    "linear": lambda o, x, weight, bias: F.linear(x.flatten(1), weight, bias)[:, :, None, None],
}


def run(graph, parameters, images, random_seed, statistics=None):
    """
    Logits [count, classes] of images [count, channels, height, width]: in evaluation mode with statistics, or in training mode; then the statistics
    of the batch come second, {name: [channels]}. Without a random seed nothing is dropped.
    """
    outputs = {}
    measured = {}
    for o in graph["operations"]:
        kind, name = o["kind"], o["name"]
        inputs = [outputs[input] for input in o["inputs"]]
        own = [parameters[parameter["name"]] for parameter in o["parameters"]]
        if kind == "input":
            outputs[name] = images
        elif kind == "zeros":
            outputs[name] = torch.zeros(len(images), *o["shape"], dtype=images.dtype, device=images.device)
        elif kind == "batch-norm":
            x = inputs[0]
            if statistics is None:
                measured[name + ".mean"] = x.detach().mean((0, 2, 3))
                measured[name + ".variance"] = x.detach().var((0, 2, 3), unbiased=False)
                outputs[name] = F.batch_norm(x, None, None, *own, True, 0, o["epsilon"])
            else:
                moments = statistics[name + ".mean"], statistics[name + ".variance"]
                outputs[name] = F.batch_norm(x, *moments, *own, False, 0, o["epsilon"])
        elif kind == "dropout":
            outputs[name] = inputs[0] if random_seed is None else dropout(o, inputs[0], random_seed)
        else:
            outputs[name] = STATELESS[kind](o, *inputs, *own)
    return outputs[graph["operations"][-1]["name"]].flatten(1), measured
