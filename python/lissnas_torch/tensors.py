"""Files of named float32 arrays in the safetensors format, with nothing but numpy."""

import json
import os

import numpy


def write(path, arrays):
    """Writes {name: float32 array}; a file that could not be written whole is taken away again."""
    header = {}
    end = 0
    for name, array in arrays.items():
        begin, end = end, end + 4 * array.size
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    try:
        with open(path, "wb") as file:
            file.write(len(text).to_bytes(8, "little"))
            file.write(text)
            for array in arrays.values():
                file.write(numpy.ascontiguousarray(array, dtype="<f4").tobytes())
    except OSError:
        if os.path.exists(path):
            os.remove(path)
        raise


def read(path):
    """{name: float32 array}. Raises ValueError for a file that is none, or holds anything but F32."""
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > len(content) - 8:
        raise ValueError(f"{path} is no safetensors file")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f'{path}: tensor "{name}" is {entry["dtype"]} instead of F32')
        begin, end = entry["data_offsets"]
        flat = numpy.frombuffer(content, dtype="<f4", count=(end - begin) // 4, offset=8 + length + begin)
        arrays[name] = flat.reshape(entry["shape"])
    return arrays
