public import Foundation

/// Several NumPy arrays in a ZIP archive.
///
/// Stored arrays (`np.savez`) are slices of the mapped file; compressed ones (`np.savez_compressed`) are decompressed when
/// asked for.
public struct NPZ: Sendable {
  /// The arrays' names in the order of the archive's directory, without `.npy`.
  public let names: [String]
  private let archive: ZIP
  private let members: [String: ZIP.Member]
  private let headers: [String: Result<NPY.Header, any Error>]

  /// Maps a file.
  ///
  /// - Throws: `FileError` for a file that can't be opened or is no correct `.npz` file.
  public init(contentsOf url: URL) throws {
    try self.init(MappedFile.bytes(of: url), file: url.relativePath)
  }

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Throws: `FileError`.
  public init(_ data: Data, file: String) throws {
    archive = try ZIP(data, file: file)
    var names: [String] = []
    var members: [String: ZIP.Member] = [:]
    var headers: [String: Result<NPY.Header, any Error>] = [:]
    for member in archive.members {
      guard member.name.hasSuffix(".npy") else {
        throw FileError.malformed(
          file: file, format: "NumPy archive", problem: "its part ‘\(member.name)’ is no array")
      }
      let name = String(member.name.dropLast(4))
      let start = try archive.prefix(of: member, count: 12 + NPY.Header.longest)
      do {
        let header = try NPY.Header(
          start, file: Self.memberFile(file, member), byteCount: member.size)
        headers[name] = .success(header)
      } catch let error as FileError {
        // An array of a type that is not read is no reason to refuse the others.
        guard case .unsupported = error else { throw error }
        headers[name] = .failure(error)
      }
      names.append(name)
      members[name] = member
    }
    self.names = names
    self.members = members
    self.headers = headers
  }

  /// The array of a name; `nil` where there is none.
  ///
  /// - Throws: `FileError` for damaged data, and for a type that is not read.
  public func array(_ name: String) throws -> StoredArray? {
    guard let member = members[name] else { return nil }
    _ = try headers[name]?.get()
    return try NPY.read(
      archive.contents(of: member), file: Self.memberFile(archive.file, member))
  }

  /// The shape and number format of an array, without reading its numbers; `nil` where there is none.
  ///
  /// - Throws: `FileError.unsupported` for a type that is not read.
  package func description(of name: String) throws -> (shape: [Int], element: StoredArray.Element)?
  {
    try headers[name].map { try $0.get() }.map { ($0.shape, $0.element) }
  }

  private static func memberFile(_ file: String, _ member: ZIP.Member) -> String {
    "\(file)/\(member.name)"
  }
}
