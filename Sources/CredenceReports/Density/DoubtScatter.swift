import CredenceEvaluation
import Foundation

/// Two kinds of doubt against each other, a point for each sample: what is ambiguous, and what is unknown.
struct DoubtScatter {
  /// Points of a set; more hide one another.
  private static let pointCount = 400

  /// Draws log density against softmax entropy.
  ///
  /// - Parameters:
  ///   - parts: Known samples by kind: their doubts by score.
  ///   - outliers: Foreign samples.
  /// - Returns: `nil` where a set lacks one of the scores.
  static func chart(
    parts: [(name: String, doubts: [String: [Double]])],
    outliers: [(name: String, doubts: [String: [Double]])]
  ) -> Chart? {
    let sets = parts + outliers
    var rows: [[String: VegaLite.Value]] = []
    var densities: [Double] = []
    for (name, doubts) in sets {
      guard let entropies = doubts["softmax_entropy"], let doubts = doubts["log_density"],
        entropies.count == doubts.count
      else { return nil }
      let step = max(1, entropies.count / pointCount)
      for index in stride(from: 0, to: entropies.count, by: step)
      where entropies[index].isFinite && doubts[index].isFinite {
        densities.append(-doubts[index])
        rows.append([
          "set": .text(name), "entropy": .rounded(entropies[index]),
          "density": .rounded(-doubts[index]),
        ])
      }
    }
    densities.sort()
    guard let least = densities.first, let greatest = densities.last, least < greatest else {
      return nil
    }
    // Far outliers would press all others together.
    let low = densities[densities.count / 50]
    var scale = VegaLite.Scale(low < greatest ? low : least, greatest)
    scale.nice = true
    scale.clamp = true
    return Chart(
      id: "entropy-density", title: "What is ambiguous, and what is unknown",
      caption:
        "A point for each of up to \(pointCount) samples of a set. Ambiguous images of a known kind lie high on the right, "
        + "clean ones low on the right, and images of an unknown kind on the left where the density tells them. "
        + "The lowest densities stand at the left edge.",
      view: VegaLite.View(
        width: 520, height: 320, data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.point).with {
          $0.filled = true
          $0.size = 16
          $0.opacity = 0.5
        },
        encoding: [
          .x: .number("density", title: "Log density (nats)", scale: scale),
          .y: .number("entropy", title: "Softmax entropy (nats)"),
          .color: .name("set", order: sets.map(\.name), legend: .below()),
          .shape: .name("set", order: sets.map(\.name), legend: .below()),
          .tooltip: .tooltip([
            .name("set", "Images"), .number("density", "Log density", ".4~g"),
            .number("entropy", "Entropy", ".3~f"),
          ]),
        ]))
  }
}
