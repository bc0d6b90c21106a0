package import Foundation

/// Writes NumPy archives piece by piece: not compressed, so that they can be mapped, or compressed as `savez_compressed` does.
package enum NPZWriter {
  /// Writes arrays; the file appears when it is complete.
  ///
  /// - Parameters:
  ///   - arrays: The arrays.
  ///   - url: The file.
  ///   - compressor: Compresses them; `nil` stores them as they are.
  /// - Throws: `FileError.unwritable`; what the compressor throws.
  package static func write(
    _ arrays: [OutgoingArray], to url: URL, compressor: ZIPCompressor? = nil
  ) throws {
    var archive = try ZIPWriter(url, compressor: compressor)
    for array in arrays {
      let header = NPY.headerBytes(shape: array.shape, element: array.element)
      try archive.add(nameOfPart(array.name), size: header.count + array.byteCount) { body in
        try body(header)
        try array.forEachPiece(body)
      }
    }
    try archive.finish()
  }

  /// An empty name is left so, to be refused.
  private static func nameOfPart(_ name: String) -> String { name.isEmpty ? "" : "\(name).npy" }
}
