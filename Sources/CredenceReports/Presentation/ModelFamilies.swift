/// Families of models by how their names begin: `resnet50.a1_in1k` and `resnet101` are `resnet`.
///
/// The seven largest families have their name; all others are `other`.
struct ModelFamilies: Sendable {
  private static let limit = 7
  static let other = "other"

  /// The families from the largest on, and `other` where there are others.
  let names: [String]

  init(_ models: [String]) {
    var counts: [String: Int] = [:]
    for model in Set(models) { counts[Self.prefix(of: model), default: 0] += 1 }
    // A family that is called `other` joins the others.
    counts[Self.other] = nil
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let shown = Array(sorted.prefix(Self.limit))
    let hasOthers = models.contains { !shown.contains(Self.prefix(of: $0)) }
    names = shown + (hasOthers ? [Self.other] : [])
  }

  /// The family of a model, one of `names`.
  func name(of model: String) -> String {
    let prefix = Self.prefix(of: model)
    return names.contains(prefix) ? prefix : Self.other
  }

  /// The letters that a name begins with, after the owner of its weights and words that say who converted them; without the *v* of
  /// a version.
  static func prefix(of model: String) -> String {
    var name = (model.split(separator: "/").last ?? "").lowercased()
    for word in ["tf_", "legacy_", "gluon_"] where name.hasPrefix(word) {
      name.removeFirst(word.count)
    }
    var letters = String(name.prefix { $0.isLetter })
    let hasVersion = letters.hasSuffix("v") && name.dropFirst(letters.count).first?.isNumber == true
    if hasVersion { letters.removeLast() }
    return letters.isEmpty ? other : letters
  }
}
