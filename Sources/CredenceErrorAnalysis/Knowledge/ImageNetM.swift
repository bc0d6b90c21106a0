import CredenceFiles
public import Foundation

/// ImageNet-M: images that people find easy and the best networks of their time got wrong.
public enum ImageNetM {
  /// The number of images in the published list.
  public static let publishedCount = 68

  /// Reads file names: a JSON list, or one a line.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.mismatch` for a file without names.
  public static func names(contentsOf url: URL) throws -> Set<String> {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    var names: [String]
    if url.pathExtension.lowercased() == "json" {
      guard let list = try? JSONDecoder().decode([String].self, from: data) else {
        throw FileError.malformed(file: file, format: "JSON", problem: "it is no list of names")
      }
      names = list
    } else {
      guard let text = String(validating: data, as: UTF8.self) else {
        throw FileError.malformed(file: file, format: "text", problem: "it is not UTF-8")
      }
      names = text.split { $0 == "\n" || $0 == "\r\n" }.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    names = names.filter { !$0.isEmpty }.map { String(SampleList.lastPart($0)) }
    guard !names.isEmpty else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "it holds no name")
    }
    return Set(names)
  }
}
