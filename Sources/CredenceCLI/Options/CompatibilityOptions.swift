import ArgumentParser
import Credence
import Foundation

/// Published programs whose exact behavior can be asked for.
enum CompatibleProgram: String, CaseIterable, ExpressibleByArgument {
  /// The selective-prediction benchmark of Galil, Dabbah & El-Yaniv, ICLR 2023.
  case galil2023
}

/// The published benchmark instead of Credence's own metrics.
struct CompatibilityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The exact metrics, split, temperature and CSV of a published program, defects included.",
      valueName: CompatibleProgram.allCases.map(\.rawValue).joined(separator: "|")))
  var compat: CompatibleProgram?

  @Flag(help: "With --compat: append to a table with other columns.")
  var forceAppend = false

  /// The run that the options stand for.
  func benchmark(
    _ temperature: TemperatureOptions, _ metrics: MetricOptions,
    _ output: OutputOptions<ScoreReport>
  ) throws -> Galil2023Benchmark {
    if !["table", "csv"].contains(output.format) || output.charts != nil {
      throw ValidationError(
        "--compat galil2023 prints the published CSV; --format \(output.format) and --charts do not go with it."
      )
    }
    let accuracies = metrics.sac == nil ? [] : try metrics.settings().metrics.accuracies
    if temperature.noTemperature || temperature.folds != nil {
      throw ValidationError(
        "--compat galil2023 fits its temperature on held-out samples: --validation-size N or first:N."
      )
    }
    switch try temperature.temperatureProtocol() {
    case .heldOut(let count):
      return Galil2023Benchmark(
        validation: .stratified(count: count), furtherAccuracies: accuracies)
    case .first(let count):
      return Galil2023Benchmark(
        validation: .first(count: count), furtherAccuracies: accuracies)
    case .crossFitted, .off: return Galil2023Benchmark(furtherAccuracies: accuracies)
    }
  }

  /// Runs the published benchmark over files and prints its table.
  func run(
    _ files: [String], reading: PredictionOptions, temperature: TemperatureOptions,
    metrics: MetricOptions, output: OutputOptions<ScoreReport>
  ) throws {
    try output.check()
    var benchmark = try benchmark(temperature, metrics, output)
    let table = Galil2023CSV(headers: benchmark.headers)
    let progress = Progress()
    defer { progress.finish() }
    var rows: [[String: Galil2023CSV.Value]] = []
    for (index, file) in files.enumerated() {
      progress.enter("\(index + 1) of \(files.count): scoring \(file)")
      do {
        let row = try benchmark.row(ScoredSet(reading.read(file), file: file))
        rows.append(row.values)
        for line in row.lines { StandardError.writeLine(line) }
        StandardError.write(table.row(row.values).printed)
        for warning in row.warnings { ErrorText.warn("\(file): \(warning)") }
      } catch {
        ErrorText.write(error, about: files.count > 1 ? file : nil)
      }
    }
    progress.finish()
    if rows.isEmpty { throw ExitCode(1) }
    if let folder = output.output {
      let url = URL(fileURLWithPath: folder).appendingPathComponent("results.csv")
      let existing = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      let text = try table.appending(
        rows, to: existing, file: url.relativePath, forcesAppend: forceAppend)
      try AtomicOutput(folder: URL(fileURLWithPath: folder)).write([
        "results.csv": Data(text.utf8)
      ])
    }
    try StandardOutput.write(table.appending(rows, to: "", file: "standard output"))
    if rows.count < files.count { throw ExitCode(2) }
  }
}
