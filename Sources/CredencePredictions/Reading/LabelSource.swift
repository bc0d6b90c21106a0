public import Foundation

/// Where the labels of a set come from when its own file has none.
public enum LabelSource: Hashable, Sendable, CustomStringConvertible {
  /// A `.npy`, `.csv` or `.txt` file, an archive such as the `samples_info.npz` of the error analysis, or safetensors.
  case file(URL)
  /// Samples in order of their classes, so many of each: row *i* has class ⌊*i* / count⌋.
  case every(Int)

  /// Understands a command-line argument: `every:50`, or a path.
  ///
  /// - Throws: `PredictionFileError.badSource` for a count that is not a positive number.
  public init(argument: String) throws {
    guard argument.hasPrefix("every:"), !FileManager.default.fileExists(atPath: argument) else {
      guard !argument.isEmpty else {
        throw PredictionFileError.badSource(text: argument, problem: "it is empty")
      }
      self = .file(URL(fileURLWithPath: argument))
      return
    }
    guard let count = Int(argument.dropFirst(6)), count > 0 else {
      throw PredictionFileError.badSource(
        text: argument,
        problem: "after ‘every:’ the number of samples per class must follow, "
          + "such as every:50")
    }
    self = .every(count)
  }

  public var description: String {
    switch self {
    case .file(let url): url.relativePath
    case .every(let count): "every:\(count)"
    }
  }
}

/// Labels as read, before they are laid beside the predictions.
struct Labels: Sendable {
  let values: [Int32]
  /// The samples' names, where the file gives them.
  let sampleIDs: SampleIDs?
  /// The file, for errors.
  let file: String

  /// Reads a file of labels.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(contentsOf url: URL, classNames: [String]) throws {
    switch url.pathExtension.lowercased() {
    case "csv":
      try self.init(
        CSV(MappedFile.bytes(of: url), file: url.relativePath), classNames: classNames)
    case "txt":
      try self.init(
        CSV(MappedFile.bytes(of: url), file: url.relativePath, hasHeader: false),
        classNames: classNames)
    default: try self.init(ArraySource(contentsOf: url))
    }
  }

  /// Takes the labels from the arrays of a file.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(_ arrays: ArraySource) throws {
    file = arrays.file
    var label: ArraySource.Entry?
    var names: ArraySource.Entry?
    for entry in arrays.entries {
      // The file is said to hold labels: a single array needs no name.
      let roles = arrays.entries.count == 1 ? [.labels] : RoleAliases.roles(of: entry.name)
      if roles.contains(.labels) {
        if let label {
          throw PredictionFileError.ambiguousRole(
            file: file, role: "labels", arrays: [label.name, entry.name])
        }
        label = entry
      }
      if roles.contains(.sampleIDs) { names = names ?? entry }
    }
    guard let label else {
      throw PredictionFileError.noOutput(
        file: file, found: arrays.entries.map(\.summary),
        suggestion: "Call the labels ‘labels’ or ‘targets’, or save them alone as .npy.")
    }
    values = try arrays.load(label, as: .labels).classes(role: .labels, file: arrays.file)
    sampleIDs = try names.map {
      try arrays.load($0, as: .sampleIDs).sampleIDs(file: arrays.file)
    }
  }

  /// Takes the labels from the columns of a table.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(_ csv: CSV, classNames: [String]) throws {
    file = csv.file
    guard !csv.columns.isEmpty else {
      throw PredictionFileError.invalid(file: file, error: .noSamples)
    }
    var labelColumns = csv.columns.indices.filter {
      RoleAliases.roles(of: csv.columns[$0]).contains(.labels)
    }
    if csv.columns.count == 1 { labelColumns = [0] }
    guard let labelColumn = labelColumns.first else {
      throw PredictionFileError.noOutput(
        file: csv.file, found: csv.columns.map { "column ‘\($0)’" },
        suggestion: "Call the column of the labels ‘label’, or leave it alone in the file.")
    }
    guard labelColumns.count == 1 else {
      throw PredictionFileError.ambiguousRole(
        file: csv.file, role: "labels", arrays: labelColumns.map { csv.columns[$0] })
    }
    let nameColumn = csv.columns.indices.first {
      $0 != labelColumn && RoleAliases.roles(of: csv.columns[$0]) == [.sampleIDs]
    }
    let uses = csv.columns.indices.map { index -> CSVColumns.Use in
      index == labelColumn ? .integers(list: 0) : index == nameColumn ? .text : .ignored
    }
    let table = try CSVColumns(csv, uses: uses, classNames: indexByName(classNames))
    values = try int32s(table.integers[0], role: .labels, file: csv.file)
    sampleIDs = try table.text.map { bytes, offsets in
      try wrapped(csv.file) { () throws(PredictionError) in
        try SampleIDs(bytes: bytes, offsets: offsets)
      }
    }
  }

  /// The labels in the order of a set's samples: by name where both have names, else row by row.
  ///
  /// - Throws: `PredictionFileError.unlabeledSample` for a sample without a label.
  func values(for samples: SampleIDs?) throws(PredictionFileError) -> [Int32] {
    guard let samples, let sampleIDs else { return values }
    var ordered: [Int32] = []
    ordered.reserveCapacity(samples.count)
    for row in 0..<samples.count {
      guard let labelRow = sampleIDs.row(of: row, in: samples) else {
        throw .unlabeledSample(file: file, id: samples[row], row: row)
      }
      ordered.append(values[labelRow])
    }
    return ordered
  }
}

/// The position of each class name; a name that stands twice has none.
func indexByName(_ classNames: [String]) -> [String: Int] {
  var index: [String: Int] = [:]
  var repeated: Set<String> = []
  for (position, name) in classNames.enumerated()
  where index.updateValue(position, forKey: name) != nil {
    repeated.insert(name)
  }
  return index.filter { !repeated.contains($0.key) }
}

/// Class indices in the width in which sets keep them.
func int32s(
  _ values: [Int], role: Role, file: String
) throws(PredictionFileError) -> [Int32] {
  var narrow: [Int32] = []
  narrow.reserveCapacity(values.count)
  for (row, value) in values.enumerated() {
    guard let value = Int32(exactly: value) else {
      throw .invalid(
        file: file,
        error: .labelOutOfRange(
          role: role.name, row: row, label: value, classes: Int(Int32.max)))
    }
    narrow.append(value)
  }
  return narrow
}

/// What the closure returns; its errors are given the file's name.
func wrapped<Result>(
  _ file: String, _ body: () throws(PredictionError) -> Result
) throws(PredictionFileError) -> Result {
  do {
    return try body()
  } catch {
    throw .invalid(file: file, error: error)
  }
}
