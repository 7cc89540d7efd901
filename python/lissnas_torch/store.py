"""Named parameters, each with the gradient that waits for an update and with what the optimizers remember of it."""

import numpy
import torch

from .updates import update

MOMENTS = ("momentum", "first", "second", "steps")


class Store:
    """All parameters of one training, in the order in which they came."""

    def __init__(self, device):
        self.device = device
        self.parameters = {}
        self.gradients = {}
        self.moments = {name: {} for name in MOMENTS}

    def put(self, arrays):
        """Overwrites parameters, which may be new."""
        for name, array in arrays.items():
            value = torch.from_numpy(numpy.array(array))
            known = self.parameters.get(name)
            if known is None:
                self.parameters[name] = value.to(self.device).requires_grad_()
            else:
                with torch.no_grad():
                    known.copy_(value)

    def add_gradients(self, gradients):
        for name, gradient in gradients.items():
            waiting = self.gradients.get(name)
            self.gradients[name] = gradient if waiting is None else waiting + gradient

    @torch.no_grad()
    def update(self, rule):
        """Returns the norm of all gradients together. Where it is not finite, nothing changes; afterwards none wait."""
        names = sorted(self.gradients)
        gradients = [self.gradients[name] for name in names]
        self.gradients = {}
        if not names:
            return 0.0
        norm = torch.stack(torch._foreach_norm(gradients)).double().norm().item()
        if norm != norm or norm == float("inf"):
            return norm
        clip = rule.get("clip")
        if clip is not None and norm > clip:
            gradients = torch._foreach_mul(gradients, clip / norm)
        values = [self.parameters[name] for name in names]
        decays = [rule.get("decay") == "all" or value.dim() > 1 for value in values]
        update(rule, values, gradients, lambda kind: [self.moment(kind, name) for name in names], decays)
        return norm

    def moment(self, kind, name):
        known = self.moments[kind]
        if name not in known:
            known[name] = torch.zeros(1) if kind == "steps" else torch.zeros_like(self.parameters[name])
        return known[name]

    def save(self):
        """{kind/name: array}, as Engine.save of src/engine/engine.ts."""
        state = {}
        for name, value in self.parameters.items():
            state["parameter/" + name] = plain(value)
            for kind in MOMENTS:
                if name in self.moments[kind]:
                    state[f"{kind}/{name}"] = plain(self.moments[kind][name])
        return state

    def load(self, state):
        """Forgets everything and goes on from what save gave."""
        self.__init__(self.device)
        for key, array in state.items():
            kind, _, name = key.partition("/")
            if kind == "parameter":
                self.put({name: array})
            else:
                value = torch.from_numpy(numpy.array(array))
                self.moments[kind][name] = value if kind == "steps" else value.to(self.device)


def plain(tensor):
    """A float32 array with a copy of a tensor's values."""
    return tensor.detach().to("cpu", torch.float32).contiguous().numpy().copy()
