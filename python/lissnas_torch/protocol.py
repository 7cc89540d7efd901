"""The protocol of docs/worker-protocol.md: one JSON document a line, commands in and answers out; arrays in files."""

import json
import threading
import time
import traceback

import torch

from . import PROTOCOL, tensors
from .engine import OutOfMemory, Session
from .store import plain

HEARTBEAT_SECONDS = 5


def number(value):
    """JSON has no NaN and no infinity: they travel as text."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


class Commands:
    """All commands, by their names. Sessions and graphs are known by numbers that the other side has chosen."""

    def __init__(self, device):
        self.device = device
        self.sessions = {}
        self.graphs = {}

    def open(self, given):
        self.sessions[given["session"]] = Session(self.device)

    def close(self, given):
        self.sessions.pop(given["session"], None)

    def graph(self, given):
        self.graphs[given["graph"]] = given["definition"]

    def forget(self, given):
        self.graphs.pop(given["graph"], None)

    def put(self, given):
        self._session(given).store.put(tensors.read(given["file"]))

    def learn(self, given):
        loss, correct, parts = self._session(given).learn(
            self.graphs[given["graph"]],
            tensors.read(given["file"])["images"],
            given["labels"],
            given["labelSmoothing"],
            given["weight"],
            given["randomSeed"],
        )
        return {"loss": number(loss), "correct": correct, "parts": parts}

    def update(self, given):
        return {"gradientNorm": number(self._session(given).store.update(given["rule"]))}

    def calibrate(self, given):
        images = tensors.read(given["file"])["images"]
        self._session(given).calibrate(self.graphs[given["graph"]], images, given["begins"])

    def calibrated(self, given):
        tensors.write(given["file"], self._session(given).calibrated())

    def statistics(self, given):
        self._session(given).set_statistics(tensors.read(given["file"]))

    def predict(self, given):
        images = tensors.read(given["file"])["images"]
        logits = self._session(given).predict(self.graphs[given["graph"]], images)
        tensors.write(given["answer"], {"logits": logits})

    def gradients(self, given):
        waiting = self._session(given).store.gradients
        tensors.write(given["file"], {name: plain(waiting[name]) for name in sorted(waiting)})

    def parameters(self, given):
        held = self._session(given).store.parameters
        names = held if given.get("names") is None else given["names"]
        tensors.write(given["file"], {name: plain(held[name]) for name in names})

    def save(self, given):
        tensors.write(given["file"], self._session(given).store.save())

    def load(self, given):
        self._session(given).store.load(tensors.read(given["file"]))

    def _session(self, given):
        return self.sessions[given["session"]]


def serve(commands, answers, device):
    """Answers commands in their order until there are no more."""
    lock = threading.Lock()

    def say(document):
        with lock:
            answers.write(json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n")
            answers.flush()

    def beat():
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            say({"heartbeat": True})

    say({"hello": {"protocol": PROTOCOL, "torch": torch.__version__, "device": device.name}})
    threading.Thread(target=beat, daemon=True).start()
    known = Commands(device)
    for line in commands:
        given = json.loads(line)
        name = given["command"]
        try:
            if name.startswith("_") or not hasattr(known, name):
                raise ValueError(f'there is no command "{name}"')
            say({"id": given["id"], "answer": getattr(known, name)(given) or {}})
        except Exception as error:  # whatever a command fails of is an answer
            traceback.print_exc()
            kind = "out-of-memory" if isinstance(error, OutOfMemory) else "disk" if isinstance(error, OSError) else "failed"
            say({"id": given["id"], "error": {"kind": kind, "message": f"{error}" or type(error).__name__}})
