"""Small networks that timm lacks, with the parameter names of the checkpoints that are usual for them."""
import torch
import torch.nn.functional as F
from torch import nn


class Classifier(nn.Module):
    def forward(self, x):
        return self.forward_head(self.forward_features(x))


class LeNet(Classifier):
    """LeCun et al. 1998 as usually simplified: unpadded convolutions, ReLU and max pooling."""

    num_features = 84

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(256, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward_features(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        return F.max_pool2d(F.relu(self.conv2(x)), 2)

    def forward_head(self, x, pre_logits=False):
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return x if pre_logits else self.fc3(x)


class Fire(nn.Module):
    def __init__(self, inputs, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return F.relu(torch.cat([self.expand1x1(x), self.expand3x3(x)], 1))


class SqueezeNet(Classifier):
    """Iandola et al. 2016, torchvision's names; average over positions after the ReLU of the last convolution."""

    num_features = 512

    def __init__(self, version):
        super().__init__()
        stem = nn.Conv2d(3, 96, 7, 2) if version == "1_0" else nn.Conv2d(3, 64, 3, 2)
        layers = [stem, nn.ReLU()]
        pools = {"1_0": (0, 3, 7), "1_1": (0, 2, 4)}[version]  # before these fires
        widths = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
        channels = stem.out_channels
        for index, (squeeze, expand) in enumerate(widths):
            if index in pools:
                layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
            layers.append(Fire(channels, squeeze, expand))
            channels = 2 * expand
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))

    def forward_features(self, x):
        return self.features(x)

    def forward_head(self, x, pre_logits=False):
        return x.mean((2, 3)) if pre_logits else self.classifier(x).flatten(1)


class CIFARBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.added = (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added, self.added))
        return F.relu(x + y)


class CIFARResNet(Classifier):
    """He et al. 2015, section 4.2: 6n + 2 layers, shortcuts of option A (every second pixel, zero channels added)."""

    num_features = 64

    def __init__(self, depth):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        channels = 16
        for stage, outputs in enumerate([16, 32, 64], 1):
            blocks = []
            for index in range((depth - 2) // 6):
                blocks.append(CIFARBlock(channels, outputs, 2 if index == 0 and stage > 1 else 1))
                channels = outputs
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, 10)

    def forward_features(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.layer3(self.layer2(self.layer1(x)))

    def forward_head(self, x, pre_logits=False):
        x = x.mean((2, 3))
        return x if pre_logits else self.linear(x)


def tensorflow_mobilenet_v1(multiplier):
    """TensorFlow's MobileNet V1 under timm's names: narrow stem and head too, asymmetric padding."""
    from timm.models.efficientnet import _gen_mobilenet_v1
    return _gen_mobilenet_v1("mobilenetv1_100", multiplier, pad_type="same")


def tensorflow_mobilenet_v2():
    """MobileNet V2 with TensorFlow's asymmetric padding, under timm's names."""
    from timm.models.efficientnet import _gen_mobilenet_v2
    return _gen_mobilenet_v2("mobilenetv2_100", 1.0, pad_type="same")


# name: how to make it, size of the input
NETWORKS = {
    "lenet": (LeNet, (1, 28, 28)),
    "squeezenet1_0": (lambda: SqueezeNet("1_0"), (3, 224, 224)),
    "squeezenet1_1": (lambda: SqueezeNet("1_1"), (3, 224, 224)),
    "tf_mobilenetv2_100": (tensorflow_mobilenet_v2, (3, 224, 224)),
    **{f"cifar_resnet{depth}": (lambda depth=depth: CIFARResNet(depth), (3, 32, 32)) for depth in (20, 32, 44, 56, 110)},
    "tf_mobilenetv1_025": (lambda: tensorflow_mobilenet_v1(0.25), (3, 128, 128)),
    "tf_mobilenetv1_050": (lambda: tensorflow_mobilenet_v1(0.5), (3, 160, 160)),
    "tf_mobilenetv1_075": (lambda: tensorflow_mobilenet_v1(0.75), (3, 192, 192)),
    "tf_mobilenetv1_100": (lambda: tensorflow_mobilenet_v1(1.0), (3, 224, 224)),
}
