"""Trains networks in PyTorch and says how long every step takes: one JSON request a line on stdin, one JSON answer a line on stdout.

{"kind": "start", "threads": n} -> {"version": text}
{"kind": "network", "source": Python text, "weights": path, "images": base64 of float32 with channels last, "shape": [count, height, width, channels],
 "labels": [...], "learningRate": x, "momentum": x} -> {}; it takes the place of the network before
{"kind": "steps", "format": "channels last" or "contiguous", "seconds": s} -> {"seconds": [...], "losses": [...]}: steps until so much time has passed
"""
import base64
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

FORMATS = {"channels last": torch.channels_last, "contiguous": torch.contiguous_format}


class Training:
    """One network in one memory format."""

    def __init__(self, request, memory_format):
        names = {}
        exec(compile(request["source"], "network.py", "exec"), names)
        self.network = names["load"](request["weights"]).train().to(memory_format=memory_format)
        values = np.frombuffer(base64.b64decode(request["images"]), dtype="<f4").reshape(request["shape"])
        self.images = torch.tensor(values).permute(0, 3, 1, 2).contiguous(memory_format=memory_format)
        self.labels = torch.tensor(request["labels"])
        rate, momentum = request["learningRate"], request["momentum"]
        self.optimizer = torch.optim.SGD(self.network.parameters(), rate, momentum)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.network(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def start(request):
    torch.set_num_threads(request["threads"])
    return {"version": torch.__version__}


def network(request):
    trainings.update({name: Training(request, memory_format) for name, memory_format in FORMATS.items()})
    return {}


def steps(request):
    training = trainings[request["format"]]
    seconds, losses = [], []
    while sum(seconds) < request["seconds"]:
        started = time.perf_counter()
        losses.append(training.step())
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds, "losses": losses}


trainings = {}
answers = {"start": start, "network": network, "steps": steps}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(answers[request["kind"]](request)), flush=True)
