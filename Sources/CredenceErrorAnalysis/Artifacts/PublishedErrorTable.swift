import CredenceFiles
public import Foundation

/// A table of classified mistakes as the published program makes it, converted to JSON lines.
///
/// The published `errors_analysis.pkl` is a pickle of pandas and is not read; the error that says so has the command that converts it.
public enum PublishedErrorTable {
  /// What the published program calls its table.
  public static let pickleName = "errors_analysis.pkl"
  /// What the converted table is called.
  public static let fileName = "errors_analysis.jsonl"

  private struct Row: Decodable {
    let path: String
    let top1: Int
    let types: [String]

    enum CodingKeys: String, CodingKey {
      case path = "img_rel_path"
      case top1
      case types = "error_types"
    }
  }

  /// Reads the table of a model.
  ///
  /// - Parameters:
  ///   - url: The file, one JSON object a line with `img_rel_path`, `top1` and `error_types`; more keys may be there.
  ///   - samples: The annotated images; every one must be in the table once.
  ///   - record: What is known of the model.
  ///   - classCount: How many classes there are.
  /// - Returns: Predictions and outcomes in the order of the samples.
  /// - Throws: `ArtifactError.badTable`, naming the line, and for a pickle the command that converts it; `FileError`.
  public static func read(
    _ url: URL, samples: AnnotatedSamples, record: ModelRecord, classCount: Int = 1000
  ) throws -> ErrorTable {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    // Pickles of protocol 2 and later start so.
    guard url.pathExtension != "pkl", data.first != 0x80 else {
      throw ArtifactError.badTable(file: file, problem: "it is a pickle of pandas")
    }
    let places = Dictionary(zip(samples.files, 0...), uniquingKeysWith: { first, _ in first })
    var predictions = [Int32](repeating: -1, count: samples.count)
    var outcomes = [ErrorOutcome](repeating: ErrorOutcome(.notClassified), count: samples.count)
    let decoder = JSONDecoder()
    var line = 0
    for text in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      if text.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: " ") }) { continue }
      guard let row = try? decoder.decode(Row.self, from: text) else {
        throw ArtifactError.badTable(
          file: file,
          problem: "line \(line) is no object with img_rel_path, top1 and error_types")
      }
      // Published tables have annotated images only; others may have more.
      guard let place = places[row.path] else { continue }
      guard predictions[place] < 0 else {
        throw ArtifactError.badTable(
          file: file, problem: "line \(line) has ‘\(row.path)’ a second time")
      }
      guard (0..<classCount).contains(row.top1) else {
        throw ArtifactError.badTable(
          file: file, problem: "line \(line) has the prediction \(row.top1)")
      }
      guard let outcome = outcome(row.types) else {
        throw ArtifactError.badTable(
          file: file,
          problem: "line \(line) has no known kind: \(row.types.joined(separator: "; "))")
      }
      predictions[place] = Int32(row.top1)
      outcomes[place] = outcome
    }
    if let missing = predictions.firstIndex(of: -1) {
      throw ArtifactError.missingSample(
        file: file, name: samples.files[missing], row: missing)
    }
    return ErrorTable(model: record, predictions: predictions, outcomes: outcomes)
  }

  /// The kind that published texts stand for; lists of classes between them are details.
  static func outcome(_ texts: [String]) -> ErrorOutcome? {
    guard let type = texts.lazy.compactMap({ types[$0] }).first else { return nil }
    return ErrorOutcome(type, remark: texts.lazy.compactMap { remarks[$0] }.first ?? .none)
  }

  private static let types = Dictionary(
    uniqueKeysWithValues: ErrorType.allCases.map { ($0.publishedText, $0) })
  private static let remarks = Dictionary(
    uniqueKeysWithValues: LabelRemark.allCases.compactMap { remark in
      remark.publishedText.map { ($0, remark) }
    })
}

extension PublishedErrorTable {
  /// The table that stands in for the predictions of a model: it holds those of the annotated images, which is all that an analysis reads.
  ///
  /// - Parameter model: A model's folder, or a file.
  /// - Returns: The converted table, or else the pickle, whose reading says how to convert it; `nil` where there are other predictions or no table.
  static func file(of model: URL) -> URL? {
    if ["jsonl", "pkl"].contains(model.pathExtension) { return model }
    guard !ErrorAnalysis.hasArrays(model) else { return nil }
    return [fileName, pickleName].map { model.appendingPathComponent($0) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}
