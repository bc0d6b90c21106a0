import Foundation

extension AnnotatedSamples {
  /// The samples of a data set that are annotated, in the order of the predictions.
  ///
  /// - Parameters:
  ///   - list: All samples.
  ///   - multiLabels: What people see on them; `nil` where the original label is the only correct one, and every sample counts.
  ///   - nonPrototypical: File names of untypical images.
  ///   - imageNetM: File names of ImageNet-M; `nil` where not known.
  /// - Throws: `ErrorAnalysisError` for names that do not tell samples apart, for images without labels that are not problematic, and for data
  ///   without any annotated image.
  public init(
    dataset: String, list: SampleList, multiLabels: MultiLabels?, nonPrototypical: Set<String>,
    imageNetM: Set<String>?
  ) throws(ErrorAnalysisError) {
    let baseNames = list.files.map { String(SampleList.lastPart($0)) }
    var positions: [Int] = []
    var labels: [[Int32]] = []
    var isProblematic: [Bool] = []
    if let multiLabels {
      let entries = try Self.match(multiLabels, list, baseNames)
      for position in list.files.indices {
        guard let entry = entries[position] else { continue }
        try Self.check(entry, list, position, multiLabels.source)
        positions.append(position)
        labels.append(entry.labels)
        isProblematic.append(entry.isProblematic)
      }
      guard !positions.isEmpty else {
        throw .mismatch(
          file: multiLabels.source,
          problem: "none of its \(multiLabels.entries.count) images is a sample of ‘\(list.file)’"
        )
      }
    } else {
      positions = Array(list.files.indices)
      labels = list.targets.map { [$0] }
      isProblematic = Array(repeating: false, count: positions.count)
    }
    self.init(
      dataset: dataset, files: positions.map { list.files[$0] }, positions: positions,
      predictionCount: list.count, targets: positions.map { list.targets[$0] },
      labels: LabelLists(labels), isProblematic: isProblematic,
      isNonPrototypical: positions.map { nonPrototypical.contains(baseNames[$0]) },
      isImageNetM: imageNetM.map { names in positions.map { names.contains(baseNames[$0]) } })
  }

  /// The annotations of each sample, by its name or else by its name without the folder.
  private static func match(
    _ multiLabels: MultiLabels, _ list: SampleList, _ baseNames: [String]
  ) throws(ErrorAnalysisError) -> [Int: MultiLabels.Entry] {
    var rows: [String: Int] = [:]
    rows.reserveCapacity(list.count)
    for (position, name) in baseNames.enumerated() {
      // Two samples of one name are told apart only by their folders.
      rows[name] = rows[name] == nil ? position : -1
    }
    for (position, file) in list.files.enumerated() { rows[file] = position }
    var entries: [Int: MultiLabels.Entry] = [:]
    entries.reserveCapacity(multiLabels.entries.count)
    for entry in multiLabels.entries {
      guard let position = rows[entry.file] else { continue }
      guard position >= 0 else {
        throw .badEntry(
          file: multiLabels.source, entry: "image ‘\(entry.file)’",
          problem: "several samples of ‘\(list.file)’ have that name; it needs its folder")
      }
      guard entries.updateValue(entry, forKey: position) == nil else {
        throw .badEntry(
          file: multiLabels.source, entry: "image ‘\(entry.file)’", problem: "it stands there twice"
        )
      }
    }
    return entries
  }

  private static func check(
    _ entry: MultiLabels.Entry, _ list: SampleList, _ position: Int, _ file: String
  ) throws(ErrorAnalysisError) {
    func problem(_ text: String) -> ErrorAnalysisError {
      .badEntry(file: file, entry: "image ‘\(entry.file)’", problem: text)
    }
    let target = list.targets[position]
    if let original = entry.original, original != target {
      throw problem("its original label is \(original), in ‘\(list.file)’ it is \(target)")
    }
    guard !entry.isProblematic else { return }
    guard !entry.labels.isEmpty else {
      throw problem("it has no label and is not marked as problematic")
    }
    guard entry.labels.contains(target) else {
      throw problem(
        "its original label \(target) is not correct, and it is not marked as problematic")
    }
  }
}
