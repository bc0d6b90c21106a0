import Foundation

extension DatasetDescriptor {
  /// MNIST and its kin.
  static let idx = Self(
    id: "idx", title: "IDX images (…-images-idx3-ubyte, also .gz) with their labels beside them",
    recognizes: { location in
      location.isFolder
        ? location.files.contains(where: isIDXImages)
        : location.start.starts(with: [0, 0, 8, 3]) || location.start.starts(with: [0, 0, 8, 4])
    },
    open: { request throws(DatasetError) in
      let location = request.location
      var file = location.path
      if location.isFolder {
        let candidates = location.files.filter(isIDXImages)
        let prefixes = request.split.map { splitPrefixes[$0] ?? [$0] } ?? [""]
        // Of a file and its compressed form either will do.
        let chosen = candidates.filter { name in
          prefixes.contains { name.hasPrefix($0) }
            && !(name.hasSuffix(".gz") && candidates.contains(String(name.dropLast(3))))
        }
        guard chosen.count == 1 else {
          throw .unsupported(
            path: location.path, what: "the images \(candidates.joined(separator: ", "))",
            instead: "Choose one by --split train or --split test, or name the file.")
        }
        file += "/" + chosen[0]
      } else if request.split != nil {
        throw .splitNotKnown(request)
      }
      return try idxDataset(file, request)
    })

  /// Names by which splits begin.
  private static let splitPrefixes = [
    "train": ["train"], "test": ["t10k", "test"], "val": ["t10k", "val", "test"],
  ]

  private static func isIDXImages(_ name: String) -> Bool {
    name.contains("images-idx") || name.contains("images.idx")
  }

  private static func idxDataset(
    _ file: String, _ request: DatasetRequest
  ) throws(DatasetError) -> PixelArrayDataset {
    let images = try IDX(FileContent.bytes(of: file), file: file)
    guard images.shape.count == 3 || images.shape.count == 4 && images.shape[3] == 3 else {
      throw .malformed(
        file: file, format: "IDX",
        problem: "images have the shape [count, rows, columns], not \(images.shape)")
    }
    let folder = (file as NSString).deletingLastPathComponent
    let name = (file as NSString).lastPathComponent
    // A name such as t10k-images-idx3-ubyte.gz leads to t10k-labels-idx1-ubyte.gz.
    let beside = name.replacingOccurrences(of: "images", with: "labels")
      .replacingOccurrences(of: "idx3", with: "idx1")
    let candidates = [beside, beside + ".gz", beside.replacingOccurrences(of: ".gz", with: "")]
    let labelFile =
      request.labels
      ?? candidates.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
      .first { $0 != file && FileManager.default.fileExists(atPath: $0) }
    let count = images.shape[0]
    var labels = [Int?](repeating: nil, count: count)
    if let labelFile { labels = try LabelFile(path: labelFile).numbers(ofRows: count) }
    let isGray = images.shape.count == 3
    let size = images.shape[1] * images.shape[2] * (isGray ? 1 : 3)
    return try PixelArrayDataset(
      path: file,
      parts: [.init(data: images.values, recordSize: size, offset: 0, labels: labels)],
      layout: isGray ? .gray : .interleaved, height: images.shape[1], width: images.shape[2],
      classNames: request.classMap?.names ?? [])
  }
}
