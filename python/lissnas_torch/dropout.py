"""Which values dropout drops: the hash of src/engine/dropout-hash.ts, so that both engines drop the same."""

import numpy
import torch


def scramble(x):
    """32 bits to 32 bits, one to one, in wrapping unsigned arithmetic."""
    x = (x ^ (x >> numpy.uint32(16))) * numpy.uint32(0x7FEB352D)
    x = (x ^ (x >> numpy.uint32(15))) * numpy.uint32(0x846CA68B)
    return x ^ (x >> numpy.uint32(16))


def dropout_key(random_seed, name):
    bits = 0xFFFFFFFF
    text = 0x811C9DC5  # FNV-1a
    for character in name:
        text = ((text ^ ord(character)) * 0x01000193) & bits
    seed = random_seed & bits
    key = ((seed ^ (text + 0x9E3779B9 + (seed << 6) + (seed >> 2))) * 0x85EBCA6B) & bits
    key = ((key ^ (key >> 13)) * 0xC2B2AE35) & bits
    return key ^ (key >> 16)


def dropout(operation, x, random_seed):
    """Of x [count, channels, height, width] what is kept, divided by the probability of that."""
    count, channels, height, width = x.shape
    key = numpy.uint32(dropout_key(random_seed, operation["name"]))
    with numpy.errstate(over="ignore"):
        image = scramble(key + numpy.arange(count, dtype=numpy.uint32))
        pixel = scramble(image[:, None] + numpy.arange(height * width, dtype=numpy.uint32))
        place = scramble(pixel[:, None, :] + numpy.arange(channels, dtype=numpy.uint32)[:, None])
    probability = float(numpy.float32(operation["probability"]))
    kept = place.astype(numpy.float64) >= numpy.floor(probability * 2.0**32)
    factors = torch.tensor(kept / (1 - probability), dtype=x.dtype, device=x.device)
    return x * factors.reshape(x.shape)
