import CredenceData
import Foundation
import GoldenSupport

extension Preprocessing {
  /// The settings in a golden file.
  init(_ golden: GoldenJSON) throws {
    func numbers(_ key: String) -> [Double] { golden[key]?.array?.compactMap(\.number) ?? [] }
    struct Unknown: Error {}
    guard
      let interpolation = golden["interpolation"]?.text.flatMap(Interpolation.init(rawValue:)),
      let mode = golden["cropMode"]?.text.flatMap(CropMode.init(rawValue:)),
      let fraction = golden["cropFraction"]?.number
    else { throw Unknown() }
    self.init(
      inputSize: numbers("inputSize").map { Int($0) }, interpolation: interpolation,
      cropFraction: fraction, cropMode: mode, mean: numbers("mean"), std: numbers("std"))
  }
}

/// The digest of an image prepared in one format.
func preparedDigest(
  _ content: ImageContent, _ preprocessing: Preprocessing, _ format: PixelFormat
) throws -> String {
  let preprocessor = try Preprocessor(preprocessing, format: format)
  let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: preprocessor.byteCount, alignment: 64)
  defer { memory.deallocate() }
  guard let start = memory.baseAddress else { return "" }
  try preprocessor.prepare(content, name: "image", into: start)
  return digest(UnsafeRawBufferPointer(memory))
}
