"""Runs network graphs in PyTorch: a second reader of src/networks/graph.ts, to compare engines with.

Reads a JSON list of problems from standard input and writes the list of their results to standard output.
Problem: precision ("float32" or "float64"), graph, parameters {name: {shape, values}}, images {count, shape, values},
labels, options {labelSmoothing, weight, randomSeed}, updates (a list of update rules; each follows another pass over the batch).
Result: loss, correct, statistics {name: values}, logits (evaluation mode with those statistics), gradients {name: values}
of the first pass, norms of all gradients before each update, parameters {name: values} after the updates.
Arrays travel as base64 of little-endian float32 (in) and float64 (out); images have their channels last.
"""

import base64
import json
import sys

import numpy
import torch
import torch.nn.functional as F


def decode(text, shape, dtype):
    array = numpy.frombuffer(base64.b64decode(text), dtype="<f4").reshape(shape)
    return torch.tensor(array, dtype=dtype)


def encode(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f8").tobytes()).decode("ascii")


def scramble(x):
    """src/engine/dropout-hash.ts, in wrapping unsigned arithmetic."""
    x = (x ^ (x >> numpy.uint32(16))) * numpy.uint32(0x7FEB352D)
    x = (x ^ (x >> numpy.uint32(15))) * numpy.uint32(0x846CA68B)
    return x ^ (x >> numpy.uint32(16))


def dropout_key(random_seed, name):
    bits = 0xFFFFFFFF
    text = 0x811C9DC5  # FNV-1a
    for character in name:
        text = ((text ^ ord(character)) * 0x01000193) & bits
    seed = random_seed & bits
    key = ((seed ^ (text + 0x9E3779B9 + (seed << 6) + (seed >> 2))) * 0x85EBCA6B) & bits
    key = ((key ^ (key >> 13)) * 0xC2B2AE35) & bits
    return key ^ (key >> 16)


def dropout(operation, x, random_seed):
    count, channels, height, width = x.shape
    key = numpy.uint32(dropout_key(random_seed, operation["name"]))
    image = scramble(key + numpy.arange(count, dtype=numpy.uint32))
    pixel = scramble(image[:, None] + numpy.arange(height * width, dtype=numpy.uint32))
    place = scramble(pixel[:, None, :] + numpy.arange(channels, dtype=numpy.uint32)[:, None])
    probability = float(numpy.float32(operation["probability"]))
    kept = place.astype(numpy.float64) >= numpy.floor(probability * 2.0**32)
    return x * torch.tensor(kept / (1 - probability), dtype=x.dtype).reshape(x.shape)


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
    """Logits in evaluation mode with statistics, or in training mode; then the batch's statistics are returned too."""
    outputs = {}
    measured = {}
    for o in graph["operations"]:
        kind, name = o["kind"], o["name"]
        inputs = [outputs[input] for input in o["inputs"]]
        own = [parameters[parameter["name"]] for parameter in o["parameters"]]
        if kind == "input":
            outputs[name] = images
        elif kind == "zeros":
            outputs[name] = torch.zeros(len(images), *o["shape"], dtype=images.dtype)
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


def optimizer(rule, parameters):
    decay = rule.get("weightDecay", 0)
    groups = [
        {
            "params": [p for p in parameters.values() if (p.dim() > 1) == weights],
            "weight_decay": decay if weights or rule.get("decay") == "all" else 0,
        }
        for weights in (True, False)
    ]
    groups = [group for group in groups if group["params"]]
    if rule["kind"] == "sgd":
        nesterov = rule.get("nesterov", False)
        return torch.optim.SGD(groups, rule["learningRate"], rule.get("momentum", 0), nesterov=nesterov)
    betas = rule.get("beta1", 0.9), rule.get("beta2", 0.999)
    return torch.optim.AdamW(groups, rule["learningRate"], betas, rule.get("epsilon", 1e-8))


def gradient_norm(parameters):
    return torch.sqrt(sum((p.grad.double() ** 2).sum() for p in parameters.values()))


def solve(problem):
    dtype = getattr(torch, problem["precision"])
    graph, options = problem["graph"], problem["options"]
    used = {parameter["name"] for operation in graph["operations"] for parameter in operation["parameters"]}
    parameters = {
        name: decode(given["values"], given["shape"], dtype).requires_grad_()
        for name, given in problem["parameters"].items()
        if name in used
    }
    given = problem["images"]
    channels, height, width = given["shape"]
    images = decode(given["values"], (given["count"], height, width, channels), dtype).permute(0, 3, 1, 2).contiguous()
    labels = torch.tensor(problem["labels"])

    def learn():
        for parameter in parameters.values():
            parameter.grad = None
        logits, _ = run(graph, parameters, images, options.get("randomSeed", 0))
        loss = F.cross_entropy(logits, labels, label_smoothing=options.get("labelSmoothing", 0))
        (loss * options.get("weight", 1)).backward()
        return loss.item(), int((logits.argmax(1) == labels).sum())

    with torch.no_grad():
        _, statistics = run(graph, parameters, images, None)
        logits, _ = run(graph, parameters, images, None, statistics)
    loss, correct = learn()
    result = {
        "loss": loss,
        "correct": correct,
        "statistics": {name: encode(values) for name, values in statistics.items()},
        "logits": encode(logits),
        "gradients": {name: encode(parameter.grad) for name, parameter in parameters.items()},
    }
    rules = problem.get("updates", [])
    norms = []
    stepper = optimizer(rules[0], parameters) if rules else None
    for rule in rules:
        learn()
        norm = gradient_norm(parameters)
        norms.append(norm.item())
        if norm > rule.get("clip", float("inf")):
            for parameter in parameters.values():
                parameter.grad *= rule["clip"] / norm
        for group in stepper.param_groups:
            group["lr"] = rule["learningRate"]
        stepper.step()
    result["norms"] = encode(torch.tensor(norms, dtype=torch.float64))
    result["parameters"] = {name: encode(parameter) for name, parameter in parameters.items()} if rules else {}
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    json.dump([solve(problem) for problem in json.load(sys.stdin)], sys.stdout)
