"""One epoch of training as the usual PyTorch loop does it: transforms on PIL images in a DataLoader, SGD, one step per batch.

Usage: train.py MODEL IMAGES.bin LABELS.bin COUNT --batch-size 128 --workers 2 [--epochs 1]

MODEL is lenet (28 × 28 gray bytes) or resnet18 (32 × 32 RGB bytes, the form for small images). Prints JSON with `seconds` per image,
measured from the second batch on, and the last loss.
"""
import argparse
import json
import os
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional
from PIL import Image

# torchvision's operators need not fit this version of PyTorch; only its transforms are used.
_register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) \
    if isinstance(op, str) and op.startswith("torchvision::") else _register_fake(op, *a, **k)
from torchvision import transforms  # noqa: E402


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(256, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(functional.relu(self.fc2(functional.relu(self.fc1(x)))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + self.shortcut(x))


def resnet18():
    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    width = 64
    for outputs, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
        layers += [Block(width, outputs, stride), Block(outputs, outputs, 1)]
        width = outputs
    return nn.Sequential(*layers, nn.AvgPool2d(4), nn.Flatten(), nn.Linear(512, 10))


class Images(torch.utils.data.Dataset):
    def __init__(self, images, labels, transform):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.images[index])), int(self.labels[index])


def processor_time():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=["lenet", "resnet18"])
    parser.add_argument("images")
    parser.add_argument("labels")
    parser.add_argument("count", type=int)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    gray = arguments.model == "lenet"
    shape = (arguments.count, 28, 28) if gray else (arguments.count, 32, 32, 3)
    images = numpy.fromfile(arguments.images, numpy.uint8).reshape(shape)
    labels = numpy.fromfile(arguments.labels, numpy.uint8)
    if gray:
        steps = [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
        network = LeNet()
    else:
        steps = [
            transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))]
        network = resnet18()
    loader = torch.utils.data.DataLoader(
        Images(images, labels, transforms.Compose(steps)), batch_size=arguments.batch_size,
        shuffle=True, num_workers=arguments.workers)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    network.train()
    start, done = None, 0
    for _ in range(arguments.epochs):
        for inputs, target in loader:
            optimizer.zero_grad()
            loss = functional.cross_entropy(network(inputs), target)
            loss.backward()
            optimizer.step()
            if start is None:
                start, processor_start = time.perf_counter(), processor_time()
            else:
                done += len(target)
    seconds = (time.perf_counter() - start) / done
    # Those of the loader's workers count when they have ended.
    processor_seconds = (processor_time() - processor_start) / done
    json.dump({"seconds": seconds, "processor_seconds": processor_seconds, "images_per_second": 1 / seconds, "loss": loss.item()}, sys.stdout)


if __name__ == "__main__":
    main()
