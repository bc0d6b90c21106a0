import CredenceFiles

extension DatasetEntry.Normalization {
  /// The constants of MNIST.
  static let mnist = Self(mean: [0.1307], std: [0.3081])
}

/// The four files of MNIST and its kin.
///
/// - Parameters:
///   - bases: Addresses of their folder.
///   - checksums: MD5 of training images, training labels, test images and test labels, compressed.
///   - contents: The same of the decompressed files, as far as they are known.
/// - Returns: The files.
private func idxFiles(
  _ bases: [String], _ checksums: [String], contents: [String] = []
) -> [DatasetFile] {
  let names = [
    "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
  ]
  return names.indices.map { index in
    let content = contents.indices.contains(index) ? contents[index] : ""
    return DatasetFile(
      name: names[index], part: index < 2 ? .train : .test,
      urls: bases.map { $0 + names[index] }, checksum: .md5(checksums[index]),
      contentChecksum: content.isEmpty ? .none : .md5(content))
  }
}

private let idxSplits: [DatasetEntry.Part: String] = [.train: "train", .test: "test"]

extension DatasetEntry {
  static let mnist = Self(
    id: "mnist", title: "MNIST handwritten digits", classNames: digitNames, imageSize: [28, 28],
    channelCount: 1, sampleCounts: [.train: 60_000, .test: 10_000], normalization: .mnist,
    license: "CC BY-SA 3.0", source: "LeCun et al., Proceedings of the IEEE 1998",
    page: "http://yann.lecun.com/exdb/mnist",
    files: idxFiles(
      [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
      ],
      [
        "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c",
      ],
      contents: [
        "6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637",
      ]),
    storage: .places(["mnist", "MNIST/raw", "MNIST"], [.idx], idxSplits))

  static let fashionMNIST = Self(
    id: "fashion_mnist", aliases: ["fashion", "fashionmnist", "fmnist"],
    title: "Fashion-MNIST articles of clothing",
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ],
    imageSize: [28, 28], channelCount: 1, sampleCounts: [.train: 60_000, .test: 10_000],
    normalization: .mnist, ownNormalization: Normalization(mean: [0.2860], std: [0.3530]),
    license: "MIT", source: "Xiao, Rasul & Vollgraf, arXiv:1708.07747",
    page: "https://github.com/zalandoresearch/fashion-mnist",
    files: idxFiles(
      [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      ],
      [
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
      ],
      contents: [
        "", "", "8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965",
      ]),
    storage: .places(
      ["fashion-mnist", "fashion_mnist", "FashionMNIST/raw", "FashionMNIST"], [.idx], idxSplits))

  static let kmnist = Self(
    id: "kmnist", aliases: ["kuzushiji_mnist"], title: "Kuzushiji-MNIST, cursive Japanese letters",
    classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    imageSize: [28, 28], channelCount: 1, sampleCounts: [.train: 60_000, .test: 10_000],
    normalization: .mnist, ownNormalization: Normalization(mean: [0.1918], std: [0.3483]),
    license: "CC BY-SA 4.0", source: "Clanuwat et al., arXiv:1812.01718",
    page: "http://codh.rois.ac.jp/kmnist",
    files: idxFiles(
      ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
      [
        "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
        "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134",
      ]),
    storage: .places(["kmnist", "KMNIST/raw", "KMNIST"], [.idx], idxSplits))

  static let ambiguousMNIST = Self(
    id: "ambiguous_mnist", aliases: ["amnist", "ambiguousmnist"],
    title: "Ambiguous-MNIST, digits between classes with ten labels each", classNames: digitNames,
    imageSize: [28, 28], channelCount: 1, sampleCounts: [.train: 60_000, .test: 60_000],
    normalization: .mnist, license: "CC BY 4.0",
    source: "Mukhoti et al., CVPR 2023, arXiv:2102.11582",
    page: "https://github.com/BlackHC/ddu_dirty_mnist",
    files: zip(
      ["amnist_samples.pt", "amnist_labels.pt"],
      ["4f7865093b1d28e34019847fab917722", "3bfc055a9f91a76d8d493e8b898c3c95"]
    ).map { name, checksum in
      DatasetFile(
        name: name,
        urls: ["https://github.com/BlackHC/ddu_dirty_mnist/releases/download/data-v1.0.0/\(name)"],
        checksum: .md5(checksum), canDiffer: true)
    },
    storage: .places(
      [
        "ambiguous-mnist", "ambiguous_mnist", "AmbiguousMNIST", "amnist", "dirty-mnist-standin",
        "dirty-mnist", "dirty_mnist", ".",
      ], [.ambiguousMNIST], idxSplits))

  static let dirtyMNIST = Self(
    id: "dirty_mnist", aliases: ["dirtymnist", "dmnist"],
    title: "Dirty-MNIST: MNIST, then Ambiguous-MNIST", classNames: digitNames,
    imageSize: [28, 28], channelCount: 1, sampleCounts: [.train: 120_000, .test: 70_000],
    normalization: .mnist, license: "CC BY-SA 3.0 and CC BY 4.0",
    source: "Mukhoti et al., CVPR 2023, arXiv:2102.11582",
    page: "https://github.com/BlackHC/ddu_dirty_mnist",
    storage: .joined([("clean", "mnist"), ("ambiguous", "ambiguous_mnist")]))
}
