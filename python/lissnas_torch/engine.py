"""What the commands of the protocol do: learning, updating, calibrating and predicting on a store of parameters."""

import numpy
import torch
import torch.nn.functional as F

from .graph import run
from .store import Store, plain


class Device:
    """Where PyTorch computes."""

    def __init__(self, name="auto", threads=None):
        if name == "auto":
            name = "cuda" if torch.cuda.is_available() else "cpu"
        self.torch = torch.device(name)
        if threads is not None:
            torch.set_num_threads(threads)
        # both engines mean the same numbers: no TensorFloat-32 unless it is asked for
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False

    @property
    def name(self):
        if self.torch.type == "cuda":
            return torch.cuda.get_device_name(self.torch)
        return "CPU, 1 thread" if torch.get_num_threads() == 1 else f"CPU, {torch.get_num_threads()} threads"

    def images(self, array):
        """[count, height, width, channels] as [count, channels, height, width], in memory as it was."""
        return torch.from_numpy(numpy.array(array)).to(self.torch).permute(0, 3, 1, 2)


class OutOfMemory(Exception):
    """The device has no room for half a batch either."""


class Session:
    """One training: its parameters, and the sums of a calibration that goes on."""

    def __init__(self, device):
        self.device = device
        self.store = Store(device.torch)
        self.sums = {}
        self.batches = 0
        self.statistics = {}

    def learn(self, graph, images, labels, label_smoothing, weight, random_seed):
        """Adds the gradients of a batch to those that wait. Returns the loss, the images that were right, and into how many parts the batch was cut."""
        values = self.device.images(images)
        targets = torch.tensor(labels, device=self.device.torch)
        try:
            return self._learn([(values, targets)], graph, label_smoothing, weight, random_seed)
        except RuntimeError as error:
            if not is_out_of_memory(error) or len(values) < 4:
                raise
        if self.device.torch.type == "cuda":
            torch.cuda.empty_cache()
        half = (len(values) + 1) // 2
        halves = [(values[:half], targets[:half]), (values[half:], targets[half:])]
        try:
            return self._learn(halves, graph, label_smoothing, weight, random_seed)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemory(
                f"{self.device.name} has no memory for {half} images of {graph['name']} at once, half of a batch; take smaller batches"
            ) from error

    def _learn(self, parts, graph, label_smoothing, weight, random_seed):
        names = names_of(graph)
        parameters = [self.store.parameters[name] for name in names]
        total = sum(len(values) for values, _ in parts)
        gradients, loss, correct = None, 0.0, 0
        for values, targets in parts:
            logits, _ = run(graph, self.store.parameters, values, random_seed)
            own = F.cross_entropy(logits, targets, label_smoothing=label_smoothing)
            share = len(values) / total
            found = torch.autograd.grad(own * (weight * share), parameters, allow_unused=True)
            found = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found)]
            gradients = found if gradients is None else torch._foreach_add(gradients, found)
            loss += own.item() * share
            correct += int((logits.argmax(1) == targets).sum())
        self.store.add_gradients(dict(zip(names, gradients)))
        return loss, correct, len(parts)

    @torch.no_grad()
    def calibrate(self, graph, images, begins):
        """Adds the batch-norm statistics of a batch to those of the calibration."""
        if begins:
            self.sums, self.batches = {}, 0
        _, measured = run(graph, self.store.parameters, self.device.images(images), None)
        for name, values in measured.items():
            own = values.double()
            self.sums[name] = self.sums[name] + own if name in self.sums else own
        self.batches += 1

    def calibrated(self):
        """Averages over the batches, {name: array}."""
        return {name: plain(values / self.batches) for name, values in self.sums.items()}

    def set_statistics(self, arrays):
        self.statistics = {
            name: torch.from_numpy(numpy.array(array)).to(self.device.torch) for name, array in arrays.items()
        }

    @torch.no_grad()
    def predict(self, graph, images):
        """Logits [count, classes] with the statistics that were set."""
        logits, _ = run(graph, self.store.parameters, self.device.images(images), None, self.statistics)
        return plain(logits)


def names_of(graph):
    """The parameters of a graph, each once."""
    return list(dict.fromkeys(p["name"] for o in graph["operations"] for p in o["parameters"]))


def is_out_of_memory(error):
    return "out of memory" in str(error) or "can't allocate memory" in str(error)
