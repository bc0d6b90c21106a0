import Credence
import Foundation

extension BenchmarkCase {
  /// Every case.
  static let all: [Self] =
    [.score, .ranking, .temperature, .imagePipeline, .engineCall] + networkEvaluation
    + networkTraining + densities + outlierDetection + [.errorAnalysis]

  /// The whole main job, from process start.
  static let score = Self(
    id: "score-50k",
    title:
      "score, 50,000 × 1,000 float32, temperature and 1,000 resamples, beside NumPy, scikit-learn and L-BFGS",
    target: 20
  ) { folder in
    let set = try SyntheticLogits(sampleCount: 50_000, classCount: 1000, seed: 1).predictionSet()
    let ours = folder.appendingPathComponent("logits.safetensors")
    let theirs = folder.appendingPathComponent("logits.npz")
    try set.write(to: ours, format: .safetensors)
    try set.write(to: theirs, format: .npz)
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("credence")
    return Contest(
      credence: {
        let (output, run) = try ChildProcess(
          program: program, arguments: ["score", ours.path, "--format", "json"]
        ).run()
        var measurement = run
        let rows = try ScoreDocument(decoding: output).results
        measurement.values["auroc"] = rows.first?.metrics["auroc"]
        measurement.values["peak_over_file"] =
          Double(run.peakBytes) / Double(try Data(contentsOf: ours, options: .alwaysMapped).count)
        return measurement
      },
      reference: { try ChildProcess.python("score.py", [theirs.path], timesItself: false) })
  }

  /// Ranking metrics of very many scores.
  static let ranking = Self(
    id: "ranking-10m",
    title:
      "AUROC, AURC, AUPR (both) and SAC of 10 million scores, beside scikit-learn's roc_auc_score alone",
    target: 20
  ) { folder in
    var generator = SystemRandomNumberGenerator()
    let scores = (0..<10_000_000).map { _ in Float.random(in: 0..<1, using: &generator) }
    let isCorrect = scores.map { Float.random(in: 0..<1, using: &generator) < 0.5 + $0 / 2 }
    let scoreFile = folder.appendingPathComponent("scores.bin")
    let correctFile = folder.appendingPathComponent("correct.bin")
    try scores.withUnsafeBytes { Data($0) }.write(to: scoreFile)
    try Data(isCorrect.map { $0 ? 1 : 0 }).write(to: correctFile)
    return Contest(
      credence: {
        let start = DispatchTime.now().uptimeNanoseconds
        let outcomes = try ScoredOutcomes(confidences: scores, isCorrect: isCorrect)
        let metrics: [any Metric<ScoredOutcomes>] = [
          AUROC(), AURC(), AUPRSuccess(), AUPRError(), SAC(accuracy: 0.95), SAC(accuracy: 0.99),
        ]
        let values = try metrics.map { try $0.value(for: outcomes) }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        return Measurement(seconds: seconds, values: ["auroc": values[0]])
      },
      reference: {
        try ChildProcess.python(
          "ranking.py", [scoreFile.path, correctFile.path], timesItself: true)
      })
  }

  /// The temperature alone.
  static let temperature = Self(
    id: "temperature-25k",
    title:
      "temperature of 25,000 × 1,000 logits, beside L-BFGS (learning rate 0.01) run to a gradient of 1e-6",
    target: 20
  ) { folder in
    let data = SyntheticLogits(sampleCount: 25_000, classCount: 1000, seed: 2)
    let set = try data.predictionSet()
    let logits = folder.appendingPathComponent("logits.bin")
    let labels = folder.appendingPathComponent("labels.bin")
    try data.logits.withUnsafeBytes { Data($0) }.write(to: logits)
    try data.labels.withUnsafeBytes { Data($0) }.write(to: labels)
    return Contest(
      credence: {
        let start = DispatchTime.now().uptimeNanoseconds
        let fit = try TemperatureScaling.fit(set)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        return Measurement(
          seconds: seconds, values: ["temperature": fit.temperature, "gradient": fit.gradient])
      },
      reference: {
        try ChildProcess.python(
          "temperature.py", [logits.path, labels.path, "1000", "1e-6"], timesItself: true)
      })
  }
}
