public import Foundation

/// What a folder of golden sets holds, held against what tests compared.
public struct GoldenCoverage {
  /// Comparisons that went wrong: set, group and what was found.
  public private(set) var failures: [String] = []
  /// Files, and leaves of JSON files, that no test looked at; whole branches are named once.
  public private(set) var uncovered: [String] = []

  /// - Parameters:
  ///   - root: The folder of sets.
  ///   - sets: The sets that have tests; another folder is named as a whole.
  ///   - ledger: The account of the tests.
  /// - Throws: Foundation's error for a file that can't be read.
  public init(root: URL, sets: [String], ledger: [GoldenLedger.Entry]) throws {
    for entry in ledger {
      for failure in entry.failures ?? [] {
        failures.append("\(entry.set)/\(entry.group ?? ""): \(failure)")
      }
    }
    for folder in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      let url = root.appendingPathComponent(folder)
      let files = Self.files(in: url)
      guard sets.contains(folder) else {
        uncovered.append("\(folder) (no set of this name has tests; \(files.count) files)")
        continue
      }
      let entries = ledger.filter { $0.set == folder }
      let opened = Set(entries.compactMap(\.opened))
      let covered = CoveredPaths(entries.flatMap { $0.covered ?? [] })
      // Texts and the programs that made the values hold none themselves.
      for file in files where !file.hasSuffix(".md") && !file.hasSuffix(".py") {
        guard opened.contains(file) else {
          uncovered.append("\(folder)/\(file)")
          continue
        }
        guard file.hasSuffix(".json") else { continue }
        let json = try JSONDecoder().decode(
          GoldenJSON.self, from: Data(contentsOf: url.appendingPathComponent(file)))
        Self.collect(
          json, path: "\(file):", named: "\(folder)/\(file): ", covered, into: &uncovered)
      }
    }
  }

  /// The paths of all files in a folder, relative to it and sorted; the name itself for a file.
  private static func files(in folder: URL) -> [String] {
    guard let all = try? FileManager.default.subpathsOfDirectory(atPath: folder.path) else {
      return [folder.lastPathComponent]
    }
    return all.sorted().filter {
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent($0).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  /// Names the highest branches of a value of which no leaf is covered.
  private static func collect(
    _ json: GoldenJSON, path: String, named name: String, _ covered: CoveredPaths,
    into uncovered: inout [String]
  ) {
    if covered.contains(path) { return }
    guard covered.hasAny(below: path) else {
      let count = json.leafCount
      uncovered.append(name + (count == 1 ? "" : " (\(count) values)"))
      return
    }
    let isTop = path.hasSuffix(":")
    for (key, value) in json.children {
      collect(
        value, path: isTop ? path + key : "\(path).\(key)",
        named: isTop ? name + key : "\(name).\(key)", covered, into: &uncovered)
    }
  }
}

/// Leaves that were compared, and the branches above them.
private struct CoveredPaths {
  private let paths: Set<String>
  private var branches: Set<String> = []

  init(_ covered: [String]) {
    paths = Set(covered)
    for path in paths {
      // Keys contain dots themselves, so every dot may be a joint.
      for index in path.indices where path[index] == "." { branches.insert(String(path[..<index])) }
      if let colon = path.firstIndex(of: ":") { branches.insert(String(path[...colon])) }
    }
  }

  func contains(_ path: String) -> Bool { paths.contains(path) }
  func hasAny(below path: String) -> Bool { branches.contains(path) }
}

extension GoldenJSON {
  /// The members of an object or the elements of an array, with their keys.
  fileprivate var children: [(key: String, value: GoldenJSON)] {
    guard let array else { return members }
    return array.enumerated().map { (String($0.offset), $0.element) }
  }

  fileprivate var leafCount: Int {
    switch self {
    case .array, .object: children.reduce(0) { $0 + $1.value.leafCount }
    default: 1
    }
  }
}
