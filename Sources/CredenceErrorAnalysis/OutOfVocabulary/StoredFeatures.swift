import CredenceFiles
package import Foundation

/// Feature vectors by name: of images, by `wnid/file`, or of prompts, by their text.
///
/// A file holds the tensors `features` `[names, dimension]` (f32 or f16), `names.bytes` (UTF-8) and `names.offsets` `[names + 1]`, and in its
/// metadata `model` and `precision`. Vectors are stored as the network gave them; who compares them divides by their lengths.
package struct StoredFeatures: Sendable {
  /// The vectors' names, unique.
  package let names: [String]
  /// The length of each vector.
  package let dimension: Int
  /// The vectors, one after another: `names.count × dimension` numbers.
  package let values: [Float]
  /// The network, as whoever made the features calls it.
  package let model: String
  /// The numbers in which the network computed, such as `float32`.
  package let precision: String
  /// The file, for messages.
  package let source: String

  /// Features from their parts.
  ///
  /// - Throws: `ErrorAnalysisError` for sizes that do not fit, names that stand twice, and numbers that are not finite.
  package init(
    names: [String], dimension: Int, values: [Float], model: String, precision: String = "float32",
    source: String
  ) throws(ErrorAnalysisError) {
    let (size, overflow) = names.count.multipliedReportingOverflow(by: dimension)
    guard dimension > 0, !overflow, size == values.count else {
      throw .mismatch(
        file: source,
        problem: "\(names.count) names and the dimension \(dimension) need other than "
          + "\(values.count) numbers")
    }
    var seen: [String: Int] = [:]
    seen.reserveCapacity(names.count)
    for (row, name) in names.enumerated() {
      if let earlier = seen.updateValue(row, forKey: name) {
        throw .badEntry(
          file: source, entry: "row \(row)", problem: "‘\(name)’ is the name of row \(earlier) too")
      }
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .badEntry(
        file: source, entry: "row \(bad / dimension) (‘\(names[bad / dimension])’)",
        problem: "the number \(bad % dimension) is \(values[bad]), which is not finite")
    }
    self.names = names
    self.dimension = dimension
    self.values = values
    self.model = model
    self.precision = precision
    self.source = source
  }

  /// The vector of a row.
  package subscript(row: Int) -> ArraySlice<Float> {
    values[row * dimension..<(row + 1) * dimension]
  }

  /// Reads `.safetensors`, or `.npz` with the arrays `features` and `files` or `prompts`.
  ///
  /// - Parameter dataset: Where an `.npz` file has an array `dataset`, the data set whose rows are read.
  /// - Throws: `FileError`, `ErrorAnalysisError`.
  package init(contentsOf url: URL, dataset: String? = nil) throws {
    let file = url.relativePath
    switch url.pathExtension.lowercased() {
    case "safetensors":
      let archive = try Safetensors(contentsOf: url)
      guard let features = archive["features"], let bytes = archive["names.bytes"],
        let offsets = archive["names.offsets"]
      else {
        throw ErrorAnalysisError.mismatch(
          file: file, problem: "it lacks one of features, names.bytes and names.offsets")
      }
      try self.init(
        names: Self.names(bytes, offsets, file), features: features,
        model: archive.metadata["model"] ?? "", precision: archive.metadata["precision"] ?? "",
        source: file)
    case "npz":
      let archive = try NPZ(contentsOf: url)
      guard let features = try archive.array("features"),
        let names = try (archive.array("files") ?? archive.array("prompts"))?.strings()
      else {
        throw ErrorAnalysisError.mismatch(
          file: file, problem: "it lacks the array features, or files or prompts")
      }
      try self.init(
        names: names, features: features, model: "", precision: "", source: file,
        rows: Self.rows(archive, dataset: dataset, count: names.count, file))
    default:
      throw FileError.unknownFormat(file: file, known: ".safetensors and .npz")
    }
  }

  private init(
    names: [String], features: StoredArray, model: String, precision: String, source: String,
    rows: [Int]? = nil
  ) throws {
    guard features.shape.count == 2, features.shape[0] == names.count, features.shape[1] > 0,
      let type = features.element.scalarType
    else {
      throw ErrorAnalysisError.mismatch(
        file: source,
        problem: "its features are \(features.shape) numbers for \(names.count) names")
    }
    let dimension = features.shape[1]
    let array = features.rowMajor()
    let wanted = rows ?? Array(0..<names.count)
    let values = [Float](unsafeUninitializedCapacity: wanted.count * dimension) { output, filled in
      array.bytes.withUnsafeBytes { input in
        let decoder = ScalarDecoder(type, array.isBigEndian)
        for row in wanted {
          for column in 0..<dimension {
            output.initializeElement(
              at: filled, to: Float(decoder.double(at: row * dimension + column, in: input)))
            filled += 1
          }
        }
      }
    }
    try self.init(
      names: wanted.map { names[$0] }, dimension: dimension, values: values, model: model,
      precision: precision.isEmpty ? "\(type.rawValue) (stored)" : precision, source: source)
  }

  private static func names(
    _ bytes: StoredArray, _ offsets: StoredArray, _ file: String
  ) throws -> [String] {
    guard bytes.element == .uint8, bytes.shape.count == 1, offsets.shape.count == 1,
      let starts = offsets.integers(), starts.first == 0, starts.last == bytes.count,
      zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "names.offsets do not rise from 0 to the size of names.bytes")
    }
    let text = bytes.bytes
    let base = text.startIndex
    return zip(starts, starts.dropFirst()).map {
      String(decoding: text[(base + $0)..<(base + $1)], as: UTF8.self)
    }
  }

  private static func rows(
    _ archive: NPZ, dataset: String?, count: Int, _ file: String
  ) throws -> [Int]? {
    guard let dataset, let sets = try archive.array("dataset")?.strings() else { return nil }
    guard sets.count == count else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "it has \(sets.count) data sets for \(count) files")
    }
    return sets.indices.filter { sets[$0] == dataset }
  }

  /// Writes `.safetensors`; the file appears when it is complete.
  ///
  /// - Throws: `FileError.unwritable`.
  package func write(to url: URL) throws {
    var text = Data()
    var offsets: [Int64] = [0]
    for name in names {
      text.append(contentsOf: name.utf8)
      offsets.append(Int64(text.count))
    }
    let numbers = values
    let features = OutgoingArray(
      "features", shape: [names.count, dimension], element: .float32
    ) { body in
      let step = OutgoingArray.pieceSize / 4
      for start in stride(from: 0, to: numbers.count, by: step) {
        let piece = numbers[start..<min(start + step, numbers.count)]
        try body(piece.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) })
      }
    }
    try SafetensorsWriter.write(
      [
        features, OutgoingArray("names.bytes", bytes: text),
        OutgoingArray("names.offsets", offsets, element: .int64),
      ],
      metadata: [
        "credence.format": "1", "kind": "features", "model": model, "precision": precision,
      ], to: url)
  }

  /// The vectors divided by their lengths, in 32 bits; a vector of zeros stays one.
  package func normalized() -> [Float] {
    var unit = values
    unit.withUnsafeMutableBufferPointer { numbers in
      for row in 0..<names.count {
        let range = row * dimension..<(row + 1) * dimension
        var sum = 0.0
        for index in range { sum += Double(numbers[index]) * Double(numbers[index]) }
        let length = Float(sum.squareRoot())
        guard length > 0 else { continue }
        for index in range { numbers[index] /= length }
      }
    }
    return unit
  }
}
