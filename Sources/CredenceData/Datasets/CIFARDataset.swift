import Foundation

extension DatasetDescriptor {
  /// CIFAR-10 and CIFAR-100, in the binary and the Python version, unpacked or as the published archives.
  static let cifar = Self(
    id: "cifar",
    title:
      "CIFAR-10 or CIFAR-100: binary (.bin, also .gz) or Python files, a folder of them, or the "
      + "published archive",
    recognizes: { location in
      if location.isFolder {
        return location.files.contains(where: CIFARBinary.isBinary)
          || location.files.contains { $0.hasPrefix("data_batch_") || $0 == "test_batch" }
          || location.files.contains("meta") && location.files.contains(where: CIFARPython.isBatch)
      }
      let name = (location.path as NSString).lastPathComponent
      return CIFARBinary.isBinary(name)
        || CIFARPython.isBatch(name) && location.start.starts(with: [0x80])
        || isArchive(location)
    },
    open: { request throws(DatasetError) in
      let location = request.location
      let isCollection = location.isFolder || isArchive(location)
      let files = isCollection ? try FileCollection(location) : FileCollection(file: location.path)
      let binary = files.names.filter(CIFARBinary.isBinary)
      let all = binary.isEmpty ? files.names.filter(CIFARPython.isBatch) : binary
      let chosen = isCollection ? try select(all, request) : all
      guard isCollection || request.split == nil else { throw .splitNotKnown(request) }
      guard request.labels == nil || chosen.count == 1 else {
        throw .badSetting(
          name: "--labels", value: "given for \(chosen.count) files", allowed: "for a single file")
      }
      var parts: [PixelArrayDataset.Part] = []
      var isFine = false
      for name in chosen {
        let prefix = chosen.count == 1 ? "" : "\(name)/"
        var part: PixelArrayDataset.Part
        if binary.isEmpty {
          part = try CIFARPython(files.bytes(of: name), file: files.path(of: name))
            .images(prefix: prefix)
        } else {
          (part, isFine) = try CIFARBinary.images(
            files.bytes(of: name), files.path(of: name), prefix)
        }
        if let labels = request.labels {
          part = .init(
            prefix: part.prefix, data: part.data, recordSize: part.recordSize, offset: part.offset,
            labels: try LabelFile(path: labels).numbers(ofRows: part.count))
        }
        parts.append(part)
      }
      let largest = parts.reduce(-1) { $1.labels.reduce($0) { max($0, $1 ?? -1) } }
      let names = try classNames(files, isPython: binary.isEmpty, isFine: isFine)
      return try PixelArrayDataset(
        path: location.path, parts: parts, layout: .planar, height: 32, width: 32,
        classNames: request.classMap?.names ?? (names.count > largest ? names : []))
    })

  /// A tar archive whose first folder or file is one of the published.
  private static func isArchive(_ location: DatasetLocation) -> Bool {
    guard !location.isFolder, location.start.count >= 262,
      location.start[257..<262].elementsEqual("ustar".utf8)
    else { return false }
    let first = String(decoding: location.start.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
    let name = (location.path as NSString).lastPathComponent
    return first.contains("cifar-10") || name.hasPrefix("cifar-10")
  }

  /// The files of the part that is asked for, or of the only one.
  private static func select(
    _ names: [String], _ request: DatasetRequest
  ) throws(DatasetError) -> [String] {
    if let split = request.split {
      let marks = split == "train" ? ["train", "data_batch"] : [split]
      let chosen = names.filter { name in marks.contains { name.hasPrefix($0) } }
      guard !chosen.isEmpty else { throw .splitNotKnown(request) }
      return chosen
    }
    let isTest = names.map { $0.hasPrefix("test") }
    guard !isTest.contains(true) || !isTest.contains(false) else {
      throw .unsupported(
        path: request.location.path, what: "training and test images",
        instead: "Choose by --split train or --split test, or name the file.")
    }
    guard !names.isEmpty else { throw .noImages(path: request.location.path) }
    return names
  }

  /// The names that lie beside the images.
  private static func classNames(
    _ files: FileCollection, isPython: Bool, isFine: Bool
  ) throws(DatasetError) -> [String] {
    let candidates =
      isPython
      ? ["batches.meta", "meta"] : [isFine ? "fine_label_names.txt" : "batches.meta.txt"]
    let isSingle = files.names.count == 1
    guard
      let name = candidates.first(where: {
        files.names.contains($0)
          || isSingle && FileManager.default.fileExists(atPath: files.path(of: $0))
      })
    else { return [] }
    let data = try files.bytes(of: name)
    let path = files.path(of: name)
    return isPython
      ? try CIFARPython(data, file: path).classNames : try LabelTable(data, file: path).lines
  }
}

/// The "binary version" of CIFAR-10 and CIFAR-100: records of one or two label bytes and 32 × 32 pixels.
enum CIFARBinary {
  private static let pixelCount = 3 * 32 * 32

  static func isBinary(_ name: String) -> Bool {
    name.hasSuffix(".bin") || name.hasSuffix(".bin.gz")
  }

  /// The images of a file, and whether their labels are the fine ones of CIFAR-100.
  ///
  /// - Throws: `DatasetError.malformed` for a length that no number of records has.
  static func images(
    _ data: Data, _ file: String, _ prefix: String
  ) throws(DatasetError) -> (PixelArrayDataset.Part, isFine: Bool) {
    // CIFAR-100 has a coarse and a fine label.
    guard
      let labelCount = [1, 2].first(where: {
        !data.isEmpty && data.count.isMultiple(of: pixelCount + $0)
      })
    else {
      throw .malformed(
        file: file, format: "CIFAR binary",
        problem: "\(data.count) bytes are no multiple of 3073 or 3074")
    }
    let recordSize = pixelCount + labelCount
    let labels = data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      (0..<data.count / recordSize).map { row -> Int? in
        Int(bytes[row * recordSize + labelCount - 1])
      }
    }
    return (
      .init(prefix: prefix, data: data, recordSize: recordSize, offset: labelCount, labels: labels),
      labelCount == 2
    )
  }
}
