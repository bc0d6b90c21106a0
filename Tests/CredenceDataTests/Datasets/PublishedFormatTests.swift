import CredenceData
import Foundation
import Testing

/// Small files of the exact form of sets that are too large for a test.
@Suite struct PublishedFormatTests {
  private let picture = noise(width: 32, height: 32, seed: 9)

  /// The picture's channels one after another.
  private var planes: [UInt8] {
    (0..<3).flatMap { c in (0..<1024).map { picture.pixels[3 * $0 + c] } }
  }

  /// A batch as Python 2 pickled those of the published archives.
  private func batch(
    labels: [UInt8], key: String, coarse: [UInt8] = [], data: [UInt8]
  ) -> Data {
    func text(_ text: String) -> [UInt8] { [0x55, UInt8(text.utf8.count)] + text.utf8 }
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    var bytes: [UInt8] = [0x80, 2] + Array("}(".utf8) + text("batch_label") + text("a batch")
    func list(_ key: String, _ numbers: [UInt8]) -> [UInt8] {
      text(key) + Array("](".utf8) + numbers.flatMap { [0x4b, $0] } + Array("e".utf8)
    }
    if !coarse.isEmpty { bytes += list("coarse_labels", coarse) }
    bytes += list(key, labels)
    bytes += text("filenames") + Array("](".utf8)
    bytes += labels.flatMap { text("image_\($0).png") } + Array("e".utf8)
    bytes += text("data") + Array("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n".utf8)
    bytes += [0x4b, 0, 0x85] + text("b") + [0x87] + Array("R(".utf8)
    bytes += [0x4b, 1] + Array("J".utf8) + word(labels.count) + Array("J".utf8) + word(3072)
    bytes += [0x86] + Array("cnumpy\ndtype\n".utf8) + text("u1") + [0x4b, 0, 0x4b, 1, 0x87]
    bytes += Array("R(".utf8) + [0x4b, 3] + text("|") + Array("NNNJ".utf8) + word(-1)
    bytes += Array("J".utf8) + word(-1) + [0x4b, 0] + Array("tb".utf8) + [0x89, 0x54]
    bytes += word(data.count) + data + Array("tbu.".utf8)
    return Data(bytes)
  }

  private func names(_ key: String, _ names: [String]) -> Data {
    func text(_ text: String) -> [UInt8] { [0x55, UInt8(text.utf8.count)] + text.utf8 }
    return Data([0x80, 2] + Array("}".utf8) + text(key) + Array("](".utf8))
      + Data(names.flatMap(text)) + Data("es.".utf8)
  }

  @Test func `CIFAR-10's Python files are read, unpacked and as the archive`() throws {
    let folder = try TemporaryFolder()
    let inner = "cifar-10-batches-py"
    let black = [UInt8](repeating: 0, count: 3072)
    try folder.write(
      "\(inner)/data_batch_1", batch(labels: [3, 8], key: "labels", data: planes + black))
    try folder.write("\(inner)/data_batch_2", batch(labels: [5], key: "labels", data: planes))
    try folder.write("\(inner)/test_batch", batch(labels: [7], key: "labels", data: black))
    try folder.write("\(inner)/batches.meta", names("label_names", (0..<10).map { "class \($0)" }))
    try folder.write("\(inner)/readme.html", "text")
    try #require(try folder.run("/bin/tar", ["-czf", "cifar-10-python.tar.gz", inner]))
    for path in [inner, "cifar-10-python.tar.gz"] {
      let train = try DatasetCatalog.open(path: "\(folder.path)/\(path)", split: "train")
      #expect((0..<3).map(train.label) == [3, 8, 5])
      #expect(try train.image(at: 0) == picture && train.image(at: 2) == picture)
      #expect(try train.image(at: 1).pixels == black)
      #expect(train.id(at: 2) == "data_batch_2/0" && train.classNames[8] == "class 8")
      let test = try DatasetCatalog.open(path: "\(folder.path)/\(path)", split: "test")
      #expect(test.count == 1 && test.label(at: 0) == 7)
      #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: "\(folder.path)/\(path)") }
    }
    let entry = try DatasetRegistry.named("cifar10")
    #expect(try entry.open(part: .train, in: folder.path).classNames[3] == "cat")
    let one = try DatasetCatalog.open(path: "\(folder.path)/\(inner)/data_batch_2")
    #expect(one.label(at: 0) == 5 && one.classNames.count == 10)
  }

  @Test func `of CIFAR-100 the fine labels count`() throws {
    let folder = try TemporaryFolder()
    try folder.write("train", batch(labels: [99], key: "fine_labels", data: planes))
    try folder.write("test", batch(labels: [42], key: "fine_labels", data: planes))
    try folder.write("meta", names("fine_label_names", (0..<100).map { "class \($0)" }))
    let test = try DatasetCatalog.open(path: folder.path, split: "test")
    #expect(test.label(at: 0) == 42 && test.classNames[42] == "class 42")
    #expect(try test.image(at: 0) == picture)
    try #require(try folder.run("/bin/mkdir", ["cifar100"]))
    for name in ["train", "test", "meta"] {
      try #require(try folder.run("/bin/mv", [name, "cifar100/\(name)"]))
    }
    let train = try DatasetRegistry.named("cifar100").open(part: .train, in: folder.path)
    #expect(train.label(at: 0) == 99 && train.classNames[99] == "worm")
  }

  @Test func `CIFAR-100's archives are read with their folders and the names of fine classes`()
    throws
  {
    let folder = try TemporaryFolder()
    let fine = (0..<100).map { "fine \($0)" }
    let python = "cifar-100-python"
    try folder.write(
      "\(python)/train", batch(labels: [7], key: "fine_labels", coarse: [3], data: planes))
    try folder.write(
      "\(python)/test", batch(labels: [42], key: "fine_labels", coarse: [9], data: planes))
    try folder.write("\(python)/meta", names("fine_label_names", fine))
    try folder.write("\(python)/file.txt~", "")
    let binary = "cifar-100-binary"
    try folder.write("\(binary)/train.bin", Data([3, 7] + planes))
    try folder.write("\(binary)/test.bin", Data([9, 42] + planes))
    try folder.write("\(binary)/fine_label_names.txt", fine.joined(separator: "\n") + "\n")
    try folder.write("\(binary)/coarse_label_names.txt", "coarse\n")
    for name in [python, binary] {
      try #require(try folder.run("/bin/tar", ["-czf", "\(name).tar.gz", name]))
      for path in ["\(folder.path)/\(name)", "\(folder.path)/\(name).tar.gz"] {
        let train = try DatasetCatalog.open(path: path, split: "train")
        #expect(train.count == 1 && train.label(at: 0) == 7 && train.classNames[7] == "fine 7")
        let test = try DatasetCatalog.open(path: path, split: "test")
        #expect(test.label(at: 0) == 42)
        #expect(try test.image(at: 0) == picture)
      }
    }
    // Where only the archive lies in the folder of all data sets.
    let lonely = try TemporaryFolder()
    try lonely.write(
      "cifar-100-python.tar.gz",
      Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/cifar-100-python.tar.gz")))
    let entry = try DatasetRegistry.named("cifar100")
    #expect(try entry.open(part: .test, in: lonely.path).label(at: 0) == 42)
  }

  @Test func `KMNIST's compressed files are found in its folder`() throws {
    let folder = try TemporaryFolder()
    for (part, label) in [("train", UInt8(3)), ("t10k", 9)] {
      try folder.write(
        "kmnist/\(part)-images-idx3-ubyte", idx([1, 28, 28], [UInt8](repeating: label, count: 784)))
      try folder.write("kmnist/\(part)-labels-idx1-ubyte", idx([1], [label]))
      for kind in ["images-idx3", "labels-idx1"] {
        try #require(try folder.run("/bin/gzip", ["kmnist/\(part)-\(kind)-ubyte"]))
      }
    }
    let entry = try DatasetRegistry.named("kmnist")
    let train = try entry.open(part: .train, in: folder.path)
    #expect(train.count == 1 && train.label(at: 0) == 3 && train.classNames[3] == "tsu")
    let test = try entry.open(part: .test, in: folder.path)
    #expect(test.label(at: 0) == 9 && test.classNames[9] == "wo")
    #expect(try test.image(at: 0).pixels.allSatisfy { $0 == 9 })
  }

  @Test func `the binary archive is read in place`() throws {
    let folder = try TemporaryFolder()
    try folder.write("cifar-10-batches-bin/data_batch_1.bin", Data([4] + planes))
    try folder.write("cifar-10-batches-bin/test_batch.bin", Data([6] + planes))
    try #require(
      try folder.run("/bin/tar", ["-czf", "cifar-10-binary.tar.gz", "cifar-10-batches-bin"]))
    let test = try DatasetCatalog.open(
      path: folder.path + "/cifar-10-binary.tar.gz", split: "test")
    #expect(test.label(at: 0) == 6)
    #expect(try test.image(at: 0) == picture)
  }

  @Test func `batches that don't fit are refused`() throws {
    let folder = try TemporaryFolder()
    let short = try folder.write(
      "data_batch_1", batch(labels: [1, 2], key: "labels", data: planes))
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: short) }
    let other = try folder.write("test_batch", batch(labels: [1], key: "names", data: planes))
    #expect(
      throws: DatasetError.malformed(
        file: other, format: "CIFAR", problem: "it has neither ‘labels’ nor ‘fine_labels’")
    ) { try DatasetCatalog.open(path: other) }
    let program = try folder.write("train", Data([0x80, 2] + "cos\nsystem\n(U\u{4}truetR.".utf8))
    let error = #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: program) }
    #expect(error?.errorDescription?.contains("os.system") == true)
  }

  /// A MATLAB file of arrays of bytes.
  ///
  /// - Parameters:
  ///   - arrays: What it holds.
  ///   - isCompressed: Whether each array is a zlib stream, as in the published files; here of stored blocks.
  /// - Returns: The bytes of the file.
  private func matlab(
    _ arrays: [(name: String, shape: [Int], numbers: [UInt8])], isCompressed: Bool = false
  ) -> Data {
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    func padded(_ bytes: [UInt8]) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
    var file = padded(Array("MATLAB 5.0 MAT-file".utf8))
    file += [UInt8](repeating: 0x20, count: 124 - file.count) + [0, 1] + Array("IM".utf8)
    for (name, shape, numbers) in arrays {
      var content = word(6) + word(8) + word(9) + word(0)
      content += word(5) + word(4 * shape.count) + padded(shape.flatMap(word))
      content += word(1) + word(name.utf8.count) + padded(Array(name.utf8))
      content += word(2) + word(numbers.count) + padded(numbers)
      let element = word(14) + word(content.count) + content
      guard isCompressed else {
        file += element
        continue
      }
      var stream: [UInt8] = [0x78, 0x01]
      for start in stride(from: 0, to: element.count, by: 60_000) {
        let block = element[start..<min(start + 60_000, element.count)]
        let length = [UInt8(block.count & 255), UInt8(block.count >> 8)]
        stream += [start + block.count == element.count ? 1 : 0] + length + length.map { ~$0 }
        stream += block
      }
      var (low, high) = (1, 0)
      for byte in element {
        low = (low + Int(byte)) % 65521
        high = (high + low) % 65521
      }
      stream += word(high << 16 | low).reversed()
      file += word(15) + word(stream.count) + stream
    }
    return Data(file)
  }

  @Test func `SVHN's columns become rows, and its ten a zero`() throws {
    let folder = try TemporaryFolder()
    // The row changes fastest, then the column, the channel and the image.
    var numbers = [UInt8](repeating: 0, count: 3072)
    for row in 0..<32 {
      for column in 0..<32 {
        for channel in 0..<3 {
          numbers[row + 32 * (column + 32 * channel)] =
            picture.pixels[3 * (32 * row + column) + channel]
        }
      }
    }
    let black = [UInt8](repeating: 0, count: 3072)
    try folder.write(
      "svhn/test_32x32.mat",
      matlab([("X", [32, 32, 3, 2], black + numbers), ("y", [2, 1], [10, 9])]))
    try folder.write(
      "svhn/train_32x32.mat", matlab([("X", [32, 32, 3, 1], numbers), ("y", [1, 1], [1])]))
    let test = try DatasetRegistry.named("svhn").open(part: .test, in: folder.path)
    #expect((0..<2).map(test.label) == [0, 9])
    #expect(try test.image(at: 1) == picture)
    let packed = try folder.write(
      "packed.mat",
      matlab(
        [("X", [32, 32, 3, 2], black + numbers), ("y", [2, 1], [10, 9])], isCompressed: true))
    let same = try DatasetCatalog.open(path: packed)
    #expect((0..<2).map(same.label) == [0, 9])
    #expect(try same.image(at: 1) == picture)
    let file = "\(folder.path)/svhn/train_32x32.mat"
    #expect(try DatasetCatalog.open(path: file).label(at: 0) == 1)
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: folder.path + "/svhn") }
    let wrong = try folder.write(
      "wrong.mat", matlab([("X", [32, 32, 3, 1], numbers), ("y", [1, 1], [11])]))
    #expect(throws: DatasetError.badLabels(file: wrong, problem: "11.0 is no digit from 1 to 10")) {
      try DatasetCatalog.open(path: wrong)
    }
    let empty = try folder.write("empty.mat", matlab([("y", [1, 1], [1])]))
    #expect(
      throws: DatasetError.malformed(file: empty, format: "SVHN", problem: "it has no array ‘X’")
    ) { try DatasetCatalog.open(path: empty) }
  }

  @Test func `Tiny ImageNet's parts have the same numbers`() throws {
    let folder = try TemporaryFolder()
    let root = "tiny-imagenet-200"
    try folder.write("\(root)/wnids.txt", "n03\nn01\nn02\n")
    try folder.write(
      "\(root)/words.txt", "n01\tcat, true cat\nn02\tdog\nn03\tbird\nn04\tno class\n")
    try folder.write("\(root)/train/n01/n01_boxes.txt", "n01_0.png\t0\t0\t9\t9\n")
    try folder.writeImage("\(root)/test/images/test_0.png")
    try folder.writeImage("\(root)/train/n01/images/n01_0.png")
    try folder.writeImage("\(root)/train/n03/images/n03_0.png")
    try folder.writeImage("\(root)/val/images/val_0.png")
    try folder.writeImage("\(root)/val/images/val_1.png")
    try folder.write(
      "\(root)/val/val_annotations.txt", "val_0.png\tn03\t0\t0\t9\t9\nval_1.png\tn02\t0\t0\t9\t9\n")
    let entry = try DatasetRegistry.named("tiny_imagenet")
    let train = try entry.open(part: .train, in: folder.path)
    #expect((0..<2).map(train.label) == [0, 2] && train.id(at: 1) == "n03/images/n03_0.png")
    let test = try entry.open(part: .test, in: folder.path)
    #expect((0..<2).map(test.label) == [2, 1] && test.id(at: 0) == "images/val_0.png")
    #expect(train.classNames == ["n01", "n02", "n03"] && test.classNames == train.classNames)
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: "\(folder.path)/\(root)") }
  }

  @Test func `CIFAR-10,1 finds its labels`() throws {
    let folder = try TemporaryFolder()
    try folder.write("cifar10.1/cifar10.1_v6_data.npy", npy([1, 32, 32, 3], picture.pixels))
    try folder.write("cifar10.1/cifar10.1_v6_labels.npy", npy([1], [7]))
    let test = try DatasetRegistry.named("cifar10.1").open(part: .test, in: folder.path)
    #expect(test.label(at: 0) == 7 && test.classNames[7] == "horse")
    #expect(try test.image(at: 0) == picture)
  }
}
