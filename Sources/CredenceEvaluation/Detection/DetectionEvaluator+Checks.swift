import CredencePredictions
import CredenceUncertainty
import Foundation

extension DetectionEvaluator {
  /// Refuses sets and requests that can't give a meaningful report.
  ///
  /// - Throws: `EvaluationError`, `DetectionError`.
  func check(_ members: [DetectionMember]) throws {
    guard members.contains(where: { $0.role == .inDistribution }) else {
      throw EvaluationError.invalidSetting(
        name: "The number of in-distribution sets (--id)", value: "0", allowed: "1 or more")
    }
    guard members.contains(where: { $0.role == .outliers }) else {
      throw EvaluationError.invalidSetting(
        name: "The number of outlier sets (--ood)", value: "0", allowed: "1 or more")
    }
    try checkFiles(members)
    try checkSizes(members)
    let hasOutliers = members.contains { $0.role == .validationOutliers }
    guard !hasOutliers || members.contains(where: { $0.role == .validation }) else {
      throw EvaluationError.invalidSetting(
        name: "The in-distribution validation set (--validation-id)", value: "missing",
        allowed: "given beside --validation-ood: parameters chosen on test samples are too good")
    }
    for request in requests {
      _ = try DetectionChoice(DetectionDescriptor.named(request.id), settings: request.settings)
    }
  }

  /// A file may be given twice with lists that have no sample in common.
  private func checkFiles(_ members: [DetectionMember]) throws {
    var seen: [String: [DetectionMember]] = [:]
    for member in members where !member.source.file.isEmpty {
      let path = URL(fileURLWithPath: member.file).resolvingSymlinksInPath().path
      for earlier in seen[path] ?? [] {
        guard !earlier.list.isEmpty, !member.list.isEmpty, !earlier.sharesSamples(with: member)
        else {
          throw DetectionError.sameFile(
            file: member.file, first: earlier.role.words, second: member.role.words)
        }
      }
      seen[path, default: []].append(member)
    }
  }

  /// All sets must have the classes and features of one network.
  private func checkSizes(_ members: [DetectionMember]) throws {
    let sizes: [(String, (DetectionSource) -> Int)] = [
      ("classes", { $0.classCount }), ("features", { $0.embeddingWidth }),
    ]
    for (what, size) in sizes {
      guard let first = members.first(where: { size($0.source) > 0 }) else { continue }
      for member in members where size(member.source) > 0 {
        guard size(member.source) == size(first.source) else {
          throw DetectionError.differentSizes(
            what: what, file: member.source.file, count: size(member.source),
            other: first.source.file, otherCount: size(first.source))
        }
      }
    }
  }

  /// Outlier sets under names that tell them apart.
  func named(_ outliers: [DetectionMember]) -> [DetectionMember] {
    var taken = Set<String>()
    return outliers.map { member in
      var member = member
      let name = member.name
      var count = 1
      while !taken.insert(member.name).inserted {
        count += 1
        member.name = "\(name) (\(count))"
      }
      return member
    }
  }

  /// What the report says of every set.
  func inputs(
    _ members: [DetectionMember], _ outliers: [DetectionMember]
  ) throws -> [DetectionInput] {
    let order = DetectionInput.Role.allCases
    let others = members.filter { $0.role != .outliers }
      .sorted { (order.firstIndex(of: $0.role) ?? 0) < (order.firstIndex(of: $1.role) ?? 0) }
    return try (others + outliers).map { member in
      let isKnown = [.inDistribution, .covariateShifted].contains(member.role)
      return DetectionInput(
        role: member.role, name: member.name, file: member.source.file, group: member.group,
        samples: member.source.sampleCount,
        accuracy: isKnown ? try member.source.accuracy() : nil)
    }
  }

  /// What a reader should know of the sets.
  func warnings(_ members: [DetectionMember]) -> [String] {
    var warnings: [String] = []
    let weights = Set(members.map(\.source.set.metadata.weightsSHA256)).filter { !$0.isEmpty }
    if weights.count > 1 {
      let models = Set(members.map(\.source.set.metadata.model)).sorted()
      warnings.append("The sets come from different weights: \(models.joined(separator: ", ")).")
    }
    for (index, member) in members.enumerated() {
      for other in members[..<index] where member.holdsTheSame(as: other) {
        warnings.append(
          "‘\(other.source.file)’ and ‘\(member.source.file)’ hold the same predictions, but one is "
            + "given as \(other.role.words), the other as \(member.role.words).")
      }
      if member.source.sampleCount < 20, member.role != .training {
        warnings.append(
          "‘\(member.source.file)’ has only \(member.source.sampleCount) of the 20 samples that it takes to measure 95 % of them."
        )
      }
    }
    return warnings
  }
}

extension DetectionMember {
  /// The file as the user named it, without the image list.
  public var file: String {
    list.isEmpty || !source.file.hasSuffix("@\(list)")
      ? source.file : String(source.file.dropLast(list.count + 1))
  }

  fileprivate func sharesSamples(with other: DetectionMember) -> Bool {
    guard let ids = source.set.sampleIDs, let others = other.source.set.sampleIDs else {
      return true
    }
    return (0..<ids.count).contains { others.row(of: $0, in: ids) != nil }
  }

  /// Whether two sets hold the same scores, number by number.
  fileprivate func holdsTheSame(as other: DetectionMember) -> Bool {
    guard let matrix = source.set.scoreMatrix ?? source.set.embeddings,
      let others = other.source.set.scoreMatrix ?? other.source.set.embeddings
    else { return false }
    return matrix.rowCount == others.rowCount && matrix.columnCount == others.columnCount
      && matrix.scalarType == others.scalarType && matrix.bytes == others.bytes
  }
}

extension DetectionInput.Role {
  /// The role in a sentence.
  var words: String {
    switch self {
    case .inDistribution: "in-distribution set (--id)"
    case .covariateShifted: "covariate-shifted set (--csid)"
    case .training: "training set (--train)"
    case .validation: "validation set (--validation-id)"
    case .validationOutliers: "validation outliers (--validation-ood)"
    case .outliers: "outlier set (--ood)"
    }
  }
}
