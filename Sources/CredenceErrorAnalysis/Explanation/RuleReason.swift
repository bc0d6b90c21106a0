/// Says in words why a rule applies to an answer, or does not.
enum RuleReason {
  /// The reason; empty for a rule without words.
  static func text(_ rule: any ErrorRule, _ answer: ExaminedAnswer) -> String {
    reasons[rule.id]?(Facts(answer)) ?? ""
  }

  /// The rules that have words.
  static var ids: Set<String> { Set(reasons.keys) }

  /// An answer, and words for its classes.
  private struct Facts {
    let answer: ExaminedAnswer

    init(_ answer: ExaminedAnswer) { self.answer = answer }

    var knowledge: ErrorKnowledge { answer.knowledge }
    var isRight: Bool { answer.prediction == answer.target }
    var hasTarget: Bool { answer.labels.contains(answer.target) }
    var prediction: String { name(answer.prediction) }
    var target: String { name(answer.target) }

    func name(_ index: Int32) -> String {
      "\(knowledge.classes.firstName(of: index)) (\(index))"
    }

    func names(_ indices: some Sequence<Int32>) -> String {
      let names = indices.map(name)
      return names.isEmpty ? "none" : names.joined(separator: ", ")
    }

    var superclasses: String {
      knowledge.superclasses.names(of: answer.prediction).joined(separator: ", ")
    }
  }

  private static let reasons: [String: @Sendable (Facts) -> String] = [
    "no-labels": { facts in
      guard facts.answer.labels.isEmpty else {
        return "Its correct labels are \(facts.names(facts.answer.labels))."
      }
      if facts.isRight { return "It has none; the prediction is the original label." }
      return facts.knowledge.collapsedMappings.accepts(
        facts.answer.prediction, for: facts.answer.target)
        ? "It has none; \(facts.prediction) overlaps with the original label, \(facts.target)."
        : "It has none; the original label is \(facts.target), not \(facts.prediction)."
    },
    "original-label": { facts in
      if facts.answer.labels.isEmpty { return "The image has no correct label." }
      if !facts.isRight {
        return "The original label is \(facts.target), the prediction \(facts.prediction)."
      }
      return facts.hasTarget
        ? "Both are \(facts.target), which is correct."
        : "Both are \(facts.target), but that is not correct."
    },
    "overlapping-classes": { facts in
      if facts.answer.labels.isEmpty { return "The image has no correct label." }
      let accepted = facts.knowledge.collapsedMappings.predictions[facts.answer.target] ?? []
      return "Classes that count as right for \(facts.target): \(facts.names(accepted))."
    },
    "other-label": { facts in
      "\(facts.prediction) is \(facts.answer.labels.contains(facts.answer.prediction) ? "" : "not ")among the correct labels."
    },
    "fine-grained": { facts in
      let matching = facts.answer.labels.filter {
        facts.knowledge.superclasses.sharesSuperclass($0, facts.answer.prediction)
      }
      return
        "\(facts.prediction) belongs to \(facts.superclasses); correct labels of a common superclass: \(facts.names(matching))."
    },
    "similar-to-wrong-label": { facts in
      if facts.hasTarget { return "The original label is correct." }
      return facts.knowledge.superclasses.sharesSuperclass(
        facts.answer.target, facts.answer.prediction)
        ? "\(facts.target) is not correct, but shares a superclass with \(facts.prediction)."
        : "\(facts.target) is not correct, and shares no superclass with \(facts.prediction)."
    },
    "occurs-with-wrong-label": { facts in
      if facts.hasTarget { return "The original label is correct." }
      guard let pairs = facts.knowledge.pairs else { return unknownPairs }
      return pairs.contains(facts.answer.target, facts.answer.prediction)
        ? "\(facts.target) is not correct, but often occurs with \(facts.prediction)."
        : "\(facts.target) is not correct, and does not often occur with \(facts.prediction)."
    },
    "out-of-vocabulary": { facts in
      guard let stage = facts.knowledge.outOfVocabulary else {
        return "The stage is left out, so the mistake may also be of this kind."
      }
      guard stage.looksLike(facts.answer.prediction, row: facts.answer.row) else {
        return
          "None of the ten nearest training images belongs to \(facts.superclasses): the image does not look like the prediction."
      }
      return
        "One of the ten nearest training images belongs to \(facts.superclasses); the best proposal decides."
    },
    "spurious-correlation": { facts in
      guard let pairs = facts.knowledge.pairs else { return unknownPairs }
      let matching = facts.answer.labels.filter { pairs.contains($0, facts.answer.prediction) }
      return
        "Correct labels that often occur with \(facts.prediction): \(facts.names(matching))."
    },
    "non-prototypical": { facts in
      facts.knowledge.samples.isNonPrototypical[facts.answer.row]
        ? "The image is on the experts' list." : "The image is not on the experts' list."
    },
    "model-failure": { _ in "No rule explains the mistake." },
  ]

  private static let unknownPairs = "It is not known which classes often occur together."
}
