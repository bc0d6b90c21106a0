package import Foundation

/// Writes NumPy archives piece by piece, not compressed, so that they can be mapped.
package enum NPZWriter {
  /// Writes arrays; the file appears when it is complete.
  ///
  /// - Throws: `FileError.unwritable`.
  package static func write(_ arrays: [OutgoingArray], to url: URL) throws {
    var archive = try ZIPWriter(url)
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
