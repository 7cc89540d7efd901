"""Runs network graphs of LISSNAS in PyTorch (1.13 to 2.x). docs/torch.md tells how to use it, docs/worker-protocol.md how to speak with it."""

PROTOCOL = 1
