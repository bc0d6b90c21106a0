import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct MATTests {
  private func file(_ name: String) throws -> MAT { try MAT(contentsOf: fixture("mat/\(name)")) }

  @Test(arguments: ["svhn.mat", "svhn-plain.mat"])
  func `arrays are those that SciPy wrote`(_ name: String) throws {
    let file = try file(name)
    #expect(file.names == ["X", "y"])
    let images = try #require(try file.array("X"))
    #expect(images.shape == [32, 32, 3, 3] && images.element == .uint8)
    let expected = (0..<images.count).map { ($0 * 7 + $0 / 1024) % 251 }
    // In memory as in MATLAB: the first dimension changes fastest.
    let rows = try #require(images.integers())
    for (row, column, channel, image) in [(0, 0, 0, 0), (5, 3, 1, 2), (31, 31, 2, 1)] {
      #expect(
        rows[((row * 32 + column) * 3 + channel) * 3 + image]
          == expected[row + 32 * (column + 32 * (channel + 3 * image))])
    }
    #expect(try file.array("y")?.doubles() == [10, 1, 9])
    #expect(try file.array("z") == nil)
  }

  @Test func `only arrays of numbers are named`() throws {
    let file = try file("mixed.mat")
    #expect(file.names == ["doubles", "small", "complex"])
    #expect(try file.array("doubles")?.doubles() == [1.5, -2, 3.25, 4, 5, 6])
    #expect(try file.array("small")?.integers() == [1, 2, 3])
    guard case .unsupported(_, let what, _)? = fileError({ _ = try file.array("complex") }) else {
      Issue.record("complex numbers are read")
      return
    }
    #expect(what == "complex numbers in ‘complex’")
  }

  /// A file with one uncompressed array of bytes, in either byte order.
  private func written(
    isBigEndian: Bool, shape: [Int32] = [2, 2], numbers: [UInt8] = [1, 2, 3, 4], flags: UInt32 = 9
  ) -> Data {
    func word(_ value: UInt32) -> [UInt8] {
      withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }
    func padded(_ bytes: [UInt8]) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
    var content = word(6) + word(8) + word(flags) + word(0)
    content += word(5) + word(UInt32(4 * shape.count))
    content += padded(shape.flatMap { word(UInt32(bitPattern: $0)) })
    content += word(1) + word(6) + padded(Array("digits".utf8))
    content += word(2) + word(UInt32(numbers.count)) + padded(numbers)
    var header = padded(Array("MATLAB 5.0 MAT-file".utf8))
    header += [UInt8](repeating: 0x20, count: 124 - header.count)
    header += isBigEndian ? [1, 0] + Array("MI".utf8) : [0, 1] + Array("IM".utf8)
    return Data(header + word(14) + word(UInt32(content.count)) + content)
  }

  @Test(arguments: [false, true]) func `both byte orders are read`(_ isBigEndian: Bool) throws {
    let file = try MAT(written(isBigEndian: isBigEndian), file: "f")
    #expect(try file.array("digits")?.integers() == [1, 3, 2, 4])
  }

  @Test func `shapes must fit their numbers`() throws {
    let file = try MAT(written(isBigEndian: false, shape: [3, 2]), file: "f")
    #expect(
      fileError { _ = try file.array("digits") }
        == .malformed(
          file: "f", format: "MATLAB", problem: "‘digits’ of shape [3, 2] has 4 bytes"))
    #expect(
      fileError { _ = try MAT(written(isBigEndian: false, shape: [-1, 2]), file: "f") }
        == .malformed(file: "f", format: "MATLAB", problem: "an array has a negative dimension"))
    let huge = written(isBigEndian: false, shape: [.max, .max, .max])
    #expect(throws: FileError.self) { try MAT(huge, file: "f").array("digits") }
  }

  @Test func `every shortened or changed file is refused or read, never worse`() throws {
    for name in ["svhn.mat", "mixed.mat"] {
      let data = try Data(contentsOf: fixture("mat/\(name)"))
      func read(_ data: Data) {
        guard let file = try? MAT(data, file: "f") else { return }
        for name in file.names { _ = try? file.array(name) }
      }
      for length in stride(from: 0, to: data.count, by: 7) { read(data.prefix(length)) }
      for position in stride(from: 100, to: data.count, by: 3) {
        var changed = data
        changed[position] ^= 0xff
        read(changed)
      }
    }
  }

  @Test func `a changed byte of a compressed array is noticed`() throws {
    var data = try Data(contentsOf: fixture("mat/svhn.mat"))
    data[data.count / 2] ^= 1
    #expect(throws: FileError.self) {
      let file = try MAT(data, file: "f")
      for name in file.names { _ = try file.array(name) }
    }
  }

  @Test func `HDF5 and other files are told apart`() {
    let header = "MATLAB 7.3 MAT-file".padding(toLength: 128, withPad: " ", startingAt: 0)
    #expect(
      fileError { _ = try MAT(Data(header.utf8), file: "f") }
        == .unsupported(
          file: "f", what: "a MATLAB file of version 7.3, which is HDF5",
          instead: "Save it by save(…, '-v7')."))
    #expect(
      fileError { _ = try MAT(Data(repeating: 7, count: 200), file: "f") }
        == .malformed(
          file: "f", format: "MATLAB",
          problem: "its header does not end with the mark of that format"))
    #expect(
      fileError { _ = try MAT(Data(repeating: 7, count: 20), file: "f") }
        == .truncated(file: "f", what: "its header", expected: 128, found: 20))
  }
}
