"""Writes the files in this folder: small correct files by NumPy and Python, also the seeds of fuzzing.

Run it in this folder. Made with Python 3.11 and NumPy 2.4.6. The entry in row i and column j of every matrix of numbers
is 10 i + j - 2, of unsigned and Boolean ones 10 i + j (as a truth value: not 0).
"""

import io
import json
import pathlib
import struct
import zipfile
import zlib

import numpy as np

HERE = pathlib.Path(__file__).parent
BASE = 10 * np.arange(3)[:, None] + np.arange(4)[None, :]


def matrix(kind):
    return (BASE - (0 if kind.strip("<>")[0] in "ub" else 2)).astype(kind)


def dtypes():
    arrays = {}
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        for order in "<>" if kind[1] != "1" else "|":
            name = {"<": "little", ">": "big", "|": "byte"}[order]
            array = matrix(kind).astype(order + kind)
            arrays[f"{kind}_{name}_c"] = array
            arrays[f"{kind}_{name}_f"] = np.asfortranarray(array)
    cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
    arrays["cube_c"] = cube
    arrays["cube_f"] = np.asfortranarray(cube)
    arrays["scalar"] = np.float32(7.5)
    arrays["empty"] = np.zeros((0, 4), "<f4")
    arrays["text"] = np.array(["", "a", "ćat", "🐈 x"])
    arrays["bytes"] = np.array([b"", b"a", b"abc"])
    return arrays


def folder(name):
    (HERE / name).mkdir(exist_ok=True)
    return HERE / name


def save(path, content):
    path.write_bytes(content)


def npy(array, version=(1, 0)):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


# One array each.
single = folder("npy")
for version in (1, 2, 3):
    save(single / f"version{version}-logits.npy", npy(matrix("<f4"), (version, 0)))
save(single / "fortran-probs.npy", npy(np.asfortranarray(matrix(">f8"))))
save(single / "labels.npy", npy(np.array([0, 3, -1])))
save(single / "text.npy", npy(np.array(["a", "ćat"])))
np.save(single / "objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
save(single / "records.npy", npy(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])))
save(single / "complex.npy", npy(np.zeros(2, "<c8")))
save(single / "raw.npy", npy(np.zeros(2, "V2")))

# Archives.
archives = folder("npz")
np.savez(archives / "stored.npz", **dtypes())
np.savez_compressed(archives / "deflated.npz", **dtypes())
small = {"logits": matrix("<f4"), "labels": np.array([0, 3, -1]), "ids": np.array(["a", "b", "c"])}


class Unseekable(io.BytesIO):
    def seekable(self):
        return False

    def seek(self, *arguments):
        raise io.UnsupportedOperation


def archive(stream, compression, force_zip64=False):
    with zipfile.ZipFile(stream, "w", compression) as target:
        for name, array in small.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.compress_type = compression
            with target.open(member, "w", force_zip64=force_zip64) as part:
                part.write(npy(array))
    return stream.getvalue()


save(archives / "streamed.npz", archive(Unseekable(), zipfile.ZIP_DEFLATED))
save(archives / "bzip2.npz", archive(io.BytesIO(), zipfile.ZIP_BZIP2))
zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 1
save(archives / "zip64.npz", archive(io.BytesIO(), zipfile.ZIP_STORED, True))
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 0x7FFFFFFF, 0xFFFF
np.savez(archives / "objects.npz", extra=np.array([{}], dtype=object), **small)
np.savez(archives / "positional.npz", matrix("<f4"), np.array([0, 3, 1]))

# Raw DEFLATE streams of the lines "i,i²\n" for i below 900, by every strategy.
streams = folder("deflate")
lines = b"".join(b"%d,%d\n" % (i, i * i) for i in range(900))
for name, level, strategy in [
    ("stored", 0, zlib.Z_DEFAULT_STRATEGY), ("best", 9, zlib.Z_DEFAULT_STRATEGY),
    ("fixed", 6, zlib.Z_FIXED), ("huffman", 6, zlib.Z_HUFFMAN_ONLY), ("runs", 6, zlib.Z_RLE),
]:
    content = lines if name == "best" else lines[:3000]
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    save(streams / f"{name}.deflate", packer.compress(content) + packer.flush())
packer = zlib.compressobj(9, zlib.DEFLATED, -15)
save(streams / "zeros.deflate", packer.compress(bytes(100_000)) + packer.flush())


# safetensors, by hand.
def safetensors(tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, array) in tensors.items():
        numbers = array.tobytes()
        header[name] = {
            "dtype": dtype, "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


tensors = folder("safetensors")
names = {"f2": "F16", "f4": "F32", "f8": "F64", "b1": "BOOL", **{
    f"{kind}{size}": f"{kind.upper()}{8 * size}" for kind in "iu" for size in (1, 2, 4, 8)}}
every = {kind: (name, matrix("<" + kind if kind[1] != "1" else kind)) for kind, name in names.items()}
every["bf16"] = ("BF16", (matrix("<f4").view("<u4") >> 16).astype("<u2"))
every["empty"] = ("F32", np.zeros((0, 4), "<f4"))
every["scalar"] = ("F32", np.array(7.5, "<f4"))
save(tensors / "dtypes.safetensors", safetensors(every, {"kind": "ćat \"x\" \\ \n"}))
save(tensors / "full.safetensors", safetensors({
    "logits": ("F32", matrix("<f4")), "labels": ("I64", np.array([0, 3, -1])),
    "embeddings": ("F16", matrix("<f2")[:, :2].copy()),
    "head.weight": ("F64", np.ones((4, 2))), "head.bias": ("F64", np.zeros(4)),
    "uncertainty.entropy": ("F32", np.arange(3, dtype="<f4")),
    "member_logits": ("F32", np.stack([matrix("<f4"), matrix("<f4") + 1])),
    "soft_labels": ("F32", np.full((3, 4), 0.25, "<f4")),
    "multi_labels.values": ("I32", np.array([0, 1, 3], "<i4")),
    "multi_labels.offsets": ("I64", np.array([0, 2, 2, 3])),
    "sample_ids.bytes": ("U8", np.frombuffer("ać🐈".encode(), "u1")),
    "sample_ids.offsets": ("I64", np.array([0, 1, 3, 7]))},
    {"credence.format": "1", "model": "net/small", "dataset": "d", "split": "test",
     "class_names": json.dumps(["a", "b", "c", "ć"]), "note": "x"}))
save(tensors / "top.safetensors", safetensors({
    "top_k.indices": ("I32", np.array([[2, 0], [1, 2]], "<i4")),
    "top_k.values": ("F32", np.array([[0.5, 0.25], [0.75, 0.125]], "<f4")),
    "labels": ("I32", np.array([0, 2], "<i4"))}))
save(tensors / "decisions.safetensors", safetensors({
    "predictions": ("I32", np.array([2, 0], "<i4")),
    "confidences": ("F32", np.array([0.5, 0.25], "<f4"))}))

# Tables and lists.
tables = folder("csv")
save(tables / "logits.csv", b"logit_0,logit_1,label\n1.5,-2e-3,0\n0.25,17.123456789012345678,1\n")
save(tables / "decisions.csv",
     b'id,true_label,pred_label,confidence\r\n"a,""b",0,1,0.5\r\n"two\nlines",1,1,1\r\n')
save(tables / "names.csv",
     b"\xef\xbb\xbfprob_cat,prob_dog,label,uncertainty.x\n0.5,0.5,cat,3\n1,0, dog ,inf\n\n")
save(tables / "bare.csv", b"0,1,2\n0.5,0.25,0.25\n1e-400,1e-5,1\n")
lists = folder("labels")
save(lists / "labels.txt", b"0\n1\n-1\n2.0\n")
save(lists / "named.csv", b"label,id\n2,c\n0,a\n1,b\n")
np.savez_compressed(
    lists / "samples_info.npz", sample_files=np.array(["n01/a.JPEG", "n02/b.JPEG"]),
    targets=np.array([0, 3]))
