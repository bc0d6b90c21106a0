"""Images to normalized batches the usual way: PIL and torchvision's transforms in a DataLoader with two worker processes.

Usage: image_pipeline.py FOLDER TIMES        (goes through the folder so many times); prints JSON
"""
import json
import pathlib
import sys
import time

import torch

torch.set_num_threads(1)
try:
    from torchvision import transforms
except RuntimeError:
    # Builds without torchvision's compiled operators, which are not needed here, stop at declaring them.
    register = torch.library.register_fake
    torch.library.register_fake = lambda op, *a, **k: (
        (lambda g: g) if isinstance(op, str) and op.startswith("torchvision::") else register(op, *a, **k))
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    from torchvision import transforms
from PIL import Image

files = sorted(pathlib.Path(sys.argv[1]).iterdir()) * int(sys.argv[2])
transform = transforms.Compose([
    transforms.Resize(256, transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(224), transforms.ToTensor(),
    transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])


class Images(torch.utils.data.Dataset):
    def __len__(self):
        return len(files)

    def __getitem__(self, index):
        return transform(Image.open(files[index]).convert("RGB"))


start = time.perf_counter()
total, count = 0.0, 0
for batch in torch.utils.data.DataLoader(Images(), batch_size=64, num_workers=2):
    total += float(batch[0, 0, 0, 0])
    count += len(batch)
seconds = time.perf_counter() - start
print(json.dumps({"images_per_second": count / seconds, "first_pixels": total, "seconds": seconds}))
