import Foundation

/// A folder that lives as long as this value.
final class Workspace: Sendable {
  let folder: URL

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-test-\(UUID().uuidString)").standardizedFileURL
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: url(name)) }

  func text(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

  /// The names of all files, hidden ones too, sorted; folders end in a slash.
  func files(_ name: String = "") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: url(name).path).map {
      let kind = try url(name).appendingPathComponent($0).resourceValues(forKeys: [.isDirectoryKey])
      return kind.isDirectory == true ? $0 + "/" : $0
    }.sorted()
  }

  /// Writes decisions and confidences of three classes; more confident ones are right more often.
  ///
  /// - Parameters:
  ///   - name: The file.
  ///   - seed: Another seed, other predictions of the same samples.
  ///   - firstLabel: The class of the first sample; those of the others follow from it.
  ///   - hasLabels: Whether there is a column of labels.
  /// - Throws: Foundation's error where the file can't be written.
  func writeDecisions(
    _ name: String, seed: UInt64, firstLabel: Int = 0, hasLabels: Bool = true
  ) throws {
    var generator = Congruential(state: seed)
    var lines = [hasLabels ? "label,prediction,confidence" : "prediction,confidence"]
    for row in 0..<120 {
      let label = (row + firstLabel) % 3
      let confidence = 400 + generator.next(600)
      let prediction = generator.next(1000) < confidence ? label : (label + 1) % 3
      lines.append((hasLabels ? "\(label)," : "") + "\(prediction),0.\(confidence)")
    }
    try write(lines.joined(separator: "\n") + "\n", to: name)
  }

  /// Writes probabilities of three classes, in a table without a name that says what they are.
  func writeMatrix(_ name: String, seed: UInt64, columns: [String]) throws {
    var generator = Congruential(state: seed)
    var lines = [(["label"] + columns).joined(separator: ",")]
    for row in 0..<120 {
      let label = row % 3
      let largest = 40 + generator.next(60)
      let guess = generator.next(100) < largest ? label : (label + 1) % 3
      let second = (100 - largest) / 2
      var cells = [second, second, second]
      cells[guess] = largest
      cells[(guess + 1) % 3] = 100 - largest - second
      lines.append(
        ([label] + cells).enumerated()
          .map { $0.offset == 0 ? "\($0.element)" : "\(Double($0.element) / 100)" }
          .joined(separator: ","))
    }
    try write(lines.joined(separator: "\n") + "\n", to: name)
  }
}

/// A small generator whose numbers are the same everywhere.
private struct Congruential {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
