import Foundation

extension DatasetDescriptor {
  /// The "binary version" of CIFAR-10 and CIFAR-100: records of one or two label bytes and 32 × 32 pixels.
  static let cifar = Self(
    id: "cifar", title: "CIFAR-10 or CIFAR-100 binary files (.bin, also .gz), or a folder of them",
    recognizes: { location in
      location.isFolder
        ? location.files.contains(where: isBinary) : isBinary(location.path)
    },
    open: { request throws(DatasetError) in
      let location = request.location
      var files = [location.path]
      var namePrefixes = [""]
      if location.isFolder {
        var names = location.files.filter(isBinary)
        if let split = request.split {
          let marks = split == "train" ? ["train", "data_batch"] : [split]
          names = names.filter { name in marks.contains { name.hasPrefix($0) } }
        } else {
          let isTest = names.map { $0.hasPrefix("test") }
          guard !isTest.contains(true) || !isTest.contains(false) else {
            throw .unsupported(
              path: location.path, what: "training and test images",
              instead: "Choose by --split train or --split test, or name the file.")
          }
        }
        guard !names.isEmpty else { throw .splitNotKnown(request) }
        files = names.map { "\(location.path)/\($0)" }
        namePrefixes = names.count == 1 ? [""] : names.map { "\($0)/" }
      } else if request.split != nil {
        throw .splitNotKnown(request)
      }
      guard request.labels == nil || files.count == 1 else {
        throw .badSetting(
          name: "--labels", value: "given for \(files.count) files", allowed: "for a single file")
      }
      var parts: [PixelArrayDataset.Part] = []
      var labelBytes: Set<Int> = []
      for (file, prefix) in zip(files, namePrefixes) {
        var part: PixelArrayDataset.Part = try records(file, prefix, labelBytes: &labelBytes)
        if let labels = request.labels {
          part = .init(
            prefix: part.prefix, data: part.data, recordSize: part.recordSize, offset: part.offset,
            labels: try LabelFile(path: labels).numbers(ofRows: part.count))
        }
        parts.append(part)
      }
      let folder =
        location.isFolder ? location.path : (location.path as NSString).deletingLastPathComponent
      let largest = parts.reduce(-1) { $1.labels.reduce($0) { max($0, $1 ?? -1) } }
      let beside = try classNames(
        in: folder, isFine: labelBytes == [2], classCount: largest + 1)
      return try PixelArrayDataset(
        path: location.path, parts: parts, layout: .planar, height: 32, width: 32,
        classNames: request.classMap?.names ?? beside)
    })

  private static func isBinary(_ name: String) -> Bool {
    name.hasSuffix(".bin") || name.hasSuffix(".bin.gz")
  }

  private static let pixelCount = 3 * 32 * 32

  private static func records(
    _ file: String, _ prefix: String, labelBytes: inout Set<Int>
  ) throws(DatasetError) -> PixelArrayDataset.Part {
    let data = try FileContent.bytes(of: file)
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
    labelBytes.insert(labelCount)
    let recordSize = pixelCount + labelCount
    let labels = data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      (0..<data.count / recordSize).map { row -> Int? in
        Int(bytes[row * recordSize + labelCount - 1])
      }
    }
    return .init(
      prefix: prefix, data: data, recordSize: recordSize, offset: labelCount, labels: labels)
  }

  /// The names that lie beside the files, if there are enough.
  private static func classNames(
    in folder: String, isFine: Bool, classCount: Int
  ) throws(DatasetError) -> [String] {
    let name = isFine ? "fine_label_names.txt" : "batches.meta.txt"
    let path = folder.isEmpty ? name : "\(folder)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let names = try LabelTable(FileContent.bytes(of: path), file: path).lines
    return names.count >= classCount ? names : []
  }
}
