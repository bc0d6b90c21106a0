import CredenceFiles
import Foundation

extension DatasetDescriptor {
  /// Images in a NumPy array.
  static let array = Self(
    id: "array",
    title: "a NumPy array of images (.npy: uint8 [N, H, W, 3], [N, 3, H, W] or [N, H, W])",
    recognizes: { location in
      !location.isFolder && location.start.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])
    },
    open: { request throws(DatasetError) in
      guard request.split == nil else { throw .splitNotKnown(request) }
      return try PixelArrayDataset(
        array: request.location.path, labels: request.labels, rows: nil,
        classNames: request.classMap?.names ?? [])
    })
}

extension PixelArrayDataset {
  /// The images of a NumPy array, of all of its rows or some.
  ///
  /// - Parameters:
  ///   - file: uint8 `[N, H, W, 3]`, `[N, 3, H, W]` or `[N, H, W]`.
  ///   - labels: A file of class numbers, repeated where there are several times as many images; without it `NAME_labels.npy` beside
  ///     `NAME_data.npy`, or `labels.npy`.
  ///   - rows: The rows that are images of this data set.
  ///   - classNames: The classes' names.
  /// - Throws: `DatasetError`.
  init(
    array file: String, labels: String?, rows: Range<Int>?, classNames: [String] = []
  ) throws(DatasetError) {
    let array: StoredArray
    do {
      array = try NPY.read(FileContent.bytes(of: file), file: file).rowMajor()
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .malformed(file: file, format: "NumPy array", problem: error.localizedDescription)
    }
    let shape = array.shape
    guard array.element == .uint8, shape.count == 3 || shape.count == 4 else {
      throw .unsupported(
        path: file, what: "an array of shape \(shape) and type \(array.element)",
        instead: "Save images as uint8 of shape [N, H, W, 3], [N, 3, H, W] or [N, H, W].")
    }
    let layout: Layout
    let (height, width): (Int, Int)
    if shape.count == 3 {
      (layout, height, width) = (.gray, shape[1], shape[2])
    } else if shape[3] == 3 {
      (layout, height, width) = (.interleaved, shape[1], shape[2])
    } else if shape[1] == 3 {
      (layout, height, width) = (.planar, shape[2], shape[3])
    } else if shape[3] == 1 || shape[1] == 1 {
      (layout, height, width) = (.gray, shape[shape[1] == 1 ? 2 : 1], shape[shape[1] == 1 ? 3 : 2])
    } else {
      throw .unsupported(
        path: file, what: "an array of shape \(shape)",
        instead: "Save images as uint8 of shape [N, H, W, 3], [N, 3, H, W] or [N, H, W].")
    }
    let folder = (file as NSString).deletingLastPathComponent
    let name = (file as NSString).lastPathComponent
    let beside = [name.replacingOccurrences(of: "_data", with: "_labels"), "labels.npy"]
      .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
    let labelFile =
      labels
      ?? beside.first { FileManager.default.fileExists(atPath: $0) && $0 != file }
    var all = [Int?](repeating: nil, count: shape[0])
    if let labelFile { all = try LabelFile(path: labelFile).numbers(ofRows: shape[0]) }
    let rows = rows ?? 0..<shape[0]
    let size = height * width * layout.channels
    try self.init(
      path: file,
      parts: [
        .init(
          data: array.bytes.dropFirst(rows.lowerBound * size), recordSize: size, offset: 0,
          labels: Array(all[rows]))
      ],
      layout: layout, height: height, width: width, classNames: classNames)
  }
}
