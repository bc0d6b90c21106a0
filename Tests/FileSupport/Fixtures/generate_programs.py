"""Writes the TorchScript programs in ‘programs’. Needs PyTorch (2.10 or later)."""

from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parent / "programs"


class Classifier(torch.nn.Module):
    """Logits of 5 classes and the 4 numbers they are computed from, for gray images of any size."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 4, 3, stride=2)
        self.head = torch.nn.Linear(4, 5)

    def forward(self, images):
        features = torch.relu(self.conv(images)).mean(dim=[2, 3])
        return self.head(features), features


class Hungry(torch.nn.Module):
    """Asks for more memory than any machine has, for more than `limit` images or for exactly `barred`."""

    def __init__(self, limit: int, barred: int):
        super().__init__()
        self.limit = limit
        self.barred = barred

    def forward(self, images):
        if images.size(0) > self.limit or images.size(0) == self.barred:
            images = images + torch.empty([1 << 40, 1 << 20])[0, 0]
        mean = images.mean(dim=[1, 2, 3])
        return torch.stack([mean, -mean, 2 * mean], dim=1)


class Flat(torch.nn.Module):
    """One number for the whole batch, which is no row of logits for each image."""

    def forward(self, images):
        return images.mean()


def formula(parameter):
    """The weights: multiples of 1/16 between -1/2 and 1/2."""
    count = parameter.numel()
    return ((torch.arange(count) * 7 % 17 - 8) / 16).reshape(parameter.shape)


classifier = Classifier().eval()
with torch.no_grad():
    for parameter in classifier.parameters():
        parameter.copy_(formula(parameter))
torch.jit.script(classifier).save(FOLDER / "classifier.pt")
torch.jit.script(Hungry(2, 0)).save(FOLDER / "two-images-at-most.pt")
torch.jit.script(Hungry(2, 1)).save(FOLDER / "two-images-exactly.pt")
torch.jit.script(Flat()).save(FOLDER / "one-number.pt")
