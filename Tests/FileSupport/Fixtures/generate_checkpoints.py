"""Writes `checkpoint/`: small files by torch.save and by hand, and what they hold in `checkpoint/expected.json`.

Run it in this folder. Made with Python 3.11, PyTorch 2.13.0 and NumPy 2.4.6.
"""

import argparse
import collections
import io
import json
import pathlib
import pickle
import struct
import zipfile

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent / "checkpoint"
HERE.mkdir(exist_ok=True)
EXPECTED = {}


def number(value):
    return value if np.isfinite(value) else str(value)


def expect(name, tensors, metadata=None):
    EXPECTED[name] = {
        "tensors": {
            key: {
                "shape": list(tensor.shape),
                "element": str(tensor.dtype).removeprefix("torch."),
                "values": [number(v) for v in tensor.double().flatten().tolist()],
            }
            for key, tensor in tensors.items()
        },
        "metadata": metadata or {},
    }


def save(name, content, tensors, metadata=None, **options):
    torch.save(content, HERE / name, **options)
    expect(name, tensors, metadata)


base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8 - 1
weights = collections.OrderedDict(
    [
        ("conv.weight", base.clone()),
        ("conv.channels_last", torch.arange(48.0).reshape(2, 3, 2, 4).contiguous(memory_format=torch.channels_last)),
        ("fc.weight", base[0].t()),
        ("view", base.flatten()[5:11]),
        ("row", base[1, 2]),
        ("expanded", torch.tensor([1.5]).expand(3)),
        ("half", torch.tensor([1.0, -0.1, float("inf")], dtype=torch.float16)),
        ("bfloat", torch.tensor([1.0, -0.1, 3e38], dtype=torch.bfloat16)),
        ("double", torch.tensor([1e300, -0.1], dtype=torch.float64)),
        ("num_batches_tracked", torch.tensor(7)),
        ("int32", torch.tensor([[1], [-2]], dtype=torch.int32)),
        ("int16", torch.tensor([3, -4], dtype=torch.int16)),
        ("int8", torch.tensor([5, -6], dtype=torch.int8)),
        ("uint8", torch.tensor([7, 250], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False])),
        ("empty", torch.zeros(0, 3)),
    ]
)
weights["tied"] = weights["conv.weight"]
plain = {key: value.contiguous() for key, value in weights.items()}

for name, options in [
    ("zip.pth", {}),
    ("legacy.pth", {"_use_new_zipfile_serialization": False}),
    ("protocol4.pt", {"pickle_protocol": 4}),
    ("protocol5-legacy.th", {"pickle_protocol": 5, "_use_new_zipfile_serialization": False}),
]:
    save(name, weights, plain, **options)

# The wrappers of training programs, and what stands beside the weights.
scalars = {"epoch": 89, "best_prec1": torch.tensor(91.73), "arch": "resnet20", "done": True, "none": None}
arguments = argparse.Namespace(lr=0.1, layers=[2, 2], name="a", path=pathlib.PurePosixPath("/data/x"))
numpy_things = {
    "metric": np.float64(1.5), "count": np.int64(-3), "flag": np.bool_(True), "rng": np.arange(3, dtype=">i4"),
}
trained = {f"module._orig_mod.{key}": value for key, value in list(weights.items())[:2]}
average = {f"module.{key}": value * 2 for key, value in list(weights.items())[:2]}
everything = {
    **scalars, "args": arguments, **numpy_things, "state_dict": trained, "state_dict_ema": average,
    "optimizer": {"state": {0: {"step": 5, "exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
    "big": 10**30, "bytes": b"ab\xff", "set": {1}, "size": torch.Size([1, 2]), "type": torch.float32,
    "device": torch.device("cpu"), "defaults": collections.defaultdict(list, a=[1]),
}
metadata = {
    "epoch": "89", "arch": "resnet20", "done": "true", "metric": "1.5", "count": "-3", "flag": "true",
    "args": '{"layers":[2,2],"lr":0.1,"name":"a","path":"/data/x"}', "set": "[1]", "size": "[1,2]",
    "type": "torch.float32", "device": "cpu", "defaults": '{"a":[1]}',
}
clean = {key.removeprefix("module."): value for key, value in average.items()}
for name, options in [("wrapped.pth.tar", {}), ("wrapped-legacy.tar", {"_use_new_zipfile_serialization": False})]:
    save(name, everything, clean, metadata, **options)
save("nested.bin", {"model": {"state_dict": {"a": base[0]}}, "x": 1}, {"a": base[0]}, {"x": "1"})
save("groups.model", {"backbone": {"a": base[0]}, "head": {"b": base[1]}}, {"backbone.a": base[0], "head.b": base[1]})

# Parameters instead of plain tensors, one with an attribute, and types that need the newest description of tensors.
tagged = torch.nn.Parameter(base[1].clone())
tagged.tag = "x"
parameters = {"a": torch.nn.Parameter(base[0].clone()), "b": tagged, "c": torch.tensor([1, 65535], dtype=torch.uint16)}
save("parameters.pt", parameters, {key: value.detach() for key, value in parameters.items()})

# Without checksums, as torch.serialization.set_crc32_options(False) writes.
torch.serialization.set_crc32_options(False)
save("unchecked.pth", {"a": base[0]}, {"a": base[0]})
torch.serialization.set_crc32_options(True)


def rezip(source, target, change, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(HERE / source) as old, zipfile.ZipFile(HERE / target, "w", compression) as new:
        for member in old.namelist():
            content = change(member, old.read(member))
            if content is not None:
                new.writestr(member, content)


def big_endian(name, content):
    if name.endswith("byteorder"):
        return b"big"
    return np.frombuffer(content, "<f4").astype(">f4").tobytes() if "/data/" in name else content


save("nested-little.pth", {"a": base[0], "b": base[1].t()}, {"a": base[0], "b": base[1].t()})
rezip("nested-little.pth", "big-endian.pth", big_endian)
expect("big-endian.pth", {"a": base[0], "b": base[1].t()})
(HERE / "nested-little.pth").unlink()
del EXPECTED["nested-little.pth"]
rezip("nested.bin", "deflated.bin", lambda _, content: content, zipfile.ZIP_DEFLATED)
EXPECTED["deflated.bin"] = EXPECTED["nested.bin"]


class Named:
    """A call of any function, for pickles by hand."""

    def __init__(self, name, *arguments):
        self.name, self.arguments = name, arguments


class Pickler(pickle._Pickler):
    """Writes `Named` as calls, storages as references, and text as Python 2 did."""

    def save(self, value, save_persistent_id=True):
        if isinstance(value, Named):
            self.write(b"c" + value.name.replace(":", "\n").encode() + b"\n")
            if value.arguments != (None,):
                self.save(tuple(value.arguments))
                self.write(b"R")
        elif isinstance(value, Storage):
            self.save(("storage", Named(f"torch:{value.kind}Storage", None), *value.parts))
            self.write(b"Q")
        elif isinstance(value, str):
            self.write(b"U" + bytes([len(value)]) + value.encode())
        else:
            super().save(value, save_persistent_id)


class Storage:
    def __init__(self, kind, *parts):
        self.kind, self.parts = kind, parts


def pickled(value):
    stream = io.BytesIO()
    Pickler(stream, 2).dump(value)
    return stream.getvalue()


def by_hand(content, storages):
    start = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    keys = [key for key, _ in storages]
    blocks = b"".join(struct.pack("<q", len(values)) + np.array(values, "<f4").tobytes() for _, values in storages)
    return b"".join(map(pickled, start)) + pickled(content) + pickled(keys) + blocks


# Tensors and parameters as PyTorch 0.1 to 0.3 described them under Python 2, two of them views of one storage.
numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
old = Named(
    "collections:OrderedDict",
    [
        ["whole", Named("torch._utils:_rebuild_tensor", Storage("Float", "7", "cuda:0", 6, None), 0, (2, 3), (3, 1))],
        ["column", Named("torch._utils:_rebuild_tensor", Storage("Float", "7", "cuda:0", 6, None), 1, (2,), (3,))],
        [
            "part",
            Named(
                "torch.nn.parameter:Parameter",
                Named("torch._utils:_rebuild_tensor", Storage("Float", "7", "cpu", 6, ("8", 2, 3)), 1, (2,), (1,)),
                True,
            ),
        ],
    ],
)
(HERE / "old.pkl").write_bytes(by_hand(old, [("7", numbers)]))
expect("old.pkl", {"whole": torch.tensor(numbers).reshape(2, 3), "column": torch.tensor([2.0, 5.0]), "part": torch.tensor([4.0, 5.0])})


class Command:
    def __reduce__(self):
        import os

        return os.system, ("echo harm",)


# What must be refused; the tests say how.
(HERE / "hostile").mkdir(exist_ok=True)
torch.save({"a": Command()}, HERE / "hostile/command.pth")
torch.save({"a": Command()}, HERE / "hostile/command-legacy.pth", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(2, 2), HERE / "hostile/module.pth")
torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, HERE / "hostile/complex.pth")
torch.save({"a": torch.quantize_per_tensor(torch.zeros(2), 0.1, 0, torch.qint8)}, HERE / "hostile/quantized.pth")
torch.save({"a": torch.zeros(2).to(torch.float8_e4m3fn)}, HERE / "hostile/float8.pth")
torch.jit.script(torch.nn.Linear(2, 2)).save(str(HERE / "hostile/program.pt"))
torch.save({"epoch": 3}, HERE / "hostile/no-weights.pth")
torch.save(["a", 1], HERE / "hostile/list.pth")
endless = []
endless.append(endless)
torch.save({"a": endless}, HERE / "hostile/endless.pth")
deep = []
for _ in range(400):
    deep = [deep]
torch.save(deep, HERE / "hostile/deep.pth")

(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")

# The pickles alone, as seeds of fuzzing.
pickles = HERE.parent / "pickle"
pickles.mkdir(exist_ok=True)
for path in [HERE / "wrapped.pth.tar", HERE / "parameters.pt", HERE / "protocol4.pt"]:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        (pickles / f"{path.name.split('.')[0]}.pkl").write_bytes(archive.read(name))
(pickles / "old.pkl").write_bytes(pickled(old))
