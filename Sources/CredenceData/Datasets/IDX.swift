import Foundation

/// The format of MNIST: two zero bytes, a type, the number of dimensions, the dimensions as big-endian 32-bit integers, the numbers.
struct IDX {
  let shape: [Int]
  /// The bytes after the header.
  let values: Data
  private let file: String

  /// The bytes of a whole file by its header; `nil` for the start of something else.
  static func size(promisedBy start: [UInt8]) -> Int? {
    guard start.count >= 4, start[0] == 0, start[1] == 0, start[2] == 8, start[3] > 0,
      start.count >= 4 + 4 * Int(start[3])
    else { return nil }
    var total = 1
    for dimension in 1...Int(start[3]) {
      let length = start[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      total = product
    }
    let (size, overflow) = total.addingReportingOverflow(4 + 4 * Int(start[3]))
    return overflow ? nil : size
  }

  /// Reads a file of unsigned bytes.
  ///
  /// - Throws: `DatasetError.malformed` or `unsupported`.
  init(_ data: Data, file: String) throws(DatasetError) {
    func malformed(_ problem: String) -> DatasetError {
      .malformed(file: file, format: "IDX", problem: problem)
    }
    let start = [UInt8](data.prefix(4))
    guard start.count == 4, start[0] == 0, start[1] == 0, start[3] > 0 else {
      throw malformed("it does not start with the mark of that format")
    }
    guard start[2] == 8 else {
      throw .unsupported(
        path: file, what: "an IDX array of type \(start[2])",
        instead: "Save it as unsigned bytes (type 8).")
    }
    let headerSize = 4 + 4 * Int(start[3])
    guard data.count >= headerSize else { throw malformed("its header is cut short") }
    var shape: [Int] = []
    var total = 1
    for dimension in 0..<Int(start[3]) {
      let length = data.withUnsafeBytes { bytes in
        Int(
          UInt32(
            bigEndian: bytes.loadUnaligned(fromByteOffset: 4 + 4 * dimension, as: UInt32.self)))
      }
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      guard !overflow else { throw malformed("its dimensions are too large") }
      total = product
      shape.append(length)
    }
    guard data.count - headerSize == total else {
      throw malformed("it promises \(total) bytes and holds \(data.count - headerSize)")
    }
    self.shape = shape
    self.file = file
    values = data.dropFirst(headerSize)
  }

  /// The numbers of an array of so many dimensions.
  ///
  /// - Throws: `DatasetError.malformed`.
  func bytes(dimensions: Int) throws(DatasetError) -> Data {
    guard shape.count == dimensions else {
      throw .malformed(
        file: file, format: "IDX", problem: "it has \(shape.count) dimensions, not \(dimensions)")
    }
    return values
  }
}
