import CredenceFiles
package import Foundation

/// The published `train_clip_embeddings.npz`: a row of length 1 for each training image, and its class.
///
/// The numbers are mapped where the file stores them plainly, and unpacked to a mapped file where it is compressed and large.
package struct TrainingEmbeddings {
  package let count: Int
  /// Numbers of a row.
  package let width: Int
  /// The class of each image.
  package let targets: [Int]
  private let rows: StoredArray
  private let file: String

  /// - Throws: `FileError`, `EncodingError.badEmbeddings`.
  package init(contentsOf url: URL) throws {
    let file = url.relativePath
    let archive = try NPZ(contentsOf: url)
    guard let array = try archive.array("embeddings"), array.shape.count == 2, array.shape[0] > 0,
      array.shape[1] > 0, [.float16, .float32, .float64].contains(array.element)
    else {
      throw EncodingError.badEmbeddings(
        file: file, problem: "it has no matrix ‘embeddings’ of floating-point numbers")
    }
    guard let labels = try archive.array("targets"), labels.shape == [array.shape[0]],
      let targets = labels.integers()
    else {
      throw EncodingError.badEmbeddings(
        file: file, problem: "‘targets’ are no \(array.shape[0]) integers")
    }
    count = array.shape[0]
    width = array.shape[1]
    rows = array.rowMajor()
    self.targets = targets
    self.file = file
  }

  /// Some rows, divided by their lengths.
  ///
  /// - Throws: `EncodingError.badEmbeddings` for numbers that are not finite, and rows of zeros.
  package func unitRows(_ range: Range<Int>) throws -> [Float] {
    guard let type = rows.element.scalarType else { return [] }
    var result = [Float](unsafeUninitializedCapacity: range.count * width) { output, filled in
      rows.bytes.withUnsafeBytes { bytes in
        let decoder = ScalarDecoder(type, rows.isBigEndian)
        for index in range.lowerBound * width..<range.upperBound * width {
          output.initializeElement(
            at: filled, to: Float(decoder.double(at: index, in: bytes)))
          filled += 1
        }
      }
    }
    for row in 0..<range.count {
      guard UnitRows.normalize(&result, row * width..<(row + 1) * width) else {
        throw EncodingError.badEmbeddings(
          file: file, problem: "row \(range.lowerBound + row) is all zeros, or not finite")
      }
    }
    return result
  }

  /// Writes embeddings, each divided by its length.
  ///
  /// - Parameters:
  ///   - features: `files × width` numbers in single precision.
  ///   - width: Numbers of a row.
  ///   - files: The images' names.
  ///   - targets: The images' classes.
  ///   - url: The file, which appears when it is complete.
  /// - Throws: `FileError`; `EncodingError.badEmbeddings` for a row of zeros.
  package static func write(
    _ features: Data, width: Int, files: [String], targets: [Int], to url: URL
  ) throws {
    precondition(features.count == 4 * width * files.count && targets.count == files.count)
    let step = max(1, OutgoingArray.pieceSize / (4 * width))
    let embeddings = OutgoingArray(
      "embeddings", shape: [files.count, width], element: .float32
    ) { body in
      for start in stride(from: 0, to: files.count, by: step) {
        let end = min(start + step, files.count)
        let bytes = features.dropFirst(4 * width * start).prefix(4 * width * (end - start))
        var rows = bytes.withUnsafeBytes { raw in
          (0..<(end - start) * width).map {
            raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
          }
        }
        for row in 0..<end - start {
          guard UnitRows.normalize(&rows, row * width..<(row + 1) * width) else {
            throw EncodingError.badEmbeddings(
              file: url.relativePath, problem: "the features of ‘\(files[start + row])’ are zeros")
          }
        }
        try body(rows.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) })
      }
    }
    try NPZWriter.write(
      [
        names(files), OutgoingArray("targets", targets.map(Int64.init), element: .int64),
        embeddings,
      ], to: url)
  }

  /// Names as NumPy stores text: characters of 32 bits, filled up with zeros.
  private static func names(_ files: [String]) -> OutgoingArray {
    let longest = max(1, files.lazy.map(\.unicodeScalars.count).max() ?? 1)
    let step = max(1, OutgoingArray.pieceSize / (4 * longest))
    return OutgoingArray("train_files", shape: [files.count], element: .text(longest)) { body in
      for start in stride(from: 0, to: files.count, by: step) {
        var characters: [UInt32] = []
        for file in files[start..<min(start + step, files.count)] {
          let scalars = file.unicodeScalars.map(\.value.littleEndian)
          characters += scalars + Array(repeating: 0, count: longest - scalars.count)
        }
        try body(characters.withUnsafeBytes { Data($0) })
      }
    }
  }
}

/// Rows of length 1.
enum UnitRows {
  /// Divides a row by its length; false for one of zeros or with numbers that are not finite.
  static func normalize(_ values: inout [Float], _ range: Range<Int>) -> Bool {
    values.withUnsafeMutableBufferPointer { numbers in
      var sum = 0.0
      for index in range { sum += Double(numbers[index]) * Double(numbers[index]) }
      let length = sum.squareRoot()
      guard length > 0, length.isFinite else { return false }
      for index in range { numbers[index] = Float(Double(numbers[index]) / length) }
      return true
    }
  }
}
