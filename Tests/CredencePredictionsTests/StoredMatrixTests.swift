import CredencePredictions
import FileSupport
import Testing

@Suite struct StoredMatrixTests {
  @Test func `shares the bytes of floating-point arrays, whatever their order`() throws {
    let archive = try NPZ(contentsOf: fixture("npz/stored.npz"))
    for name in archive.names
    where (name.hasSuffix("_c") || name.hasSuffix("_f")) && !name.hasPrefix("cube") {
      let array = try #require(try archive.array(name))
      guard let matrix = try array.matrix() else {
        #expect(!name.hasPrefix("f"), "\(name)")
        continue
      }
      #expect(name.hasPrefix("f"))
      #expect((0..<3).flatMap { matrix.row($0) } == array.doubles(), "\(name)")
    }
  }
}
