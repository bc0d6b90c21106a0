import CredenceFiles
public import Foundation

extension MultiLabels {
  /// Reads annotations: `human_accuracy_v3.0.0.json`, the CSV form, a TFRecord file, or a folder of such files.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError` naming the image or line.
  public init(contentsOf url: URL, classes: ClassList) throws {
    let file = url.relativePath
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      try self.init(records: Self.recordFiles(inFolder: url), folder: file, classes: classes)
      return
    }
    switch url.pathExtension.lowercased() {
    case "json":
      try self.init(humanAccuracy: MappedFile.bytes(of: url), file: file, classes: classes)
    case "csv": try self.init(csv: MappedFile.bytes(of: url), file: file, classes: classes)
    default:
      guard url.lastPathComponent.contains(".tfrecord") else {
        throw FileError.unknownFormat(
          file: file, known: ".json, .csv and .tfrecord, or a folder of .tfrecord files")
      }
      try self.init(records: [url], folder: file, classes: classes)
    }
  }

  /// The TFRecord files of a folder, or of its only subfolder, which is the version, by name.
  private static func recordFiles(inFolder folder: URL) throws -> [URL] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let files = names.filter { $0.contains(".tfrecord") }
    if !files.isEmpty { return files.map { folder.appendingPathComponent($0) } }
    for name in names {
      let inner = folder.appendingPathComponent(name)
      let files = ((try? FileManager.default.contentsOfDirectory(atPath: inner.path)) ?? [])
        .filter { $0.contains(".tfrecord") }.sorted()
      if !files.isEmpty { return files.map { inner.appendingPathComponent($0) } }
    }
    throw ErrorAnalysisError.mismatch(
      file: folder.relativePath, problem: "the folder holds no .tfrecord files")
  }
}
