"""Weights and inputs that both languages compute from a tensor's name, so that no weights need to be stored."""
import math
import zlib

import numpy as np
import torch

CHUNK = 1 << 22


def uniform(name, count):
    """`count` float32 numbers of [-1, 1): a hash of the element's row-major index and of the name's CRC-32."""
    out = np.empty(count, np.float32)
    seed = np.uint32(zlib.crc32(name.encode()))
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        x = np.arange(start, stop, dtype=np.uint64).astype(np.uint32)
        x *= np.uint32(0x9E3779B9)
        x += seed
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
        out[start:stop] = (x >> np.uint32(8)).astype(np.float32) * np.float32(2**-23) - np.float32(1)
    return out


def values(name, shape, gain=1.0):
    """The values of a parameter or buffer; every constant and every operation is float32, but for the square root."""
    count = math.prod(shape)
    u = uniform(name, count)
    if name.endswith("running_var"):
        u = np.float32(1) + np.float32(0.5) * u
    elif name.endswith("running_mean"):
        u *= np.float32(0.1)
    elif name.endswith("weight") and len(shape) >= 2:
        u *= np.float32(gain * math.sqrt(3.0 / (count // shape[0])))
    elif name.endswith("weight") and len(shape) == 1:
        u = np.float32(1) + np.float32(0.25) * u
    elif name.endswith("bias"):
        u *= np.float32(0.1)
    else:
        u *= np.float32(0.5)
    return torch.from_numpy(u).reshape(shape)


def image(size, batch=2):
    """A batch of the given size (channels, height, width): twice the uniform numbers of the name `input`."""
    u = uniform("input", batch * math.prod(size)) * np.float32(2)
    return torch.from_numpy(u).reshape(batch, *size)


def floats(model):
    """The floating-point entries of a state dictionary: parameters, and the running statistics of batch norm."""
    return {name: t for name, t in model.state_dict().items() if t.is_floating_point()}


@torch.no_grad()
def fill(model, gain=1.0):
    """Gives a model the formula's weights, and makes it ready to be evaluated."""
    for name, tensor in floats(model).items():
        tensor.copy_(values(name, tuple(tensor.shape), gain))
    return model.eval()
