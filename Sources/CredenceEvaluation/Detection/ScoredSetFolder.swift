import CredenceFiles
import CredencePredictions
import CredenceUncertainty
public import Foundation

/// A folder that scored sets are written to, each with its new uncertainties.
public struct ScoredSetFolder: Sendable {
  private let folder: URL
  /// The files that will be written.
  public let files: [URL]

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - folder: Where the sets go, named like their files.
  ///   - members: The sets that will be scored.
  /// - Throws: `FileError.unwritable`, also where two sets would get one name.
  public init(_ folder: URL, for members: [DetectionMember]) throws {
    self.folder = folder
    let scored = members.filter {
      [.inDistribution, .covariateShifted, .outliers].contains($0.role)
    }
    let names = Dictionary(grouping: scored, by: { Self.name(of: $0) })
    if let (name, twice) = names.first(where: { $0.value.count > 1 }) {
      throw FileError.unwritable(
        file: folder.appendingPathComponent(name).relativePath,
        reason:
          "‘\(twice[0].source.file)’ and ‘\(twice[1].source.file)’ would both be written there."
      )
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: folder.relativePath, reason: "The folder can't be made.")
    }
    files = names.keys.sorted().map { folder.appendingPathComponent($0) }
  }

  private static func name(of member: DetectionMember) -> String {
    func stem(_ path: String) -> String {
      URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
    let list = member.list.isEmpty ? "" : "__\(stem(member.list))"
    return "\(stem(member.file))\(list).safetensors"
  }

  /// Writes a set with its new uncertainties.
  public func write(
    _ member: DetectionMember, _ scores: [(id: String, values: [Double])]
  ) throws {
    var set = member.source.set
    for (id, values) in scores { set.uncertainties[id] = values }
    try set.write(
      to: folder.appendingPathComponent(Self.name(of: member)), format: .safetensors)
  }
}
