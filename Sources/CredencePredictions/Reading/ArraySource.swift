import Foundation

/// The arrays of one file or of several, described before they are read.
struct ArraySource {
  /// An array that has not been read.
  struct Entry {
    let name: String
    let shape: [Int]
    let element: StoredArray.Element
    /// What its place says that it is, where names in the file do not: a file's name, or `role=` before it.
    var roles: [Role]?
    let load: () throws -> StoredArray

    /// Name, shape and type, for messages.
    var summary: String {
      "‘\(name)’ \(shape) \(element.name)"
    }
  }

  /// The file, or the first of several, for messages.
  let file: String
  private(set) var entries: [Entry] = []
  /// What a safetensors file says about itself.
  private(set) var metadata: [String: String] = [:]
  /// Arrays of types that are not read: the name, and the reason.
  private(set) var unreadable: [(name: String, error: FileError)] = []

  /// Opens a `.safetensors`, `.npz` or `.npy` file.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(contentsOf url: URL) throws {
    guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
      throw FileError.unknownFormat(file: url.relativePath, known: PredictionReader.knownFormats)
    }
    try self.init(MappedFile.bytes(of: url), format, file: url.relativePath)
  }

  /// The formats of arrays.
  enum Format: String {
    case safetensors
    case npz
    case npy
  }

  /// Opens a file that is in memory or mapped.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(_ data: Data, _ format: Format, file: String) throws {
    self.file = file
    switch format {
    case .safetensors: try add(Safetensors(data, file: file))
    case .npz: try add(NPZ(data, file: file))
    case .npy:
      let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let array = try NPY.read(data, file: file)
      entries.append(
        Entry(
          name: stem, shape: array.shape, element: array.element,
          roles: RoleAliases.roles(ofFileNamed: stem), load: { array }))
    }
  }

  /// Opens arrays that stand in files of their own.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(parts: [PredictionSource.Part], file: String) throws {
    self.file = file
    for part in parts {
      let source = try ArraySource(contentsOf: part.url)
      guard source.entries.count == 1, let entry = source.entries.first else {
        throw PredictionFileError.ambiguousRole(
          file: source.file, role: part.role, arrays: source.entries.map(\.name))
      }
      entries.append(
        Entry(
          name: part.role, shape: entry.shape, element: entry.element,
          roles: Role(exactly: part.role).map { [$0] } ?? RoleAliases.roles(of: part.role),
          load: entry.load))
    }
  }

  // In files of the set's own format a name means just what the format says.

  private mutating func add(_ file: Safetensors) {
    metadata = file.metadata
    for name in file.names {
      guard let array = file[name] else { continue }
      let role = metadata[PredictionMetadata.formatKey] == nil ? nil : Role(exactly: name)
      entries.append(
        Entry(
          name: name, shape: array.shape, element: array.element, roles: role.map { [$0] },
          load: { array }))
    }
  }

  private mutating func add(_ archive: NPZ) throws {
    for name in archive.names {
      do {
        guard let (shape, element) = try archive.description(of: name) else { continue }
        let file = file
        let role = archive.names.contains(Role.metadata.name) ? Role(exactly: name) : nil
        entries.append(
          Entry(
            name: name, shape: shape, element: element, roles: role.map { [$0] },
            load: {
              guard let array = try archive.array(name) else {
                throw PredictionFileError.noSuchArray(file: file, name: name, found: archive.names)
              }
              return array
            }))
      } catch let error as FileError {
        unreadable.append((name, error))
      }
    }
  }

  /// Reads an array whose role is settled.
  ///
  /// - Throws: `PredictionFileError.wrongShape` where its shape or type does not suit the role.
  func load(_ entry: Entry, as role: Role) throws -> StoredArray {
    guard role.fits(entry.shape, entry.element) else {
      throw PredictionFileError.wrongShape(
        file: file, array: entry.summary, role: role.name, expected: role.requirement)
    }
    return try entry.load()
  }
}

extension StoredArray {
  /// The entries as class indices; floating-point numbers must be whole.
  ///
  /// - Throws: `PredictionFileError.invalid`, naming the row.
  func classes(role: Role, file: String) throws(PredictionFileError) -> [Int32] {
    if let integers = integers() { return try int32s(integers, role: role, file: file) }
    var integers: [Int] = []
    for (row, value) in (doubles() ?? []).enumerated() {
      guard value.isFinite else {
        throw .invalid(file: file, error: .notFinite(role: role.name, row: row, column: 0))
      }
      guard let integer = Int(exactly: value) else {
        throw .invalid(file: file, error: .notAClass(role: role.name, row: row, value: value))
      }
      integers.append(integer)
    }
    return try int32s(integers, role: role, file: file)
  }

  /// The entries as names of samples: text, or integers in decimal digits.
  ///
  /// - Throws: `PredictionFileError.invalid` for a name that stands twice.
  func sampleIDs(file: String) throws(PredictionFileError) -> SampleIDs {
    if let (bytes, offsets) = utf8() {
      return try wrapped(file) { () throws(PredictionError) in
        try SampleIDs(bytes: bytes, offsets: offsets)
      }
    }
    let names = (integers() ?? []).map { "\($0)" }
    return try wrapped(file) { () throws(PredictionError) in try SampleIDs(names) }
  }
}

extension StoredArray.Element {
  /// The format's name in messages.
  var name: String {
    switch self {
    case .text, .byteText: "text"
    default: Self.safetensorsNames[self] ?? ""
    }
  }
}
