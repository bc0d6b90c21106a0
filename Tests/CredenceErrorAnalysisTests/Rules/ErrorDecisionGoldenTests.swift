import CredenceErrorAnalysis
import Foundation
import GoldenSupport
import Testing

/// Every decision of the published program on the golden artefacts.
@Suite struct ErrorDecisionGoldenTests {
  @Test(arguments: ["imagenet", "imagenet-a"])
  func `every decision and its details are the published ones`(dataset: String) throws {
    let knowledge = try GoldenErrors.knowledge(dataset)
    let classifier = ErrorClassifier(knowledge)
    let file = "expected/error_types_\(dataset).json"
    let expected = try GoldenErrors.set.json(file)
    var group = GoldenGroup(set: "errors", name: "decisions \(dataset)", file: file)
    var counts: [String: Int] = [:]
    for (model, decisions) in expected.members {
      let predictions = try GoldenErrors.predictions(dataset, model)
      #expect(decisions.members.count == knowledge.samples.count)
      for row in knowledge.samples.files.indices {
        let sample = knowledge.samples.files[row]
        let wanted = try #require(decisions[sample])
        let decision = try classifier.decision(row: row, prediction: predictions[row])
        let isProblematic = knowledge.samples.isProblematic[row]
        func compare(_ key: String, _ isEqual: Bool, _ found: String) {
          group.check(
            path: "\(model).\(sample).\(key)", isEqual, "\(model) \(sample) \(key): \(found)")
        }
        compare("top1", wanted["top1"]?.number == Double(predictions[row]), "\(predictions[row])")
        compare("problematic", wanted["problematic"] == .bool(isProblematic), "\(isProblematic)")
        compare(
          "types", wanted["types"] == .array(decision.outcome.publishedTexts.map { .text($0) }),
          "\(decision.outcome.publishedTexts)")
        compare(
          "keys", wanted["keys"] == .array(decision.outcome.keys.map { .text($0) }),
          "\(decision.outcome.keys)")
        compare(
          "matching_labels",
          wanted["matching_labels"]
            == (decision.matchingLabels.isEmpty
              ? nil : .array(decision.matchingLabels.map { .number(Double($0)) })),
          "\(decision.matchingLabels)")
        compare(
          "prediction_superclasses",
          wanted["prediction_superclasses"]
            == (decision.superclassNames.isEmpty
              ? nil : .array(decision.superclassNames.map { .text($0) })),
          "\(decision.superclassNames)")
        compare(
          "proposal_count",
          wanted["proposal_count"]?.number == (decision.proposals?.count).map(Double.init),
          "\(decision.proposals?.count ?? -1)")
        compare(
          "top5", Self.agrees(decision.proposals?.best, wanted["top5"]),
          "\(decision.proposals?.publishedText ?? "")")
        let key = decision.outcome.keys.joined(separator: " + ")
        counts["\(dataset): \(key)\(isProblematic ? " [problematic]" : "")", default: 0] += 1
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)

    var branches = GoldenGroup(
      set: "errors", name: "branches \(dataset)", file: "expected/branch_counts.json")
    let wanted = try GoldenErrors.set.json("expected/branch_counts.json").members.filter {
      $0.key.hasPrefix("\(dataset):")
    }
    #expect(Set(counts.keys) == Set(wanted.map(\.key)))
    for (branch, count) in wanted {
      branches.check(
        path: branch, count.number == counts[branch].map(Double.init),
        "\(branch): \(counts[branch] ?? 0)")
    }
    branches.finish()
    #expect(branches.failures.isEmpty)
  }

  /// Percentages agree within 0.02; entries of equal ones may come in another order.
  private static func agrees(
    _ best: [ProposalRanking.Entry]?, _ expected: GoldenJSON?
  ) -> Bool {
    guard let expected = expected?.array else { return best == nil }
    guard let best, best.count == expected.count else { return false }
    for (entry, wanted) in zip(best, expected) {
      guard let wanted = wanted.array, wanted.count == 3,
        let percent = wanted[2].text.flatMap({ Double($0.dropLast()) })
      else { return false }
      let found = 100 * Double(entry.probability)
      if abs(found - percent) > 0.02 { return false }
      let isSame =
        wanted[0].number == Double(entry.concept) && wanted[1].text == entry.name
      let isTied = best.contains { other in
        abs(100 * Double(other.probability) - percent) <= 0.02 && other != entry
      }
      if !isSame, !isTied, percent > 0.02 { return false }
    }
    return true
  }
}
