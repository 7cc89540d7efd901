"""lissnas_torch [--threads N] [--device auto|cpu|cuda|cuda:N]: answers commands on standard input until it is closed."""

import argparse
import os
import sys

from .engine import Device
from .protocol import serve


def main():
    arguments = argparse.ArgumentParser(prog="lissnas_torch")
    arguments.add_argument("--threads", type=int, help="of PyTorch on the CPU; as many as it likes without it")
    arguments.add_argument("--device", default="auto", help="auto takes a GPU where there is one")
    given = arguments.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)  # what libraries print must not stand among the answers
    serve(sys.stdin, answers, Device(given.device, given.threads))


if __name__ == "__main__":
    main()
