"""A network's predictions for a folder of images, as timm's validation does it: its transforms, loader and eager float32 network.

Usage: timm_evaluate.py MODEL FOLDER [--weights FILE.safetensors|formula] [--batch-size 32] [--workers 2] [--output PREDICTIONS.csv] …

MODEL is a name of timm, or of a network in Tests/Golden/networks/classic.py. Prints JSON:
  first_batch_seconds       from the start of this process to the logits of the first batch
  images_per_second         end to end, of all batches but the first
  loop_images_per_second    end to end, of all batches, loading of the first one included
  network_images_per_second of the network alone, all batches but the first
  peak_bytes                of this process; worker_peak_bytes: of the largest worker
"""
import argparse
import csv
import json
import os
import pathlib
import resource
import sys
import time

EXTENSIONS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def process_start():
    """When the kernel started this process, on the clock of `time.clock_gettime(CLOCK_BOOTTIME)`."""
    fields = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


start = process_start()
import torch  # noqa: E402

# torchvision's operators need not fit this version of PyTorch; only its transforms are used.
_register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) \
    if isinstance(op, str) and op.startswith("torchvision::") else _register_fake(op, *a, **k)
import timm  # noqa: E402
from PIL import Image  # noqa: E402
from timm.data import create_loader, resolve_data_config  # noqa: E402

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Golden/networks"))


class Folder(torch.utils.data.Dataset):
    """The images below a folder, sorted by path; a file's position stands for its label."""

    def __init__(self, root, repeats):
        self.files = sorted(f for f in root.rglob("*") if f.suffix.lower() in EXTENSIONS)
        if not self.files:
            raise SystemExit(f"‘{root}’ holds no images.")
        self.repeats = repeats
        self.transform = None  # create_loader sets it

    def __len__(self):
        return len(self.files) * self.repeats

    def __getitem__(self, index):
        with Image.open(self.files[index % len(self.files)]) as image:
            return self.transform(image.convert("RGB")), index


def network(name, weights):
    import classic
    import formula
    model = classic.NETWORKS[name][0]() if name in classic.NETWORKS \
        else timm.create_model(name, pretrained=weights == "pretrained")
    if weights == "formula":
        formula.fill(model)
    elif weights not in ("random", "pretrained"):
        from safetensors.torch import load_file
        model.load_state_dict({n.removeprefix("module."): t for n, t in load_file(weights).items()})
    return model.eval()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--weights", default="random", help="a safetensors file, formula, random or pretrained")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch takes by itself")
    parser.add_argument("--repeats", type=int, default=1, help="goes through the folder so many times")
    parser.add_argument("--output", type=pathlib.Path, help="a CSV of file and most probable class")
    parser.add_argument("--test-size", action="store_true", help="the larger test size and crop, where there are")
    parser.add_argument("--no-prefetcher", action="store_true", help="normalize in the workers")
    parser.add_argument("--img-size", type=int)
    parser.add_argument("--crop-pct", type=float)
    parser.add_argument("--crop-mode")
    parser.add_argument("--interpolation")
    parser.add_argument("--mean", type=float, nargs=3)
    parser.add_argument("--std", type=float, nargs=3)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)

    model = network(arguments.model, arguments.weights)
    config = resolve_data_config(
        vars(arguments), pretrained_cfg=getattr(model, "pretrained_cfg", None), model=model,
        use_test_size=arguments.test_size)
    dataset = Folder(arguments.folder, arguments.repeats)
    loader = create_loader(
        dataset, input_size=config["input_size"], batch_size=arguments.batch_size, is_training=False,
        use_prefetcher=not arguments.no_prefetcher, interpolation=config["interpolation"], mean=config["mean"],
        std=config["std"], num_workers=arguments.workers, crop_pct=config["crop_pct"],
        crop_mode=config["crop_mode"], device=torch.device("cpu"))

    predictions = {}
    loop = now()
    first = None
    network_seconds = 0.0
    with torch.no_grad():
        for images, indices in loader:
            begin = now()
            classes = model(images).argmax(1)
            end = now()
            for index, label in zip(indices.tolist(), classes.tolist()):
                predictions[index] = label
            if first is None:
                first, first_count = end, len(indices)
            else:
                network_seconds += end - begin
    seconds = now() - first
    count = len(dataset)
    del loader
    result = {
        "model": arguments.model, "images": count, "threads": torch.get_num_threads(),
        "first_batch_seconds": first - start,
        "loop_images_per_second": count / (now() - loop),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "worker_peak_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "config": {k: list(v) if isinstance(v, tuple) else v for k, v in config.items()},
    }
    if count > first_count:
        result["images_per_second"] = (count - first_count) / seconds
        result["network_images_per_second"] = (count - first_count) / network_seconds
    if arguments.output:
        with arguments.output.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "prediction"])
            for index, path in enumerate(dataset.files):
                writer.writerow([path.relative_to(arguments.folder), predictions[index]])
    print(json.dumps(result))


if __name__ == "__main__":
    main()
