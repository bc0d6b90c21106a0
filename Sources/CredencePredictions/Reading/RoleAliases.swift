/// The names that arrays and columns have in files from elsewhere.
///
/// A name may stand in several rows: shape and type then settle which is meant.
enum RoleAliases {
  private static let table: [(role: Role, names: [String])] = [
    (.logits, ["logit", "y_logit", "y_logits"]),
    (
      .probabilities,
      [
        "probability", "prob", "probs", "proba", "y_prob", "y_probs", "y_proba", "softmax",
        "predictions",
      ]
    ),
    (
      .openOutput,
      [
        "scores", "score", "y_score", "y_scores", "output", "outputs", "prediction", "pred",
        "preds", "y_pred", "y_hat",
      ]
    ),
    (
      .labels,
      [
        "label", "target", "targets", "y", "y_true", "ground_truth", "true_label", "true_labels",
        "true_class", "gt", "class_index",
      ]
    ),
    (
      .predictions,
      [
        "prediction", "pred", "preds", "pred_label", "pred_labels", "pred_class", "predicted",
        "predicted_label", "predicted_class", "y_pred", "y_hat", "top1",
      ]
    ),
    (.confidences, ["confidence", "conf", "confs", "max_prob", "score", "scores"]),
    (.embeddings, ["embedding", "features", "feature", "feats"]),
    (.headWeight, ["fc.weight", "classifier.weight"]),
    (.headBias, ["fc.bias", "classifier.bias"]),
    (.softLabels, ["soft_label"]),
    (
      .sampleIDs,
      [
        "id", "ids", "sample_id", "file", "files", "filename", "filenames", "file_name",
        "file_names", "path", "paths", "sample_files",
      ]
    ),
    (.metadata, ["__metadata__"]),
  ]

  private static let byName: [String: [Role]] = {
    var roles: [String: [Role]] = [:]
    for (name, role) in Role.names where role != .scores && role != .ignored {
      roles[name] = [role]
    }
    for (role, names) in table {
      for name in names { roles[name, default: []].append(role) }
    }
    return roles
  }()

  /// All roles that a name can mean, whatever the shape; empty for an unknown name.
  static func roles(of name: String) -> [Role] {
    let original = name
    let name = String(name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    if let roles = byName[name] { return roles }
    for prefix in ["uncertainty.", "uncertainty_"]
    where name.hasPrefix(prefix) && name.count > prefix.count {
      return [.uncertainty(String(original.dropFirst(prefix.count)))]
    }
    if name == "uncertainty" { return [.uncertainty("uncertainty")] }
    return topRole(name).map { [$0] } ?? []
  }

  /// The roles that the end of a file name can mean, as in `resnet50-test-logits`.
  static func roles(ofFileNamed stem: String) -> [Role] {
    var rest = Substring(stem)
    while true {
      let roles = roles(of: String(rest))
      if !roles.isEmpty { return roles }
      guard let separator = rest.firstIndex(where: { "-_. ".contains($0) }) else { return [] }
      rest = rest[rest.index(after: separator)...]
    }
  }

  /// `top5preds`, `topk_probs`, `top_k.indices` and the like.
  private static func topRole(_ name: String) -> Role? {
    guard name.hasPrefix("top") else { return nil }
    let rest = name.dropFirst(3).drop { $0 == "_" || $0 == "." }
    let count = rest.prefix { $0 == "k" || $0.isASCII && $0.isNumber }
    guard !count.isEmpty, count != "1" else { return nil }
    switch rest.dropFirst(count.count).drop(while: { $0 == "_" || $0 == "." }) {
    case "", "preds", "predictions", "indices", "idx", "classes", "labels": return .topIndices
    case "probs", "probabilities", "values", "confidences", "confs": return .topValues
    default: return nil
    }
  }
}
