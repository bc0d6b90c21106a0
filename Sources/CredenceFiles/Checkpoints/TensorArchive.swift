public import Foundation

/// The named tensors of a file of network weights: safetensors, or what `torch.save` wrote.
///
/// ```swift
/// let weights = try TensorArchive(contentsOf: URL(fileURLWithPath: "model_best.pth.tar"))
/// let bias = try weights.array("fc.bias")
/// ```
///
/// Files are mapped, and numbers are read when asked for. The wrappers that training programs put around weights are taken off:
/// a dictionary under a usual key (``Source``), and the prefixes `module.` and `_orig_mod.` of names.
public struct TensorArchive: Sendable {
  /// A tensor as the file describes it.
  public struct Entry: Hashable, Sendable {
    public let name: String
    /// The lengths of the dimensions; empty for a single number.
    public let shape: [Int]
    public let element: StoredArray.Element

    /// Bytes of all numbers.
    public var byteCount: Int { shape.reduce(element.size, *) }
  }

  /// The tensors in the order of the file.
  public let entries: [Entry]
  /// What else the file says, as text: `epoch`, `arch` and the like, lists and dictionaries as JSON.
  public let metadata: [String: String]
  /// The file's name in errors.
  public let file: String
  /// Which weights were asked for.
  public let source: Source
  private let tensors: [String: Tensor]

  private enum Tensor: Sendable {
    case array(StoredArray)
    case checkpoint(CheckpointTensor)
  }

  /// Maps a file; its content, not its name, tells the format.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - source: Which weights to take where a checkpoint holds several.
  ///   - readsPrograms: Whether the weights of a TorchScript program are read, too; it is refused otherwise. Its code is never looked at.
  /// - Throws: `FileError`.
  public init(
    contentsOf url: URL, source: Source = .averaged, readsPrograms: Bool = false
  ) throws {
    try self.init(
      MappedFile.bytes(of: url), file: url.relativePath, source: source,
      readsPrograms: readsPrograms)
  }

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  ///   - source: Which weights to take where a checkpoint holds several.
  ///   - readsPrograms: Whether the weights of a TorchScript program are read, too.
  /// - Throws: `FileError`.
  public init(
    _ data: Data, file: String, source: Source = .averaged, readsPrograms: Bool = false
  ) throws {
    switch Format(data, file: file) {
    case .safetensors:
      let weights = try Safetensors(data, file: file)
      try self.init(
        weights.names.compactMap { name in weights[name].map { (name, .array($0)) } },
        metadata: weights.metadata, file: file, source: source)
    case .checkpoint:
      let found = try StateDictionary(
        Checkpoint(data, file: file, readsPrograms: readsPrograms), source: source)
      try Self.checkCopies(found.tensors.map(\.tensor), fileSize: data.count, file: file)
      try self.init(
        found.tensors.map { ($0.name, .checkpoint($0.tensor)) }, metadata: found.metadata,
        file: file, source: source)
    case .foreign(let what, let instead):
      throw FileError.unsupported(file: file, what: what, instead: instead)
    case .unknown:
      throw FileError.unknownFormat(
        file: file, known: "safetensors and what torch.save writes (.pth, .pt, .bin, .tar)")
    }
  }

  private init(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String], file: String,
    source: Source
  ) throws {
    var entries: [Entry] = []
    var byName: [String: Tensor] = [:]
    for (name, tensor) in tensors {
      let name = Self.withoutWrappers(name)
      guard byName.updateValue(tensor, forKey: name) == nil else {
        throw FileError.malformed(
          file: file, format: "weights", problem: "two tensors are called ‘\(name)’")
      }
      switch tensor {
      case .array(let array):
        entries.append(Entry(name: name, shape: array.shape, element: array.element))
      case .checkpoint(let tensor):
        entries.append(Entry(name: name, shape: tensor.shape, element: tensor.element))
      }
    }
    self.entries = entries
    self.metadata = metadata
    self.file = file
    self.source = source
    self.tensors = byName
  }

  /// The numbers of a tensor, little-endian and with the last dimension changing fastest; `nil` where no tensor has the name.
  ///
  /// They are a part of the mapped file, or a copy where the file has them in another order.
  ///
  /// - Throws: `FileError` for damaged data.
  public func array(_ name: String) throws -> StoredArray? {
    switch tensors[name] {
    case .array(let array): array
    case .checkpoint(let tensor): try tensor.array()
    case nil: nil
    }
  }

  /// The tensor of a name, not yet read.
  public subscript(name: String) -> Entry? {
    guard let tensor = tensors[name] else { return nil }
    switch tensor {
    case .array(let array): return Entry(name: name, shape: array.shape, element: array.element)
    case .checkpoint(let tensor):
      return Entry(name: name, shape: tensor.shape, element: tensor.element)
    }
  }

  /// A name without what data-parallel and compiled training put before it.
  private static func withoutWrappers(_ name: String) -> String {
    var rest = name[...]
    while let prefix = ["module.", "_orig_mod."].first(where: { rest.hasPrefix($0) }),
      rest.utf8.count > prefix.utf8.count
    {
      rest = rest.dropFirst(prefix.count)
    }
    return String(rest)
  }

  /// Refuses a file that announces far more numbers than it has: tensors may repeat the same ones.
  private static func checkCopies(
    _ tensors: [CheckpointTensor], fileSize: Int, file: String
  ) throws {
    let limit = fileSize.multipliedReportingOverflow(by: 16).partialValue + 1 << 26
    var total = 0
    for tensor in tensors where !tensor.isContiguous {
      let (sum, overflow) = total.addingReportingOverflow(tensor.byteCount)
      guard !overflow, sum <= limit else {
        throw FileError.unsupported(
          file: file, what: "tensors that repeat the same few numbers too often",
          instead: "Save them with tensor.contiguous().")
      }
      total = sum
    }
  }
}

extension TensorArchive {
  /// What a file is by its first bytes.
  private enum Format {
    case safetensors
    case checkpoint
    /// Something known that holds no weights.
    case foreign(what: String, instead: String)
    case unknown

    init(_ data: Data, file: String) {
      let start = [UInt8](data.prefix(300))
      let text = String(decoding: start.prefix(64), as: UTF8.self)
      if start.count > 8, start[8] == UInt8(ascii: "{") || file.hasSuffix(".safetensors") {
        self = .safetensors
      } else if start.starts(with: [0x50, 0x4b]) || start.first == 0x80 {
        self = .checkpoint
      } else if text.hasPrefix("version https://git-lfs") {
        self = .foreign(
          what: "only a Git LFS reference to weights", instead: "Fetch them: git lfs pull.")
      } else if text.hasPrefix("<") {
        self = .foreign(
          what: "a web page, perhaps an error of the server it was fetched from",
          instead: "Open it, and fetch the weights again.")
      } else if start.count > 262, Array(start[257..<262]) == Array("ustar".utf8) {
        self = .foreign(
          what: "a tar archive, as PyTorch before 0.2 wrote, or of other files",
          instead: "Unpack it, or load and save it once with a newer PyTorch.")
      } else if start.starts(with: [0x1f, 0x8b]) {
        self = .foreign(what: "gzipped data", instead: "Unpack it: gunzip.")
      } else if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
        self = .foreign(
          what: "HDF5 data", instead: "Convert the weights to safetensors.")
      } else {
        self = file.hasSuffix(".safetensors") ? .safetensors : .unknown
      }
    }
  }
}
