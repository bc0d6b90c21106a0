public import Foundation

/// A file that `torch.save` wrote, read without executing anything in it.
///
/// Both of its formats are understood: the ZIP archive of PyTorch 1.6 and later, and the older row of pickles. Only tensors and
/// plain containers are read; a file that names any other function or class is refused with that name.
public struct Checkpoint: Sendable {
  /// What was saved.
  public let root: CheckpointValue
  let file: String

  /// Maps a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - readsPrograms: Whether of a TorchScript program the modules' fields are read; it is refused otherwise. Its code is never looked at.
  /// - Throws: `FileError` for a file that can't be opened, is no correct checkpoint or asks for more than tensors.
  public init(contentsOf url: URL, readsPrograms: Bool = false) throws {
    try self.init(
      MappedFile.bytes(of: url), file: url.relativePath, readsPrograms: readsPrograms)
  }

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  ///   - readsPrograms: Whether of a TorchScript program the modules' fields are read.
  /// - Throws: `FileError`.
  public init(_ data: Data, file: String, readsPrograms: Bool = false) throws {
    self.file = file
    root =
      data.starts(with: [0x50, 0x4b])
      ? try CheckpointArchive(data, file: file, readsPrograms: readsPrograms).root()
      : try PickledCheckpoint(data, file: file).root()
  }
}

/// The format since PyTorch 1.6: a pickle and each storage are members of a ZIP archive.
struct CheckpointArchive {
  private let archive: ZIP
  private let members: [String: ZIP.Member]
  /// The folder in which all members stand, with its slash.
  private let folder: String
  /// Not where the program that wrote the file left all checksums out.
  private let verifiesChecksums: Bool

  init(_ data: Data, file: String, readsPrograms: Bool) throws {
    archive = try ZIP(data, file: file)
    members = Dictionary(uniqueKeysWithValues: archive.members.map { ($0.name, $0) })
    verifiesChecksums = archive.members.contains { $0.checksum != 0 }
    let pickles = archive.members.filter {
      $0.name.split(separator: "/", omittingEmptySubsequences: false).dropFirst() == ["data.pkl"]
    }
    if !readsPrograms, let program = archive.members.first(where: { $0.name.contains("/code/") }) {
      throw FileError.unsupported(
        file: file,
        what: "a TorchScript program (‘\(program.name)’) where weights are asked for",
        instead: "Use it as a model itself, or save model.state_dict().")
    }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FileError.malformed(
        file: file, format: "PyTorch checkpoint",
        problem: "the archive has no ‘data.pkl’ in a folder of its own")
    }
    folder = String(pickle.name.dropLast("data.pkl".count))
    // PyTorch compresses nothing, and weights hardly shrink.
    let inflated = archive.members.reduce(0.0) { $0 + ($1.isDeflated ? Double($1.size) : 0) }
    guard inflated <= 16 * Double(data.count) + 1e8 else {
      throw FileError.unsafeArchive(
        file: file, member: pickle.name, problem: "its archive would grow to \(inflated) bytes")
    }
  }

  func root() throws -> CheckpointValue {
    let isBigEndian = try contents("byteorder").map { Data($0) == Data("big".utf8) } ?? false
    let pickle = try contents("data.pkl") ?? Data()
    var machine = PickleMachine(file: archive.file, byteCount: pickle.count)
    let node = try pickle.withUnsafeBytes { bytes in
      var cursor = PickleCursor(bytes, file: archive.file)
      return try machine.run(&cursor)
    }
    var byKey: [String: CheckpointStorage] = [:]
    var storages: [CheckpointStorage] = []
    for storage in machine.storages {
      let name = "\(folder)data/\(storage.key)"
      guard let member = members[name] else {
        throw machine.malformed("the part ‘\(name)’ with the numbers of a tensor is absent")
      }
      let size = try machine.byteCount(of: storage)
      guard member.size >= size else {
        throw FileError.truncated(
          file: archive.file, what: "the part ‘\(name)’", expected: size, found: member.size)
      }
      let block =
        byKey[storage.key]
        ?? CheckpointStorage(
          .member(archive, member, verifiesChecksum: verifiesChecksums), isBigEndian: isBigEndian)
      byKey[storage.key] = block
      storages.append(block)
    }
    var values = PickledValues(machine, storages: storages)
    return try values.value(node)
  }

  private func contents(_ name: String) throws -> Data? {
    try members[folder + name].map {
      try archive.contents(of: $0, verifiesChecksum: verifiesChecksums)
    }
  }
}

/// The format before PyTorch 1.6: pickles in a row, then the storages.
struct PickledCheckpoint {
  private let data: Data
  private let file: String

  /// What the first pickle of every such file holds.
  private static let magicNumber = Data([
    0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ])
  private static let version = 1001

  init(_ data: Data, file: String) throws {
    self.data = data
    self.file = file
  }

  func root() throws -> CheckpointValue {
    var machine = PickleMachine(file: file, byteCount: data.count)
    let (node, start, keys) = try data.withUnsafeBytes { bytes in
      var cursor = PickleCursor(bytes, file: file)
      try checkStart(&machine, &cursor)
      let node = try machine.run(&cursor)
      let keys = try machine.run(&cursor)
      return (node, cursor.position, try machine.texts(keys))
    }
    let ranges = try ranges(of: keys, from: start, &machine)
    var storages: [CheckpointStorage] = []
    var blocks: [String: CheckpointStorage] = [:]
    for storage in machine.storages {
      guard let range = ranges[storage.key] else {
        throw machine.malformed("the numbers of the storage ‘\(storage.key)’ are absent")
      }
      guard try machine.byteCount(of: storage) <= range.count else {
        throw machine.malformed("the storage ‘\(storage.key)’ is described in two different ways")
      }
      let block =
        blocks[storage.key]
        ?? CheckpointStorage(
          .data(data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]),
          isBigEndian: false)
      blocks[storage.key] = block
      storages.append(block)
    }
    var values = PickledValues(machine, storages: storages)
    return try values.value(node)
  }

  /// Reads the three pickles that come first.
  private func checkStart(
    _ machine: inout PickleMachine, _ cursor: inout PickleCursor
  ) throws(FileError) {
    guard data.first == 0x80, case .largeInteger(Self.magicNumber) = try machine.result(&cursor)
    else { throw machine.malformed("it does not start with the mark of that format") }
    guard case .integer(Self.version) = try machine.result(&cursor) else {
      throw machine.malformed("it has an unknown version")
    }
    guard case .dictionary(let system) = try machine.result(&cursor) else {
      throw machine.malformed("it does not say by which system it was written")
    }
    let parts = machine.items[system]
    for (key, value) in zip(parts, parts.dropFirst()) {
      guard case .string("little_endian") = machine.nodes[key],
        case .bool(false) = machine.nodes[value]
      else { continue }
      throw .unsupported(
        file: file, what: "numbers of a big-endian computer",
        instead: "Load and save it once with a current PyTorch.")
    }
  }

  /// Where the numbers of each storage stand: one after another, each after its count.
  private func ranges(
    of keys: [String], from start: Int, _ machine: inout PickleMachine
  ) throws(FileError) -> [String: Range<Int>] {
    var elementSizes: [String: Int] = [:]
    for storage in machine.storages { elementSizes[storage.key] = storage.element?.size ?? 1 }
    var ranges: [String: Range<Int>] = [:]
    var position = start
    for key in keys {
      guard let size = elementSizes[key] else {
        throw machine.malformed("the numbers of the storage ‘\(key)’ belong to no tensor")
      }
      guard data.count - position >= 8 else {
        throw .truncated(
          file: file, what: "the storage ‘\(key)’", expected: position + 8, found: data.count)
      }
      let count = data.withUnsafeBytes {
        Int64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Int64.self))
      }
      position += 8
      let (byteCount, overflow) = Int(count).multipliedReportingOverflow(by: size)
      guard count >= 0, !overflow, byteCount <= data.count - position else {
        throw .truncated(
          file: file, what: "the storage ‘\(key)’",
          expected: overflow || count < 0
            ? Int.max : position.addingReportingOverflow(byteCount).partialValue,
          found: data.count)
      }
      guard ranges.updateValue(position..<position + byteCount, forKey: key) == nil else {
        throw machine.malformed("the storage ‘\(key)’ stands twice")
      }
      position += byteCount
    }
    return ranges
  }
}

extension PickleMachine {
  /// The value of the next pickle.
  fileprivate mutating func result(_ cursor: inout PickleCursor) throws(FileError) -> PickleNode {
    nodes[try run(&cursor)]
  }

  /// A list of texts.
  fileprivate func texts(_ node: Int) throws(FileError) -> [String] {
    var texts: [String] = []
    for item in try listItems(node) {
      switch nodes[item] {
      case .string(let text): texts.append(text)
      case .integer(let number): texts.append("\(number)")
      default: throw malformed("its list of storages is none")
      }
    }
    return texts
  }

  /// The length of a storage.
  fileprivate func byteCount(of storage: PickledStorage) throws(FileError) -> Int {
    let element = storage.element ?? .uint8
    guard let size = StoredArray.byteCount(shape: [storage.count], element: element) else {
      throw malformed("no memory can hold the storage ‘\(storage.key)’")
    }
    return size
  }
}
