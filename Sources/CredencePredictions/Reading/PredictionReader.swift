import Foundation

/// Reads predictions from files of any known format.
///
/// ```swift
/// let source = try PredictionSource(argument: "resnet50.npz")
/// let result = try PredictionReader.read(source, options: ReadOptions(kind: .logits))
/// ```
public enum PredictionReader {
  /// The formats in which predictions and labels may stand, for messages.
  static let knownFormats = ".safetensors, .npz, .npy and .csv; labels also from .txt"

  /// Reads one model's predictions.
  ///
  /// Files are mapped, not copied; what an array means is settled by names, shapes and the user's word. Sizes, types,
  /// offsets, label range and names are checked here; the entries of the matrices are checked where they are used.
  ///
  /// - Parameters:
  ///   - source: The file, or several arrays that stand apart.
  ///   - options: What the user says about them.
  /// - Returns: The set, and sentences on what was left out.
  /// - Throws: `FileError` or `PredictionFileError`, naming the file and where possible the line or row.
  public static func read(
    _ source: PredictionSource, options: ReadOptions = ReadOptions()
  ) throws -> ReadResult {
    var result = try readParts(source, options)
    if result.set.metadata.model.isEmpty {
      result.set.metadata.model = source.defaultModelName
    }
    return result
  }

  private static func readParts(
    _ source: PredictionSource, _ options: ReadOptions
  ) throws -> ReadResult {
    guard let url = source.url else {
      var options = options
      var parts = source.parts
      // Labels may also stand in a text file.
      if let index = parts.firstIndex(where: { isText($0.url) }) {
        let part = parts.remove(at: index)
        guard RoleAliases.roles(of: part.role) == [.labels] else {
          throw FileError.unknownFormat(
            file: part.url.relativePath, known: knownFormats)
        }
        options.labels = options.labels ?? .file(part.url)
      }
      let arrays = try ArraySource(parts: parts, file: source.description)
      var assembly = try ArrayAssembly(arrays, options: options)
      return try assembly.result()
    }
    if url.pathExtension.lowercased() == "csv" {
      let csv = try CSV(MappedFile.bytes(of: url), file: url.relativePath)
      return try CSVAssembly(csv, options: options).result()
    }
    var assembly = try ArrayAssembly(ArraySource(contentsOf: url), options: options)
    return try assembly.result()
  }

  private static func isText(_ url: URL) -> Bool {
    ["csv", "txt"].contains(url.pathExtension.lowercased())
  }
}
