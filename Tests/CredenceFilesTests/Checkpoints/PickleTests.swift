import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Pickles by hand, each in the frame of an old checkpoint.
@Suite struct PickleTests {
  /// A checkpoint with a pickle and one storage called `k` of four 32-bit numbers.
  private static func checkpoint(_ pickle: [UInt8], keys: [UInt8]? = nil) -> Data {
    var data = Data([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
    data += Array(".".utf8) + [0x80, 2] + Array("M".utf8) + [0xe9, 3] + Array(".".utf8)
    data += [0x80, 2] + Array("}.".utf8) + pickle
    data += keys ?? Array("](U\u{1}ke.".utf8)
    return data + bytes([Int64(4)]) + bytes([1, 2, 3, 4] as [Float])
  }

  private static func text(_ text: String) -> [UInt8] {
    [0x8c, UInt8(text.utf8.count)] + text.utf8
  }

  private static func global(_ name: String) -> [UInt8] {
    Array("c\(name.replacing(":", with: "\n"))\n".utf8)
  }

  private static func integer(_ value: Int) -> [UInt8] {
    [0x8a, 8] + withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
  }

  private static func tuple(_ values: [Int]) -> [UInt8] {
    Array("(".utf8) + values.flatMap(integer) + Array("t".utf8)
  }

  /// The reference to the storage.
  private static func storage(type: String = "Float", count: Int = 4) -> [UInt8] {
    Array("(".utf8) + text("storage") + global("torch:\(type)Storage") + text("k") + text("cpu")
      + integer(count) + Array("tQ".utf8)
  }

  /// A dictionary with one tensor called `a`.
  private static func tensor(
    _ storage: [UInt8] = storage(), offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    [0x80, 2] + Array("}".utf8) + text("a") + global("torch._utils:_rebuild_tensor_v2")
      + Array("(".utf8) + storage + integer(offset) + tuple(shape) + tuple(strides) + [0x89]
      + Array("NtRs.".utf8)
  }

  private func read(_ pickle: [UInt8]) throws -> TensorArchive {
    try TensorArchive(Self.checkpoint(pickle), file: "f")
  }

  private func problem(_ pickle: [UInt8]) -> String? {
    guard
      case .malformed("f", "PyTorch checkpoint", let problem)? = fileError({
        _ = try read(pickle)
      })
    else { return nil }
    return problem
  }

  @Test func `reads a tensor by its strides`() throws {
    let pickle = Self.tensor(offset: 1, shape: [2, 2], strides: [1, 1])
    #expect(try read(pickle).array("a")?.doubles() == [2, 3, 3, 4])
  }

  @Test(arguments: [
    (0, [5], [1]), (1, [4], [1]), (0, [2, 2], [3, 1]), (4, [1], [1]), (0, [2], [Int.max]),
    (Int.max, [2], [1]), (0, [3, 3], [Int.max / 2, Int.max / 2]),
  ])
  func `refuses tensors beyond their storage`(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
    let problem = problem(Self.tensor(offset: offset, shape: shape, strides: strides))
    #expect(
      problem
        == "a tensor of shape \(shape) reaches beyond the 4 numbers of its storage ‘k’")
  }

  @Test(arguments: [
    (-1, [1], [1]), (0, [-1], [1]), (0, [1], [-1]), (0, [2], [1, 1]),
    (0, [Int.max, Int.max], [0, 0]),
    (0, [Int](repeating: 1, count: 65), [Int](repeating: 1, count: 65)),
  ])
  func `refuses shapes that no tensor has`(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
    #expect(
      problem(Self.tensor(offset: offset, shape: shape, strides: strides))
        == "its pickle describes a tensor in an unknown way")
  }

  @Test func `refuses to repeat few numbers very often`() {
    let pickle = Self.tensor(shape: [1 << 40], strides: [0])
    guard
      case .unsupported(_, "tensors that repeat the same few numbers too often", _)? = fileError(
        { _ = try read(pickle) })
    else {
      Issue.record("not refused")
      return
    }
  }

  @Test func `refuses storages that announce more than the file has`() {
    let pickle = Self.tensor(Self.storage(count: 1 << 40), shape: [1 << 40], strides: [1])
    #expect(problem(pickle) == "the storage ‘k’ is described in two different ways")
    #expect(
      problem(Self.tensor(Self.storage(type: "Double"), shape: [4], strides: [1])) == nil)
    #expect(
      fileError {
        _ = try read(Self.tensor(Self.storage(type: "Double"), shape: [4], strides: [1]))
      }
        != nil)
  }

  @Test(arguments: [
    ("posix:system", "posix.system"), ("builtins:eval", "builtins.eval"),
    ("builtins:getattr", "builtins.getattr"), ("__builtin__:exec", "__builtin__.exec"),
    ("torch:load", "torch.load"), ("numpy.core:load", "numpy.core.load"),
  ])
  func `refuses names that are not on the list`(_ name: String, _ refused: String) {
    let pickle = [0x80, 2] + Self.global(name) + Array("(tR.".utf8)
    #expect(fileError { _ = try read(pickle) } == .refusedName(file: "f", name: refused))
    let stacked =
      [0x80, 4] + name.split(separator: ":").flatMap { Self.text(String($0)) } + [0x93]
      + Array(".".utf8)
    #expect(fileError { _ = try read(stacked) } == .refusedName(file: "f", name: refused))
    let instance = [0x80, 2] + Array("(i\(name.replacing(":", with: "\n"))\n.".utf8)
    #expect(fileError { _ = try read(instance) } == .refusedName(file: "f", name: refused))
  }

  @Test(arguments: [
    ("0.", "its pickle takes what it has not made"),
    ("R.", "its pickle takes what it has not made"),
    ("t.", "its pickle takes what it has not made"),
    ("a.", "its pickle takes what it has not made"),
    ("(.", "its pickle takes what it has not made"),
    ("N(a.", "its pickle takes what it has not made"),
    ("h\u{5}.", "its pickle refers to value 5, which it has not made"),
    ("NNR.", "its pickle has another value where a tuple must be"),
    ("N)R.", "its pickle calls what is no function"),
    ("NNa.", "its pickle adds items to what is no container"),
    ("}(Nu.", "it has a key without a value"),
    ("NQ.", "its pickle has another value where a tuple must be"),
    ("Ix\n.", "its pickle has a bad number"), ("Sx\n.", "its pickle has a text without quotes"),
    ("\u{1}.", "byte 2 is no instruction"),
  ])
  func `refuses instructions that make no sense`(_ code: String, _ expected: String) {
    let problem = problem([0x80, 2] + code.utf8)
    if code.first == "\u{1}" {
      #expect(problem?.hasSuffix("is no instruction") == true)
    } else {
      #expect(problem == expected)
    }
  }

  @Test func `does not set memory aside for lengths that the file lacks`() {
    for code in [
      [0x58, 0xff, 0xff, 0xff, 0xff], [0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80],
      [0x8b, 0xff, 0xff, 0xff, 0x7f], [0x96, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ] as [[UInt8]] {
      guard case .truncated? = fileError({ _ = try read([0x80, 4] + code) }) else {
        Issue.record("\(code)")
        continue
      }
    }
  }

  @Test func `shares what a pickle uses again and again`() throws {
    // Thirty levels of lists with twice the same content: written out, a billion items.
    var bomb: [UInt8] = [0x80, 2] + Array("}".utf8) + Self.text("x") + Array("]q".utf8) + [0]
    for level in 0..<30 {
      bomb += Array("0](h".utf8) + [UInt8(level)] + Array("h".utf8) + [UInt8(level)]
      bomb += Array("eq".utf8) + [UInt8(level + 1)]
    }
    let tensor = Self.tensor(shape: [4], strides: [1]).dropFirst(3).dropLast(2)
    bomb += Array("s".utf8) + tensor + Array("s.".utf8)
    let archive = try read(bomb)
    #expect(archive.entries.map(\.name) == ["a"])
    #expect(archive.metadata["x"] == nil)
  }

  @Test func `refuses to make the same text into bytes without end`() {
    var bomb: [UInt8] =
      [0x80, 2] + Array("(X".utf8) + withUnsafeBytes(of: UInt32(1000)) { Array($0) }
    bomb += [UInt8](repeating: 0x61, count: 1000) + Array("q".utf8) + [0]
    for _ in 0..<50 {
      bomb += Self.global("_codecs:encode") + Array("h".utf8) + [0] + [0x85] + Array("R".utf8)
    }
    #expect(
      problem(bomb + Array("t.".utf8)) == "it uses the same text again and again")
  }

  @Test func `refuses files with other marks`() {
    #expect(
      fileError { _ = try TensorArchive(Data([0x80, 2] + "N.".utf8), file: "f") }
        == .malformed(
          file: "f", format: "PyTorch checkpoint",
          problem: "it does not start with the mark of that format"))
    #expect(
      fileError {
        _ = try TensorArchive(
          Self.checkpoint(Self.tensor(shape: [4], strides: [1]), keys: Array("]((U\u{1}ke.".utf8)),
          file: "f")
      } != nil)
  }
}
