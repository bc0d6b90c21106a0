import CredenceFiles
import Foundation

extension CorruptedDatasetWriter {
  /// Images that are in memory at once.
  private static let blockSize = 512

  /// Writes an array of all severities for each corruption, and the labels as often.
  func writeArrays(to root: URL, _ counter: CorruptionCounter) throws {
    let first = try settings.crop.image(of: dataset, at: 0)
    let header = NPY.headerBytes(
      shape: [5 * dataset.count, first.height, first.width, 3], element: .uint8)
    let imageSize = first.pixels.count
    try writeLabels(to: root.appendingPathComponent("labels.npy"))
    for corruption in settings.corruptions {
      let target = root.appendingPathComponent("\(corruption.id).npy")
      if FileManager.default.fileExists(atPath: target.path) {
        counter.add(made: 0, passed: 5 * dataset.count)
        continue
      }
      let file = try AtomicFile(target)
      try file.write(header)
      for severity in 1...5 {
        for start in stride(from: 0, to: dataset.count, by: Self.blockSize) {
          let rows = start..<min(start + Self.blockSize, dataset.count)
          try file.write(
            block(rows, imageSize: imageSize, corruption, severity, counter))
        }
      }
      try file.finish()
    }
  }

  /// The pixels of some corrupted images, one after another.
  private func block(
    _ rows: Range<Int>, imageSize: Int, _ corruption: CorruptionDescriptor, _ severity: Int,
    _ counter: CorruptionCounter
  ) throws -> [UInt8] {
    let resources = CorruptionResources(frostImages: settings.frostImages)
    let crop = settings.crop
    let dataset = dataset
    return try [UInt8](unsafeUninitializedCapacity: rows.count * imageSize) { buffer, filled in
      // Each task writes its own image's bytes and nothing else.
      nonisolated(unsafe) let output = UnsafeMutableRawBufferPointer(buffer)
      try OrderedWorkers.run(count: rows.count, workers: settings.workerCount) { position in
        let index = rows.lowerBound + position
        let image = try crop.image(of: dataset, at: index)
        let result = try corrupted(image, corruption, severity, at: index, resources)
        precondition(result.pixels.count == imageSize)
        result.pixels.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(
            rebasing: output[position * imageSize..<(position + 1) * imageSize]
          ).copyMemory(from: bytes)
        }
        counter.add(made: 1)
      }
      filled = rows.count * imageSize
    }
  }

  /// Class numbers, repeated for each severity, as CIFAR-10-C has them.
  private func writeLabels(to url: URL) throws {
    guard !FileManager.default.fileExists(atPath: url.path) else { return }
    let labels = (0..<dataset.count).map { Int64(dataset.label(at: $0) ?? -1).littleEndian }
    let file = try AtomicFile(url)
    try file.write(NPY.headerBytes(shape: [5 * dataset.count], element: .int64))
    for _ in 1...5 { try file.write(labels.withUnsafeBytes { Data($0) }) }
    try file.finish()
  }
}
