import ArgumentParser
import Credence
import Foundation

/// The command `credence score`.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Tells how far stored predictions can be trusted.",
    discussion: """
      Accuracy, ranking, selective prediction and calibration, before and after temperature scaling, with confidence \
      intervals. Files: .safetensors, .npz, .npy, .csv; arrays that stand apart are given as \
      logits=a.npy,labels=b.npy. Every key is explained in docs/results.md.

      Examples:
        credence score resnet50.npz
        credence score logits=z.npy,labels=y.npy --output report
        credence score top_k.indices=i.npy,top_k.values=p.npy --labels every:50
        credence score *.safetensors --format csv > all.csv
      """)

  @Argument(help: ArgumentHelp("Predictions, one file per model.", valueName: "files"))
  var files: [String]

  @OptionGroup(title: "Reading") var reading: PredictionOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Temperature") var temperature: TemperatureOptions
  @OptionGroup(title: "Output") var output: OutputOptions<ScoreReport>

  @OptionGroup(title: "Compatibility") var compatibility: CompatibilityOptions

  func validate() throws {
    _ = try reading.readOptions()
    _ = try settings()
    if compatibility.compat != nil { _ = try compatibility.benchmark(temperature, metrics, output) }
  }

  private func settings() throws -> ScoreSettings {
    var settings = try metrics.settings()
    settings.temperature = try temperature.temperatureProtocol()
    return settings
  }

  func run() throws {
    if compatibility.compat != nil {
      return try compatibility.run(
        files, reading: reading, temperature: temperature, metrics: metrics, output: output)
    }
    let scorer = Scorer(settings: try settings())
    try output.check()
    let progress = Progress()
    defer { progress.finish() }
    var report = ScoreReport(entries: [], columns: scorer.columns)
    var failures = 0
    for (index, file) in files.enumerated() {
      let place = files.count > 1 ? "\(index + 1) of \(files.count): " : ""
      progress.enter("\(place)scoring \(file)")
      do {
        let (entries, warnings) = try scorer.score(ScoredSet(reading.read(file), file: file))
        report.entries += entries
        report.warnings += warnings.map { files.count > 1 ? "\(file): \($0)" : $0 }
      } catch {
        ErrorText.write(error, about: files.count > 1 ? file : nil)
        failures += 1
      }
    }
    if failures == files.count { throw ExitCode(1) }
    progress.finish()
    if output.format != "table" { for warning in report.warnings { ErrorText.warn(warning) } }
    try output.write(report)
    if failures > 0 { throw ExitCode(2) }
  }
}
