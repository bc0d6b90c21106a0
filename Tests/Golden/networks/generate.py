"""Writes the golden values of the networks, from timm. README.md says what they are.

Usage: generate.py FAMILY [NAME-PATTERN ...]     (only the named variants are computed anew)
       generate.py FAMILY --lists FOLDER         (also writes FOLDER/<variant>.txt: every tensor's name and shape)
"""
import argparse
import fnmatch
import hashlib
import json
import pathlib
import sys
import time

import torch

# torchvision's operators need not be there: timm imports it for names that are not used here.
_register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) \
    if isinstance(op, str) and op.startswith("torchvision::") else _register_fake(op, *a, **k)
import timm  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import classic  # noqa: E402
import families  # noqa: E402
import formula  # noqa: E402

FOLDER = pathlib.Path(__file__).parent
LARGEST = 400e6  # parameters; larger networks are listed without values
HEAVY = 5e9  # multiply-adds of an image; heavier networks get a smaller one where they take any size
TOO_HEAVY = 100e9  # networks of one size that are heavier are listed without values
GAINS = (1, 1.1, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5)  # the first one is taken with which the images give different logits
DIFFERENT = 2e-3  # relative to the norm of the logits
GREATEST = 1e5  # norm of the logits


def create(name):
    """The model, the usual size of its input, and whether that is the only size."""
    if name in classic.NETWORKS:
        make, size = classic.NETWORKS[name]
        return make(), size, True
    model = timm.create_model(name, pretrained=False)
    cfg = model.pretrained_cfg
    return model, tuple(cfg["input_size"]), bool(cfg.get("fixed_input_size"))


def multiply_adds(name, size):
    """Multiply-adds of one image, counted without computing anything."""
    with torch.device("meta"):
        model = create(name)[0].eval().requires_grad_(False)
        x = torch.empty(1, *size)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.forward_head(model.forward_features(x))
    return counter.get_total_flops() / 2


def run(model, x):
    """Logits (the pooled features of a network without classifier) and the features that the classifier sees."""
    features = model.forward_features(x)
    return model.forward_head(features), model.forward_head(features, pre_logits=True)


def listing(model):
    """The lines `name shape` of all floating-point tensors, sorted."""
    return sorted(f"{n} {','.join(map(str, t.shape))}\n" for n, t in formula.floats(model).items())


def rounded(values):
    """Float32 numbers, in as many digits as tell them apart."""
    return [float(f"{float(v):.9g}") for v in values]


def describe(name, full_size, lists=None):
    with torch.device("meta"):
        model, size, fixed = create(name)
    parameters = sum(p.numel() for p in model.parameters())
    lines = listing(model)
    if lists:
        (lists / f"{name}.txt").write_text("".join(lines))
    entry = {
        "name": name, "parameters": parameters,
        "digest": hashlib.sha256("".join(lines).encode()).hexdigest(), "input": list(size),
        "features": getattr(model, "head_hidden_size", model.num_features),
        "classes": getattr(model, "num_classes", None) if name not in classic.NETWORKS else None,
    }
    work = multiply_adds(name, size)
    if work > HEAVY and not fixed and not full_size:
        smallest = tuple(model.pretrained_cfg.get("min_input_size") or ())
        entry["input"] = list(smallest if smallest and smallest[1] > 128 else (3, 128, 128))
        work = multiply_adds(name, entry["input"])
    entry["flops_hint"] = round(work / 1e9, 3)
    known = {n for n, _ in model.named_parameters()}
    other = [n for n in formula.floats(model) if n not in known and not n.endswith(("running_mean", "running_var"))]
    if other:
        print(f"{name}: other buffers: {other}", file=sys.stderr)
    del model
    if parameters > LARGEST or work > TOO_HEAVY:
        if entry["classes"] is None:
            del entry["classes"]
        return entry, "listed"
    model = create(name)[0]
    x = formula.image(entry["input"])
    found = {}
    small = families.SMALL_GAIN.get(name.split("_")[0])
    for gain in (small,) if small else GAINS:
        with torch.no_grad():
            logits, features = run(formula.fill(model, gain), x)
        if logits.norm() < GREATEST:
            found[gain] = ((logits[0] - logits[1]).norm() / logits[0].norm()).item(), logits, features
            if found[gain][0] >= DIFFERENT:
                break
    gain = max(found, key=lambda g: (min(found[g][0], DIFFERENT), -g))
    formula.fill(model, gain)
    different, logits, features = found[gain]
    assert features.shape == (2, entry["features"]), (features.shape, entry["features"])
    count = logits.shape[1]
    if entry["classes"] is None:
        entry["classes"] = count
    assert count == (entry["classes"] or entry["features"])
    columns = [k * count // 16 for k in range(16)]
    entry |= {
        "gain": gain, "logits": [rounded(row[columns]) for row in logits],
        "norms": rounded(logits.double().norm(dim=1)), "means": rounded(logits.double().mean(dim=1)),
        "feature_norms": rounded(features.double().norm(dim=1)),
    }
    a = logits[0].double()
    note = f"gain {gain}, norm {a.norm():.4g}, deviation {a.std() / a.norm() * len(a) ** 0.5:.3g}, rows differ by {different:.3g}"
    if work < 2e9:  # how far float32 itself is from the exact value
        with torch.no_grad():
            exact = run(model.double(), x.double())[0]
        note += f", float32 off by {(exact - logits).norm() / exact.norm():.2g}"
    return entry, note


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("family", choices=families.FAMILIES)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--lists", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    timm.layers.set_fused_attn(False)
    names = families.FAMILIES[arguments.family]
    file = FOLDER / f"{arguments.family}.json"
    entries = {e["name"]: e for e in json.loads(file.read_text())} if file.exists() else {}
    wanted = [n for n in names if not arguments.patterns or any(fnmatch.fnmatch(n, p) for p in arguments.patterns)]
    for name in wanted:
        start = time.perf_counter()
        entry, note = describe(name, arguments.family in families.FULL_SIZE, arguments.lists)
        entries[name] = entry
        print(f"{name}: {entry['parameters'] / 1e6:.2f} M, {entry['flops_hint']} G at {entry['input']}, {note}, "
              f"{time.perf_counter() - start:.1f} s", flush=True)
        body = ",\n".join(json.dumps(entries[n], separators=(",", ":")) for n in names if n in entries)
        file.write_text(f"[\n{body}\n]\n")


if __name__ == "__main__":
    main()
