import CredenceFiles
import Foundation

extension MultiLabels {
  /// Reads the record files of TensorFlow Datasets' imagenet2012_multilabel, whose features are `file_name`, `original_label`, `correct_multi_labels`, `unclear_multi_labels`, `wrong_multi_labels`, `is_problematic` and `image`, which is skipped.
  ///
  /// - Throws: `FileError` naming file and record; `ErrorAnalysisError` naming the image.
  init(records files: [URL], folder: String, classes: ClassList) throws {
    var entries: [Entry] = []
    for url in files {
      let file = url.relativePath
      for (index, record) in try TFRecords(MappedFile.bytes(of: url), file: file).records
        .enumerated()
      {
        let example = try TFExample(record, file: file, name: "record \(index)")
        func problem(_ feature: String) -> ErrorAnalysisError {
          .badEntry(
            file: file, entry: "record \(index)",
            problem: "the feature ‘\(feature)’ is missing or of another kind than expected")
        }
        func classNumbers(_ feature: String) throws(ErrorAnalysisError) -> [Int32] {
          guard let values = example.integers(feature) else { throw problem(feature) }
          return values.map { Int32(clamping: $0) }
        }
        guard let name = example.text("file_name") else { throw problem("file_name") }
        let original = try classNumbers("original_label")
        guard original.count == 1 else { throw problem("original_label") }
        let problematic = try classNumbers("is_problematic")
        guard problematic.count == 1 else { throw problem("is_problematic") }
        entries.append(
          Entry(
            file: name, correct: try classNumbers("correct_multi_labels"),
            unclear: try classNumbers("unclear_multi_labels"),
            wrong: try classNumbers("wrong_multi_labels"), isProblematic: problematic[0] != 0,
            original: original[0]))
      }
    }
    try self.init(entries: entries, classCount: classes.count, source: folder)
  }
}
