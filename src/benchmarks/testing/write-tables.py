"""Writes small tables in the published formats with Python's own writers: pickle, bz2, tarfile and torch.save.

usage: write-tables.py FOLDER [--architectures N] [--sparse]    (sparse: of all epochs only the first and the last, for small files)

The structures are those of nas_201_api and nats_bench (api_utils.py) and of NASLib; the numbers are made up. What a table of each file
should hold stands in expected.json, worked out here the way those packages do it: means over the seeds of the last epoch.
NAS-Bench-101's records are framed, check-summed and encoded here by hand.
"""
import argparse
import base64
import bz2
import collections
import json
import os
import pickle
import random
import struct
import tarfile

import numpy as np

OPERATORS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
PARTS = {
    "cifar10-valid": ["x-valid", "ori-test"],
    "cifar10": ["ori-test"],
    "cifar100": ["x-valid", "x-test", "ori-test"],
    "ImageNet16-120": ["x-valid", "x-test", "ori-test"],
}
COLUMNS = {  # column -> data set of the validation, of the test and the test's part
    "c10": ("cifar10-valid", "cifar10", "ori-test"),
    "c100": ("cifar100", "cifar100", "x-test"),
    "im16": ("ImageNet16-120", "ImageNet16-120", "x-test"),
}
rng = random.Random(201)
options = argparse.ArgumentParser()
options.add_argument("folder")
options.add_argument("--architectures", type=int, default=2)
options.add_argument("--sparse", action="store_true")
options = options.parse_args()


def epochs_kept(epochs):
    return sorted({0, epochs - 1}) if options.sparse else range(epochs)


def cell(index):
    op = [OPERATORS[index // 5**i % 5] for i in range(6)]
    return f"|{op[0]}~0|+|{op[1]}~0|{op[2]}~1|+|{op[3]}~0|{op[4]}~1|{op[5]}~2|"


def trial(dataset, seed, epochs, flop, params, weights=None):
    """The state of a ResultsCount; several dicts share the texts of their keys, as they do in the published files."""
    result = {
        "name": "infer.tiny",
        "net_state_dict": weights,
        "train_acc1es": {i: rng.uniform(20, 99) for i in epochs_kept(epochs)},
        "train_acc5es": None,
        "train_losses": {i: rng.uniform(0, 2) for i in epochs_kept(epochs)},
        "train_times": collections.OrderedDict((i, rng.uniform(5, 9)) for i in epochs_kept(epochs)),
        "arch_config": {"channel": 16, "num_cells": 5, "class_num": 10},
        "params": params,
        "flop": flop,
        "seed": seed,
        "epochs": epochs,
        "latency": [rng.uniform(0.01, 0.02), np.float64(rng.uniform(0.01, 0.02))],
        "eval_names": PARTS[dataset],
        "eval_acc1es": {},
        "eval_times": {},
        "eval_losses": {},
    }
    for part in PARTS[dataset]:
        for i in epochs_kept(epochs):
            key = f"{part}@{i}"
            result["eval_acc1es"][key] = rng.uniform(10, 95)
            result["eval_losses"][key] = np.float32(rng.uniform(0, 2)) if i % 50 == 0 else rng.uniform(0, 2)
            result["eval_times"][key] = rng.uniform(0.5, 1)
    return result


def results(index, name, epochs, seeds, weights=None):
    all_results = {}
    for dataset in PARTS:
        for seed in seeds:
            all_results[(dataset, seed)] = trial(dataset, seed, epochs, 10.5 + index, 0.25 + index / 8, weights)
    return {
        "arch_index": index,
        "arch_str": name,
        "all_results": all_results,
        "dataset_seed": {dataset: list(seeds) for dataset in PARTS},
        "clear_net_done": True,
    }


def expected_row(by_ending):
    """by_ending: ('' | '_12ep' | '_1ep') -> state of ArchResults"""
    row = {}
    for ending, state in by_ending.items():
        for tag, (valid, test, part) in COLUMNS.items():
            def of(dataset):
                return [state["all_results"][(dataset, seed)] for seed in state["dataset_seed"][dataset]]

            def last(one, name):
                return one["eval_acc1es"][f"{name}@{one['epochs'] - 1}"]

            row[f"{tag}_valid{ending}"] = float(np.mean([last(one, "x-valid") for one in of(valid)]))
            row[f"{tag}_test{ending}"] = float(np.mean([last(one, part) for one in of(test)]))
            row[f"{tag}_train_time_s{ending}"] = float(np.mean([sum(one["train_times"].values()) for one in of(valid)]))
            if ending == "":
                row[f"{tag}_valid_run1"] = last(of(valid)[0], "x-valid")
                row[f"{tag}_test_run1"] = last(of(test)[0], part)
                row[f"{tag}_flops_m"], row[f"{tag}_params_m"] = of(test)[0]["flop"], of(test)[0]["params"]
                row[f"{tag}_latency_ms"] = 1000 * float(np.mean([np.mean(one["latency"]) for one in of(test)]))
    return row


def nasbench201(folder, count, expected):
    try:
        import torch
    except ImportError:
        return
    weights = {"stem.weight": torch.arange(6.0).reshape(2, 3), "step": torch.tensor(3)}
    names = [cell(7 * i) for i in range(count)]
    infos, rows = {}, {}
    for i, name in enumerate(names):
        full = results(i, name, 200, (777, 888) if i % 2 else (777,), weights)
        less = results(i, name, 12, (777,))
        infos[i] = {"full": full, "less": less}
        rows[name] = expected_row({"": full, "_12ep": less})
    saved = {"meta_archs": names, "total_archs": count, "arch2infos": infos, "evaluated_indexes": set(range(count))}
    torch.save(saved, os.path.join(folder, "nb201-legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(saved, os.path.join(folder, "nb201-zip.pth"))
    expected["nb201"] = rows


def save_bz2(path, value):
    with bz2.BZ2File(path, "wb") as file:
        pickle.dump(value, file, protocol=4)


def nats(folder, kind, names, full, expected):
    inside = os.path.join(folder, f"NATS-{kind}-simple")
    os.makedirs(inside, exist_ok=True)
    rows = {}
    for i, name in enumerate(names):
        by_budget = {"01": results(i, name, 1, (777,)), "12": results(i, name, 12, (777, 111)), full: results(i, name, int(full), (777,))}
        by_budget["12"]["dataset_seed"] = {dataset: [111, 777] for dataset in PARTS}
        save_bz2(os.path.join(inside, f"{i:06d}.pickle.pbz2"), by_budget)
        rows[name] = expected_row({"": by_budget[full], "_12ep": by_budget["12"], "_1ep": by_budget["01"]})
    meta = {"meta_archs": names, "total_archs": len(names), "evaluated_indexes": set(range(len(names)))}
    save_bz2(os.path.join(inside, "meta.pickle.pbz2"), meta)
    with tarfile.open(os.path.join(folder, f"NATS-{kind}-simple.tar"), "w") as archive:
        archive.add(inside, arcname=f"NATS-{kind}-simple")
    expected[kind] = rows


def naslib(folder, count, expected):
    table, curves, rows, last = {}, {}, {}, {}
    for i in range(count):
        name = cell(11 * i)
        one = {d: {"eval_acc1es": rng.uniform(10, 95), "flop": 7.5 + i, "params": 0.5, "latency": 0.0125, "train_times": None} for d in PARTS}
        table[name] = one
        rows[name] = {
            "c10_valid": one["cifar10-valid"]["eval_acc1es"],
            "c10_test": one["cifar10"]["eval_acc1es"],
            "c100_eval": one["cifar100"]["eval_acc1es"],
            "im16_eval": one["ImageNet16-120"]["eval_acc1es"],
            "c10_flops_m": 7.5 + i,
            "c10_latency_ms": 12.5,
        }
        curve = [rng.uniform(10, 95) for _ in range(200)]
        cost = {"flops": 7.5, "params": 0.25, "latency": 0.01, "train_time": 1234.5}
        curves[name] = {"cifar10-valid": {"train_acc1es": curve[::-1], "eval_acc1es": np.array(curve) if i == 0 else curve, "cost_info": cost}}
        last[name] = {"c10_valid": curve[199], "c10_valid_after_12ep": curve[11], "c10_valid_train_time_s": 1234.5, "c10_valid_params_m": 0.25}
    with open(os.path.join(folder, "nb201_all.pickle"), "wb") as file:
        pickle.dump(table, file, protocol=4)
    with open(os.path.join(folder, "nb201_cifar10_full_training.pickle"), "wb") as file:
        pickle.dump(curves, file)
    expected["naslib"], expected["naslib_curves"] = rows, last


CRC_TABLE = []
for byte in range(256):
    value = byte
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)  # CRC-32C, reflected
    CRC_TABLE.append(value)


def masked_crc(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(number):
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(parts + [number])


def doubles(fields):
    return b"".join(bytes([field << 3 | 1]) + struct.pack("<d", number) for field, number in fields)


def model_metrics(evaluations, parameters):
    message = b""
    for evaluation in evaluations:
        inner = doubles(enumerate(evaluation, 1)) + bytes([6 << 3 | 2, 0])  # an empty checkpoint_path
        message += bytes([1 << 3 | 2]) + varint(len(inner)) + inner
    return message + bytes([2 << 3]) + varint(parameters) + doubles([(3, 99.5)])


MODULES = [
    ("0" * 31 + "1", [[0, 1], [0, 0]], "input,output"),
    ("0" * 31 + "2", [[0, 1, 1], [0, 0, 1], [0, 0, 0]], "input,conv3x3-bn-relu,output"),
    ("0" * 31 + "3", [[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], "input,maxpool3x3,conv1x1-bn-relu,output"),
]


def nasbench101(folder, repeats, expected):
    rows = {module: collections.defaultdict(list) for module, _, _ in MODULES}
    with open(os.path.join(folder, "nb101.tfrecord"), "wb") as file:
        for repeat in range(repeats):
            for number, (module, matrix, operations) in enumerate(MODULES):
                for epochs in (4, 12, 36, 108):
                    evaluations = [[at, 10.0 * at + repeat] + [rng.random() for _ in range(3)] for at in (0.0, epochs / 2, float(epochs))]
                    row = rows[module]
                    for ending, (_, seconds, train, valid, test) in (("half_", evaluations[1]), ("", evaluations[2])):
                        for name, value in (("train", train), ("valid", valid), ("test", test)):
                            row[f"{name}_{ending}{epochs}ep"].append(100 * value)
                        if ending == "":
                            row[f"train_time_s_{epochs}ep"].append(seconds)
                    row["params_m"].append(1.5 + number)
                    metrics = model_metrics(evaluations, int((1.5 + number) * 1e6))
                    adjacency = "".join(str(edge) for line in matrix for edge in line)
                    record = json.dumps([module, epochs, adjacency, operations, base64.b64encode(metrics).decode()]).encode()
                    length = struct.pack("<Q", len(record))
                    file.write(length + struct.pack("<I", masked_crc(length)) + record + struct.pack("<I", masked_crc(record)))
    expected["nb101"] = {
        module: {**{name: float(np.mean(values)) for name, values in row.items()}, "valid_run1_108ep": row["valid_108ep"][0]}
        for module, row in rows.items()
    }


def values(folder, expected):
    """Every kind of value, by every protocol."""
    value = {
        "integers": [0, -1, 255, 256, -256, 65535, 65536, 2**31, -(2**31) - 1, 2**53 - 1],
        "long": [2**53, -(2**63), 2**64, 2**70, -(2**1000)],
        "floats": [1.5, -0.0, 5e-324, 1e308, float("inf")],
        "texts": ["", "ü€😀", "it's \"q\" \\ \n \x07", "y" * 1000],
        "others": [None, True, False, (), (1,), (1, 2, 3, 4)],
        "bytes": [b"\x00\xffabc", bytearray(b"xyz"), b""],
        "containers": [{1}, frozenset([3]), collections.OrderedDict(a=1), collections.defaultdict(list, q=[1]), collections.Counter("aa")],
        "numpy": [np.float64(1.5), np.int64(2**62), np.float32(0.1), np.bool_(True), np.int8(-3)],
        "arrays": [np.arange(6, dtype=">f4").reshape(2, 3), np.array([1.5, -0.25, 6e-8], dtype="f2"), np.array([2**40], dtype="u8")],
        "__proto__": {"polluted": 1},
        "shared": [],
        "list": list(range(1100)),
        "dict": {i: str(i) for i in range(1100)},
    }
    value["shared"] = [value["texts"], value["texts"]]
    for protocol in range(6):
        with open(os.path.join(folder, f"values-{protocol}.pickle"), "wb") as file:
            pickle.dump(value, file, protocol=protocol)


def main():
    folder, count = options.folder, options.architectures
    expected = {}
    nasbench201(folder, count, expected)
    nats(folder, "tss", [cell(13 * i) for i in range(count)], "200", expected)
    nats(folder, "sss", [":".join(str(8 * (1 + (i + layer) % 8)) for layer in range(5)) for i in range(count)], "90", expected)
    naslib(folder, count, expected)
    nasbench101(folder, 3, expected)
    values(folder, expected)
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=2)
        file.write("\n")


main()
