import CredenceFiles

extension DatasetEntry.Normalization {
  /// The constants of CIFAR-10, which the published program uses for CIFAR-100 and SVHN, too.
  static let cifar10 = Self(mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010])
}

extension DatasetEntry.Augmentation {
  /// A crop after adding four black pixels on every side, and flips.
  static let cifar = Self(cropPadding: 4, flips: true)
}

extension DatasetEntry {
  static let cifar10 = Self(
    id: "cifar10", aliases: ["cifar_10"], title: "CIFAR-10 photographs",
    classNames: [
      "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ],
    imageSize: [32, 32], channelCount: 3, sampleCounts: [.train: 50_000, .test: 10_000],
    normalization: .cifar10, augmentation: .cifar, license: "none stated; research",
    source: "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    files: [
      DatasetFile(
        name: "cifar-10-python.tar.gz",
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"],
        checksum: .md5("c58f30108f718f92721af3b95e74349a"), size: 170_498_071)
    ],
    storage: .places(
      [
        "cifar10", "cifar10/cifar-10-python.tar.gz", "cifar10/cifar-10-binary.tar.gz",
        "cifar10/cifar-10-batches-py", "cifar10/cifar-10-batches-bin", "cifar-10-batches-py",
        "cifar-10-batches-bin", "cifar-10-python.tar.gz", "cifar-10-binary.tar.gz", "cifar-10",
        "CIFAR10",
      ], [.cifar], [.train: "train", .test: "test"]))

  static let cifar100 = Self(
    id: "cifar100", aliases: ["cifar_100"], title: "CIFAR-100 photographs",
    classNames: [
      "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle",
      "bottle", "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle",
      "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch",
      "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox",
      "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion",
      "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom",
      "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
      "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road",
      "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake",
      "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank",
      "telephone", "television", "tiger", "tractor", "train", "trout", "tulip", "turtle",
      "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
    ],
    imageSize: [32, 32], channelCount: 3, sampleCounts: [.train: 50_000, .test: 10_000],
    normalization: .cifar10,
    ownNormalization: Normalization(
      mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762]),
    augmentation: .cifar, license: "none stated; research",
    source: "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    files: [
      DatasetFile(
        name: "cifar-100-python.tar.gz",
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"],
        checksum: .md5("eb9058c3a382ffc7106e4002c42a8d85"))
    ],
    storage: .places(
      [
        "cifar100", "cifar100/cifar-100-python.tar.gz", "cifar100/cifar-100-binary.tar.gz",
        "cifar100/cifar-100-python", "cifar100/cifar-100-binary", "cifar-100-python",
        "cifar-100-binary", "cifar-100-python.tar.gz", "cifar-100-binary.tar.gz", "cifar-100",
        "CIFAR100",
      ], [.cifar], [.train: "train", .test: "test"]))

  static let svhn = Self(
    id: "svhn", title: "SVHN house numbers, cropped digits", classNames: digitNames,
    imageSize: [32, 32], channelCount: 3,
    sampleCounts: [.train: 73_257, .test: 26_032, .extra: 531_131], normalization: .cifar10,
    ownNormalization: Normalization(
      mean: [0.4377, 0.4438, 0.4728], std: [0.1980, 0.2010, 0.1970]),
    license: "non-commercial use", source: "Netzer et al., NIPS Workshop 2011",
    page: "http://ufldl.stanford.edu/housenumbers",
    files: [
      (Part.train, "e26dedcc434d2e4c54c9b2d4a06d8373"),
      (.test, "eb5a983be6a315427106f1b164d9cef3"),
      (.extra, "a93ce644f1a588dc4d68dda5feec44a7"),
    ].map { part, checksum in
      let name = "\(part.rawValue)_32x32.mat"
      return DatasetFile(
        name: name, part: part, urls: ["http://ufldl.stanford.edu/housenumbers/\(name)"],
        checksum: .md5(checksum))
    },
    storage: .places(
      ["svhn", "SVHN", "."], [.svhn], [.train: "train", .test: "test", .extra: "extra"]))

  /// A new test set for CIFAR-10, its version 6.
  static let cifar10point1 = Self(
    id: "cifar10.1", aliases: ["cifar10_1", "cifar_10.1"],
    title: "CIFAR-10.1, a new test set for CIFAR-10", classNames: DatasetEntry.cifar10.classNames,
    imageSize: [32, 32], channelCount: 3, sampleCounts: [.test: 2000], normalization: .cifar10,
    license: "MIT; images as Tiny Images", source: "Recht et al., ICML 2019, arXiv:1806.00451",
    page: "https://github.com/modestyachts/CIFAR-10.1",
    files: ["cifar10.1_v6_data.npy", "cifar10.1_v6_labels.npy"].map { name in
      DatasetFile(
        name: name,
        urls: ["https://github.com/modestyachts/CIFAR-10.1/raw/master/datasets/\(name)"],
        checksum: .none)
    },
    storage: .places(
      [
        "cifar10.1", "CIFAR-10.1/datasets", "CIFAR-10.1", "cifar10",
      ].map { "\($0)/cifar10.1_v6_data.npy" } + ["cifar10.1_v6_data.npy"], [.array], [:]))

  /// Two hundred classes of ImageNet at 64 × 64 pixels; its test images have no published classes.
  static let tinyImageNet = Self(
    id: "tiny_imagenet", aliases: ["tinyimagenet", "tiny_imagenet_200", "tin"],
    title: "Tiny ImageNet, 200 classes of ImageNet", classCount: 200, imageSize: [64, 64],
    channelCount: 3, sampleCounts: [.train: 100_000, .test: 10_000],
    normalization: Normalization(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]),
    augmentation: .cifar, license: "ImageNet terms: non-commercial research",
    source: "Le & Yang, CS 231N, Stanford 2015", page: "http://cs231n.stanford.edu",
    files: [
      DatasetFile(
        name: "tiny-imagenet-200.zip",
        urls: ["http://cs231n.stanford.edu/tiny-imagenet-200.zip"],
        checksum: .md5("90528d7ca1a48142e341f4ef8d21d0de"), size: 248_100_043)
    ],
    manualStep: "Accept the terms of ImageNet at https://image-net.org/download, fetch "
      + "http://cs231n.stanford.edu/tiny-imagenet-200.zip and unpack it in the folder of all data sets, "
      + "so that tiny-imagenet-200/wnids.txt is there.",
    storage: .places(
      ["tiny-imagenet-200", "tiny_imagenet", "tiny-imagenet", "."], [.tinyImageNet],
      [.train: "train", .test: "val"]))
}
