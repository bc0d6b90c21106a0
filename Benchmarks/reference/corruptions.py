"""Golden values and times of the published corruption generators (hendrycks/robustness).

    corruptions.py golden REPOSITORY OUTPUT [--images DIR] [--full]
    corruptions.py time REPOSITORY [--images DIR]

`golden` runs the functions of make_imagenet_c.py, make_tinyimagenet_c.py and make_cifar_c.py on small drawn images, records
their random draws, and writes corruptions.json and corruptions.safetensors. With --full the images have the benchmarks' own
sizes, with --images they are photographs of that folder. Needs ImageMagick's MagickWand and numpy<1.25, scipy, scikit-image,
opencv-python-headless<4.7, Pillow, Wand. The generators are not changed but for: the size of images, which they fix; `zoom`
per axis; names that libraries have dropped; BMP where PNG passes images on; frost photographs drawn by a formula.
"""
import argparse
import ctypes
import hashlib
import io
import json
import os
import re
import struct
import subprocess
import time
import types

import cv2
import numpy as np
import PIL
import scipy
import skimage
from PIL import Image

BENCHMARKS = {
    "imagenet-c": ("make_imagenet_c.py", 224),
    "tiny-imagenet-c": ("make_tinyimagenet_c.py", 64),
    "cifar-c": ("make_cifar_c.py", 32),
}
SMALL = {"imagenet-c": (48, 36), "tiny-imagenet-c": (24, 24), "cifar-c": (32, 32)}
CORRUPTIONS = (
    "gaussian_noise shot_noise impulse_noise defocus_blur glass_blur motion_blur zoom_blur snow frost fog brightness "
    "contrast elastic_transform pixelate jpeg_compression speckle_noise gaussian_blur spatter saturate"
).split()


class Proxy(types.ModuleType):
    """A module of which some names are replaced."""

    def __init__(self, module, **replaced):
        super().__init__(module.__name__)
        self.__dict__.update(replaced, _module=module)

    def __getattr__(self, name):
        return getattr(self._module, name)


class Recorder:
    """Stands for numpy.random and keeps what it draws, rounded so that 32 bits hold it."""

    def __init__(self, seed):
        self.source = np.random.RandomState(seed)
        self.draws = []

    def record(self, values):
        self.draws.append(values)
        return values

    def normal(self, loc=0.0, scale=1.0, size=None):
        z = self.source.standard_normal(size).astype(np.float32).astype(np.float64)
        return loc + scale * self.record(z)

    def uniform(self, low=0.0, high=1.0, size=None):
        if size is None:
            return float(self.record(low + (high - low) * self.source.random_sample()))
        u = np.minimum(self.source.random_sample(size).astype(np.float32), 1 - 2.0**-24).astype(np.float64)
        return low + (high - low) * self.record(u)

    def poisson(self, rate):
        return self.record(self.source.poisson(rate))

    def randint(self, *arguments, **options):
        return self.record(self.source.randint(*arguments, **options))

    def salt_and_pepper(self, image, mode, amount):
        """What skimage.util.random_noise does with two arrays of uniform numbers."""
        u = np.stack([self.source.random_sample(image.shape) for _ in range(2)]).astype(np.float32)
        self.record(u)
        result = image.copy()
        result[(u[0] <= amount) & (u[1] <= 0.5)] = 1
        result[(u[0] <= amount) & (u[1] > 0.5)] = 0
        return result


def photograph(width, height):
    """Ice by formula; the tests use the same one."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((3 * x * x + 5 * y * y + 7 * x * y + 37 * c) // 16 % 256).astype(np.uint8)


class Generator:
    """The published functions for images of one size."""

    def __init__(self, repository, benchmark, width, height):
        name, side = BENCHMARKS[benchmark]
        source = subprocess.run(
            ["git", "-C", repository, "show", f"HEAD:ImageNet-C/create_c/{name}"],
            capture_output=True, text=True, check=True).stdout
        start, end = source.index("import skimage as sk"), source.index("# /////////////// End Distortions")
        source = "\n".join(self.sized(line, side, width, height) for line in source[start:end].split("\n"))
        # Large enough after the generator has shrunk it.
        shrink = {"imagenet-c": 1, "tiny-imagenet-c": 0.3, "cifar-c": 0.2}[benchmark]
        self.ice = photograph(int((width + 20) / shrink), int((height + 30) / shrink))
        self.names = {"__name__": "published", "np": np}
        # The original module path of map_coordinates is gone.
        exec(source.replace("scipy.ndimage.interpolation", "scipy.ndimage"), self.names)
        smooth = self.names["gaussian"]
        self.names["gaussian"] = lambda x, sigma=1, multichannel=False, **rest: smooth(
            x, sigma, channel_axis=-1 if multichannel else None, **rest)
        if width != height:
            self.names["clipped_zoom"] = self.zoom_per_axis
        self.names["cv2"] = Proxy(cv2, imread=lambda path: self.ice[..., ::-1].copy(), imdecode=self.decode)
        motion = self.names["MotionImage"]

        def make_blob(image):
            image.format = "bmp"
            return super(motion, image).make_blob()

        motion.make_blob = make_blob

    @staticmethod
    def sized(line, side, width, height):
        """A line of the source with its fixed sizes replaced."""
        s = str(side)
        for old, new in [
            (f"for h in range({s} -", f"for h in range({height} -"),
            (f"for w in range({s} -", f"for w in range({width} -"),
            (f"x.shape != ({s}, {s})", "x.ndim != 2"),
            (f"[:{s}, :{s}]", f"[:{height}, :{width}]"),
            (f"reshape({s}, {s}, 1)", f"reshape({height}, {width}, 1)"),
            (f"frost.shape[0] - {s}", f"frost.shape[0] - {height}"),
            (f"frost.shape[1] - {s}", f"frost.shape[1] - {width}"),
            (f"x_start:x_start + {s}, y_start:y_start + {s}", f"x_start:x_start + {height}, y_start:y_start + {width}"),
            (f"int({s} * c), int({s} * c)", f"int({width} * c), int({height} * c)"),
            (f"resize(({s}, {s})", f"resize(({width}, {height})"),
        ]:
            line = line.replace(old, new)
        cloud = 4
        while cloud < max(width, height):
            cloud *= 2
        return re.sub(r"mapsize=\d+, wibbledecay=3", f"mapsize={cloud}, wibbledecay=3", line)

    def zoom_per_axis(self, image, factor):
        sides = image.shape[:2]
        crop = [int(np.ceil(side / factor)) for side in sides]
        first = [(side - c) // 2 for side, c in zip(sides, crop)]
        part = image[first[0]:first[0] + crop[0], first[1]:first[1] + crop[1]]
        large = self.names["scizoom"](part, (factor, factor, 1), order=1)
        trim = [(large.shape[axis] - sides[axis]) // 2 for axis in (0, 1)]
        return large[trim[0]:trim[0] + sides[0], trim[1]:trim[1] + sides[1]]

    @staticmethod
    def decode(data, flags):
        image = cv2.imdecode(data, flags)
        gray = image.ndim == 3 and (image == image[..., :1]).all()
        return image[..., 0] if gray else image

    def run(self, corruption, image, severity, seed):
        """The corrupted image and its draws, by name."""
        recorder = Recorder(seed)
        self.names["np"] = Proxy(np, random=recorder, float_=np.float64, fromstring=np.frombuffer)
        self.names["sk"] = Proxy(skimage, util=Proxy(skimage.util, random_noise=recorder.salt_and_pepper))
        save = Image.Image.save

        def save_without_png(image, file, format=None, **options):
            return save(image, file, "BMP" if format == "PNG" else format, **options)

        Image.Image.save = save_without_png
        try:
            result = self.names[corruption](Image.fromarray(image), severity)
        finally:
            Image.Image.save = save
        result = np.uint8(np.asarray(result))
        return result, self.named(corruption, recorder.draws, image)

    def named(self, corruption, draws, image):
        flat = [np.ravel(d) for d in draws]
        match corruption:
            case "gaussian_noise" | "speckle_noise" | "spatter":
                return {"normals": flat[0].astype(np.float32)}
            case "shot_noise":
                return {"counts": flat[0].astype(np.float32)}
            case "impulse_noise" | "fog" | "elastic_transform":
                return {"uniforms": np.concatenate(flat).astype(np.float32)}
            case "glass_blur":
                return {"displacements": (np.concatenate(flat) + 128).astype(np.uint8)}
            case "motion_blur":
                return {"angle": draws[0]}
            case "snow":
                return {"normals": flat[0].astype(np.float32), "angle": draws[1]}
            case "frost":
                height, width = self.ice.shape[:2]
                return {"photograph_width": width, "photograph_height": height,
                        "top": int(draws[1]), "left": int(draws[2])}
        return {}


def drawn_image(width, height, seed):
    """Smooth colors, texture, and areas of black, white, gray and pure colors."""
    source = np.random.RandomState(seed)
    image = source.standard_normal((height, width, 3))
    image = scipy.ndimage.gaussian_filter(image, (3, 3, 0)) * 700 + scipy.ndimage.gaussian_filter(image, (0.7, 0.7, 0)) * 40
    image = np.clip(image + 120, 0, 255).astype(np.uint8)
    h, w = height // 6, width // 6
    for index, color in enumerate([(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0), (10, 200, 30)]):
        image[h * index:h * index + h, w:2 * w] = color
    return image


def photographs(folder, count, width, height):
    for name in sorted(os.listdir(folder))[:count]:
        image = Image.open(os.path.join(folder, name)).convert("RGB")
        scale = max(width / image.width, height / image.height) * 8 / 7
        image = image.resize((round(image.width * scale), round(image.height * scale)))
        left, top = (image.width - width) // 2, (image.height - height) // 2
        yield np.array(image)[top:top + height, left:left + width]


def golden(options):
    tensors, cases = {}, {}

    def stored(array):
        """The name of an array; equal arrays are stored once."""
        name = hashlib.sha256(array.tobytes() + str(array.dtype).encode()).hexdigest()[:12]
        tensors[name] = np.ravel(array)
        return name

    for benchmark, (_, side) in BENCHMARKS.items():
        width, height = (side, side) if options.full else SMALL[benchmark]
        images = photographs(options.images, 2, width, height) if options.images else [drawn_image(width, height, 1)]
        generator = Generator(options.repository, benchmark, width, height)
        for number, image in enumerate(images):
            for corruption in CORRUPTIONS:
                for severity in range(1, 6):
                    result, draws = generator.run(corruption, image, severity, seed=number + 1)
                    cases[f"{benchmark} {number} {corruption} {severity}"] = {
                        "benchmark": benchmark, "corruption": corruption, "severity": severity,
                        "width": width, "height": height, "image": stored(image), "expected": stored(result),
                        "draws": {k: stored(v) if isinstance(v, np.ndarray) else v for k, v in draws.items()},
                    }
    header, data = {}, io.BytesIO()
    for name, array in tensors.items():
        kind = {"float32": "F32", "uint8": "U8"}[str(array.dtype)]
        start = data.tell()
        data.write(array.tobytes())
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [start, data.tell()]}
    text = json.dumps(header).encode()
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "corruptions.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data.getvalue())
    with open(os.path.join(options.output, "corruptions.json"), "w") as file:
        json.dump(cases, file, indent=0)
        file.write("\n")
    print(f"{len(cases)} cases, {len(data.getvalue())} bytes; numpy {np.__version__}, scipy {scipy.__version__}, "
          f"scikit-image {skimage.__version__}, OpenCV {cv2.__version__}, Pillow {PIL.__version__}")


def times(options):
    """Milliseconds of processor time per image of 224×224 pixels, the median over severities of the best of three runs."""
    generator = Generator(options.repository, "imagenet-c", 224, 224)
    image = next(photographs(options.images, 1, 224, 224)) if options.images else drawn_image(224, 224, 1)
    result = {}
    for corruption in CORRUPTIONS:
        best = []
        for severity in range(1, 6):
            runs = []
            for _ in range(3):
                start = time.process_time()
                generator.run(corruption, image, severity, 1)
                runs.append(time.process_time() - start)
            best.append(min(runs))
        result[corruption] = round(1000 * float(np.median(best)), 2)
    print(json.dumps(result))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("golden", "time"):
        command = commands.add_parser(name)
        command.add_argument("repository")
        if name == "golden":
            command.add_argument("output")
            command.add_argument("--full", action="store_true")
        command.add_argument("--images")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    golden(options) if options.command == "golden" else times(options)
