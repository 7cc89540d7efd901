"""Independent implementations, timed here so that starting Python does not count: one JSON task on stdin, one JSON answer on stdout."""
import bz2
import csv
import json
import os
import pickle
import statistics
import sys
import time
import warnings

import numpy as np


def timed(repeats, way):
    way()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        way()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def one_hot(codes, choices):
    codes = np.asarray(codes)
    return np.concatenate([np.eye(count)[codes[:, d]] for d, count in enumerate(choices)], axis=1)


def gaussian_process(task):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    train, test = one_hot(task["train"], task["choices"]), one_hot(task["test"], task["choices"])
    y = np.asarray(task["accuracies"])
    # with w = 1 / (2 length ** 2) an anisotropic RBF over one-hot codes is the locality kernel
    lengths = np.full(train.shape[1], np.sqrt(len(task["choices"])))
    kernel = ConstantKernel(1.0) * RBF(lengths, (1e-1, 1e3)) + WhiteKernel(1e-2, (1e-5, 1e1))
    model = GaussianProcessRegressor(kernel, normalize_y=True)
    fit = timed(task["repeats"], lambda: model.fit(train, y))
    mean = timed(task["repeats"], lambda: model.predict(test))
    few = test[: task["few"]]
    deviation = timed(task["repeats"], lambda: model.predict(few, return_std=True))
    return {"fit": fit, "mean": mean, "deviation": deviation, "means": model.predict(test).tolist()}


def kendall_tau(task):
    from scipy.stats import kendalltau

    x, y = np.asarray(task["x"]), np.asarray(task["y"])
    return {"seconds": timed(task["repeats"], lambda: kendalltau(x, y)), "tau": float(kendalltau(x, y)[0])}


def read_csv(path):
    with open(path, newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(name, [float(cell) for cell in cells]) for name, *cells in rows]


def read_json(path):
    with open(path) as file:
        return json.load(file)


def read_bz2_pickles(folder):
    loaded = []
    for name in os.listdir(folder):
        with bz2.BZ2File(os.path.join(folder, name), "rb") as file:
            loaded.append(pickle.load(file))
    return loaded


def read_torch(path):
    import torch

    return torch.load(path)


def reading(task):
    read = {"csv": read_csv, "json": read_json, "bz2-pickles": read_bz2_pickles, "torch": read_torch}[task["reader"]]
    return {"seconds": timed(task["repeats"], lambda: read(task["file"]))}


warnings.simplefilter("ignore")
task = json.load(sys.stdin)
kinds = {"gaussian-process": gaussian_process, "kendall-tau": kendall_tau, "reading": reading}
json.dump(kinds[task["kind"]](task), sys.stdout)
