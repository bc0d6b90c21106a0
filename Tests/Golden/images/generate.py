"""Writes the golden values of decoding, resizing and preparing images: what Pillow, torchvision and timm give.

    python generate.py [IMAGENET_SAMPLES]

IMAGENET_SAMPLES is the folder of the 199 ImageNet images; of them only digests are written (samples.json).
Needs Pillow 13.0, torch 2.13, torchvision 0.29 and timm 1.0.31.
"""
import hashlib
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch

register = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (
    (lambda g: g) if isinstance(op, str) and op.startswith("torchvision::") else register(op, *a, **k))
from PIL import Image
from timm.data import create_transform
from torchvision import transforms

here = pathlib.Path(__file__).parent
files = here / "files"


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def noise(width, height, seed, channels=3):
    """Bytes that Swift computes likewise: a hash of their position."""
    i = np.arange(width * height * channels, dtype=np.uint64) + np.uint64(seed * 7919)
    h = (i * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(13)
    return (h & np.uint64(255)).astype(np.uint8).reshape(height, width, channels)


def picture(width, height):
    """A smooth picture with edges and some noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red = 127 + 120 * np.sin(x / 9 + y / 23)
    green = 255 * x / width
    blue = np.where((x // 13 + y // 11) % 2 == 0, 220, 30)
    image = np.stack([red, green, blue], -1) + noise(width, height, 1).astype(np.float64) / 8 - 16
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


# ---- Files -------------------------------------------------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(samples, depth):
    """Rows of samples `[rows, numbers]` to bytes."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    rows = []
    for row in samples:
        bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).ravel()
        rows.append(np.packbits(bits).tobytes())
    return rows


def png(width, height, color, depth, interlaced, seed, palette_size=None, transparent=False):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    low = noise(width, height, seed, channels).astype(np.uint16)
    samples = low << 8 | noise(width, height, seed + 1, channels) if depth == 16 else low % (1 << depth)
    if color == 0 and depth == 16:
        samples //= 97  # Most of them beyond 255, some below.
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    if color == 3:
        size = palette_size or 1 << depth
        out += chunk(b"PLTE", noise(size, 1, seed + 2).tobytes())
        if transparent:
            out += chunk(b"tRNS", bytes(range(0, min(size, 5))))
    elif transparent:
        out += chunk(b"tRNS", bytes(2 * channels))
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            data += b"".join(b"\0" + row for row in pack(part.reshape(part.shape[0], -1), depth))
    return out + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def bmp(width, height, bits, rows, compression=0, masks=b"", palette=b"", top_down=False, colors=0):
    body = rows if isinstance(rows, bytes) else b"".join(r + bytes(-len(r) % 4) for r in rows)
    start = 54 + len(masks) + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, compression,
                       len(body), 0, 0, colors, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + masks + palette + body


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def write_files():
    base = picture(77, 53)
    wide = picture(210, 90)
    out = {}
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        out[f"rgb-{name}.jpg"] = saved(base, "JPEG", quality=85, subsampling=sampling)
        out[f"wide-{name}.jpg"] = saved(wide, "JPEG", quality=60, subsampling=sampling)
        out[f"progressive-{name}.jpg"] = saved(base, "JPEG", progressive=True, subsampling=sampling)
    out["gray.jpg"] = saved(base.convert("L"), "JPEG")
    out["wide-gray.jpg"] = saved(wide.convert("L"), "JPEG")
    out["restarts.jpg"] = saved(wide, "JPEG", restart_marker_blocks=3)
    out["low-quality.jpg"] = saved(base, "JPEG", quality=3)
    out["stored-rgb.jpg"] = saved(base, "JPEG", keep_rgb=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    out["turned-by-exif.jpg"] = saved(base, "JPEG", exif=exif)
    inks = Image.fromarray(np.concatenate([np.asarray(base), noise(77, 53, 5, 1)], -1), mode="CMYK")
    out["cmyk.jpg"] = saved(inks, "JPEG", quality=90)
    adobe = out["cmyk.jpg"].index(b"Adobe")
    out["ycck.jpg"] = out["cmyk.jpg"][:adobe + 11] + b"\x02" + out["cmyk.jpg"][adobe + 12:]
    out["garbage-after-end.jpg"] = out["rgb-420.jpg"] + b"\0\0 garbage"
    out["truncated.jpg"] = out["wide-420.jpg"][:-40]
    out["no-end-marker.jpg"] = out["wide-420.jpg"][:-2]
    out["truncated-progressive.jpg"] = out["progressive-420.jpg"][:-40]
    out["truncated-header.jpg"] = out["rgb-420.jpg"][:100]
    damaged = bytearray(out["wide-444.jpg"])
    for i in range(len(damaged) // 2, len(damaged) // 2 + 6):
        damaged[i] = damaged[i] ^ 0x15 if damaged[i] != 0xFF and damaged[i] ^ 0x15 != 0xFF else damaged[i]
    out["damaged-inside.jpg"] = bytes(damaged)

    seed = 10
    for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            for interlaced in (False, True):
                seed += 10
                kind = {0: "gray", 2: "rgb", 3: "palette", 4: "gray-alpha", 6: "rgb-alpha"}[color]
                out[f"{kind}{depth}{'-interlaced' if interlaced else ''}.png"] = png(
                    19, 13, color, depth, interlaced, seed)
    out["palette8-short.png"] = png(19, 13, 3, 8, False, 600, palette_size=100)
    out["palette4-transparent.png"] = png(19, 13, 3, 4, False, 610, transparent=True)
    out["rgb8-transparent.png"] = png(19, 13, 2, 8, False, 620, transparent=True)
    out["gray2-transparent.png"] = png(19, 13, 0, 2, False, 630, transparent=True)
    out["one-pixel.png"] = png(1, 1, 2, 8, True, 640)
    out["picture.png"] = saved(base, "PNG")
    out["truncated.png"] = out["picture.png"][:-900]

    alpha = Image.fromarray(np.concatenate([np.asarray(base), noise(77, 53, 6, 1)], -1), mode="RGBA")
    out["lossy.webp"] = saved(base, "WEBP", quality=70)
    out["lossless.webp"] = saved(base, "WEBP", lossless=True)
    out["lossy-alpha.webp"] = saved(alpha, "WEBP", quality=70)
    out["lossless-alpha.webp"] = saved(alpha, "WEBP", lossless=True, exact=True)
    out["animated.webp"] = saved(base, "WEBP", save_all=True, append_images=[wide.resize((77, 53))], quality=50)
    out["animated-alpha.webp"] = saved(alpha, "WEBP", save_all=True, append_images=[alpha.rotate(90)], lossless=True)
    out["truncated.webp"] = out["lossy.webp"][:-200]

    small = base.resize((21, 14))
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        out[f"mode-{mode.lower()}.bmp"] = saved(small.convert(mode), "BMP")
    pixels = np.asarray(small).astype(np.uint32)
    p555 = (pixels[..., 0] >> 3 << 10 | pixels[..., 1] >> 3 << 5 | pixels[..., 2] >> 3).astype("<u2")
    p565 = (pixels[..., 0] >> 3 << 11 | pixels[..., 1] >> 2 << 5 | pixels[..., 2] >> 3).astype("<u2")
    out["555.bmp"] = bmp(21, 14, 16, [r.tobytes() for r in p555[::-1]])
    out["565.bmp"] = bmp(21, 14, 16, [r.tobytes() for r in p565[::-1]], 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    out["top-down.bmp"] = bmp(21, 14, 24, [r[:, ::-1].tobytes() for r in np.asarray(small)], top_down=True)
    index = noise(21, 14, 8, 1)[..., 0] % 16
    colors = np.concatenate([noise(16, 1, 9)[0], np.zeros((16, 1), np.uint8)], -1).tobytes()
    out["palette4.bmp"] = bmp(21, 14, 4, pack(index[::-1], 4), palette=colors, colors=16)
    bars = np.repeat(np.arange(14)[:, None] % 5 * 3, 21, 1).astype(np.uint8)
    bars[:, 12:] += 1
    encoded = b"".join(bytes([12, r[0]]) + bytes([0, 9]) + r[12:].tobytes() + b"\0" + b"\0\0" for r in bars[::-1]) + b"\0\1"
    out["run-length.bmp"] = bmp(21, 14, 8, encoded, 1, palette=colors, colors=16)
    out["truncated.bmp"] = out["mode-rgb.bmp"][:-10]
    out["animation.gif"] = saved(small, "GIF")
    out["empty.jpg"] = b""
    out["text.jpg"] = b"This is no image at all.\n"

    for old in files.glob("*"):
        old.unlink()
    result = {}
    for name, data in out.items():
        (files / name).write_bytes(data)
        try:
            image = Image.open(io.BytesIO(data))
            pixels = np.asarray(image.convert("RGB"))
            result[name] = {"width": image.width, "height": image.height, "sha256": sha(pixels)}
        except Exception as problem:
            result[name] = {"error": type(problem).__name__}
    (here / "files.json").write_text(json.dumps(result, indent=1) + "\n")


# ---- Resizing and preparing --------------------------------------------------------------------------------------------


def write_resized():
    result = {}
    filters = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
    sizes = [(50, 37, 23, 31), (31, 29, 64, 57), (224, 3, 3, 224), (40, 30, 40, 17), (40, 30, 21, 30), (1, 1, 5, 4),
             (500, 20, 9, 7), (97, 61, 97, 61), (640, 480, 341, 256)]
    for number, (width, height, new_width, new_height) in enumerate(sizes):
        image = Image.fromarray(noise(width, height, number))
        for name, code in filters.items():
            resized = np.asarray(image.resize((new_width, new_height), code))
            result[f"{width}x{height} to {new_width}x{new_height} {name}"] = {
                "width": width, "height": height, "seed": number, "newWidth": new_width, "newHeight": new_height,
                "interpolation": name, "sha256": sha(resized)}
    (here / "resized.json").write_text(json.dumps(result, indent=1) + "\n")


def prepared(image, settings):
    """The bytes before and the numbers after normalization, both `[height, width, channels]`."""
    channels, height, width = settings["inputSize"]
    if channels == 1:
        image = image.convert("L")
    parts = create_transform(
        (channels, height, width), is_training=False, interpolation=settings["interpolation"],
        mean=tuple(settings["mean"]), std=tuple(settings["std"]), crop_pct=settings["cropFraction"],
        crop_mode=settings["cropMode"]).transforms
    before = image
    for part in parts:
        if isinstance(part, transforms.ToTensor):
            break
        before = part(before)
    numbers = transforms.Compose(parts)(image).permute(1, 2, 0).contiguous().numpy()
    pixels = np.asarray(before).reshape(height, width, channels)
    assert numbers.shape == pixels.shape and numbers.dtype == np.float32
    return pixels, numbers


def settings(size=(3, 224, 224), interpolation="bicubic", fraction=0.875, mode="center", mean=None, std=None):
    mean = mean or [0.485, 0.456, 0.406][:size[0]]
    std = std or [0.229, 0.224, 0.225][:size[0]]
    return {"inputSize": list(size), "interpolation": interpolation, "cropFraction": fraction, "cropMode": mode,
            "mean": mean, "std": std}


def write_prepared():
    half = dict(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5])
    cases = {
        "default": settings(), "bilinear": settings(interpolation="bilinear"), "fraction 0.95": settings(fraction=0.95),
        "whole": settings(fraction=1.0), "squash": settings(mode="squash", fraction=0.9, **half),
        "border": settings(mode="border", fraction=1.0), "border 0.9": settings(mode="border", fraction=0.9),
        "not square": settings((3, 96, 160), fraction=0.9), "not square squash": settings((3, 160, 96), "lanczos", 0.97, "squash"),
        "not square border": settings((3, 96, 160), "bilinear", 0.95, "border"), "fraction 1.2": settings((3, 64, 64), fraction=1.2),
        "gray": settings((1, 28, 28), "bilinear", 1.0, mean=[0.1307], std=[0.3081]),
        "lanczos": settings((3, 97, 97), "lanczos", 0.9), "nearest": settings((3, 65, 65), "nearest", 0.8),
        "odd": settings((3, 227, 227), fraction=0.88), "large": settings((3, 384, 384), fraction=1.0, **half)}
    sizes = [(500, 375), (375, 500), (333, 500), (256, 256), (257, 256), (40, 30), (101, 400), (1000, 31)]
    result = {}
    for name, values in cases.items():
        for number, (width, height) in enumerate(sizes):
            pixels, numbers = prepared(Image.fromarray(noise(width, height, number)), values)
            result[f"{name} {width}x{height}"] = {
                "settings": values, "width": width, "height": height, "seed": number, "sha256": sha(pixels),
                "normalized": sha(numbers)}
    (here / "prepared.json").write_text(json.dumps(result, indent=1) + "\n")


def write_samples(folder):
    half = dict(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5])
    cases = {
        "default": settings(), "bilinear": settings(interpolation="bilinear", **half), "lanczos 0.95": settings((3, 288, 288), "lanczos", 0.95),
        "nearest": settings(interpolation="nearest"), "squash": settings((3, 256, 256), fraction=1.0, mode="squash"),
        "border": settings(mode="border", fraction=0.9), "mobile 128": settings((3, 128, 128), "bilinear", 0.875, **half)}
    result = {"settings": cases, "images": {}}
    for path in sorted(pathlib.Path(folder).glob("*")):
        image = Image.open(path).convert("RGB")
        entry = {"decoded": sha(np.asarray(image))[:16]}
        for name, values in cases.items():
            pixels, numbers = prepared(image, values)
            entry[name] = sha(pixels)[:16]
            if name in ("default", "border"):
                entry[name + " normalized"] = sha(numbers)[:16]
        result["images"][path.name] = entry
    text = json.dumps(result["settings"], indent=1)
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in result["images"].items())
    (here / "samples.json").write_text('{\n "settings": ' + text.replace("\n", "\n ") + ',\n "images": {\n' + lines + "\n }\n}\n")


if __name__ == "__main__":
    files.mkdir(exist_ok=True)
    write_files()
    write_resized()
    write_prepared()
    if len(sys.argv) > 1:
        write_samples(sys.argv[1])
