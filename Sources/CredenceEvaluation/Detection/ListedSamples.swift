public import CredenceData
import CredenceFiles
import CredencePredictions
public import CredenceUncertainty

extension DetectionSource {
  /// The samples that an image list names, in its order.
  ///
  /// A sample is found by its name, which may be longer or shorter at the front than the list's path: `val/n1_2.JPEG` is
  /// `tin/val/n1_2.JPEG`.
  ///
  /// - Parameters:
  ///   - list: The list.
  ///   - listFile: Its path, for messages; it becomes part of the new source's name.
  /// - Returns: The samples of the list; where these are all in order, the same set.
  /// - Throws: `DetectionError.unlistedSamples` where the predictions have no names, lack samples of the list, or have two that fit.
  public func restricted(to list: ImageList, _ listFile: String) throws -> DetectionSource {
    guard let ids = self.set.sampleIDs else {
      throw DetectionError.unlistedSamples(
        file: file, list: listFile, problem: "the predictions have no sample names")
    }
    let finder = SampleFinder(ids)
    var rows: [Int] = []
    rows.reserveCapacity(list.paths.count)
    var missing: [String] = []
    for (path, id) in zip(list.paths, list.ids) {
      switch finder.row(of: path, named: id) {
      case .row(let row): rows.append(row)
      case .none: missing.append(path)
      case .several(let names):
        throw DetectionError.unlistedSamples(
          file: file, list: listFile, problem: "‘\(path)’ may be ‘\(names.0)’ or ‘\(names.1)’")
      }
    }
    guard missing.isEmpty else {
      throw DetectionError.unlistedSamples(
        file: file, list: listFile,
        problem: missing.count == list.paths.count
          ? "none of its \(missing.count) samples is in the predictions, whose first is ‘\(ids[0])’"
          : "\(missing.count) of its \(list.paths.count) samples are not in the predictions, such as ‘\(missing[0])’"
      )
    }
    // The same samples in the same order: nothing to copy.
    let name = "\(file)@\(listFile)"
    if rows == Array(0..<sampleCount) { return DetectionSource(self.set, file: name) }
    guard Set(rows).count == rows.count else {
      throw DetectionError.unlistedSamples(
        file: file, list: listFile, problem: "two of its lines name the same sample")
    }
    do {
      return DetectionSource(try self.set.selecting(rows: rows), file: name)
    } catch {
      throw PredictionFileError.invalid(file: file, error: error)
    }
  }
}

/// Finds samples by paths that may lack folders at the front, or have more.
struct SampleFinder {
  private let ids: SampleIDs
  /// By what follows a slash in a name its row, and another with the same ending.
  private let endings: [Substring: (row: Int, other: Int?)]

  enum Result {
    case row(Int)
    case none
    case several((String, String))
  }

  init(_ ids: SampleIDs) {
    self.ids = ids
    var endings: [Substring: (row: Int, other: Int?)] = [:]
    for row in 0..<ids.count {
      var rest = ids[row][...]
      while let slash = rest.firstIndex(of: "/") {
        rest = rest[rest.index(after: slash)...]
        if let known = endings[rest] {
          if known.other == nil { endings[rest] = (known.row, row) }
        } else {
          endings[rest] = (row, nil)
        }
      }
    }
    self.endings = endings
  }

  /// The row of a path.
  ///
  /// - Parameters:
  ///   - path: With or without folders at the front.
  ///   - id: The name where the path stands in a list several times.
  /// - Returns: The row, or that there is none or several.
  func row(of path: String, named id: String? = nil) -> Result {
    if let row = ids.row(of: id ?? path) { return .row(row) }
    if let found = endings[path[...]] {
      return found.other.map { .several((ids[found.row], ids[$0])) } ?? .row(found.row)
    }
    var rest = path[...]
    while let slash = rest.firstIndex(of: "/") {
      rest = rest[rest.index(after: slash)...]
      if let row = ids.row(of: String(rest)) { return .row(row) }
    }
    return .none
  }
}
