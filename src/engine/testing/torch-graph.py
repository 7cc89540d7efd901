"""Runs network graphs in PyTorch, by the interpreter of python/lissnas_torch and the optimizers of torch.optim, to compare engines with.

Reads a JSON list of problems from standard input and writes the list of their results to standard output.
Problem: precision ("float32" or "float64"), graph, parameters {name: {shape, values}}, images {count, shape, values},
labels, options {labelSmoothing, weight, randomSeed}, updates (a list of update rules; each follows another pass over the batch).
Result: loss, correct, statistics {name: values}, logits (evaluation mode with those statistics), gradients {name: values}
of the first pass, norms of all gradients before each update, parameters {name: values} after the updates.
Arrays travel as base64 of little-endian float32 (in) and float64 (out); images have their channels last.
"""

import base64
import json
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "python"))
from lissnas_torch.graph import run  # noqa: E402


def decode(text, shape, dtype):
    array = numpy.frombuffer(base64.b64decode(text), dtype="<f4").reshape(shape)
    return torch.tensor(array, dtype=dtype)


def encode(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f8").tobytes()).decode("ascii")


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
