import ArgumentParser
import Credence
import Foundation

/// The command `credence density plot`.
struct DensityPlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws how doubt is distributed over known, ambiguous and foreign images.",
    discussion: """
      Predictions are those that ‘credence predict --embeddings’ or ‘credence density evaluate --predictions’ stored. \
      Parts of joined data, such as clean and ambiguous digits, are told apart. With --two-moons networks are trained \
      on points in the plane instead.

      Examples:
        credence density plot --inliers dirty_mnist.safetensors --outliers fashion_mnist.safetensors \
      --density density.safetensors --output figures --charts png
        credence density plot --inliers dirty_mnist.safetensors --outliers fashion_mnist.safetensors \
      --density density.safetensors --bins log_density=30:-1500:2500 --line log_density=1250 --output figures
        credence density plot --two-moons --output moons --charts svg
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Predictions of known images.", valueName: "files"))
  var inliers: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Predictions of foreign images.", valueName: "files"))
  var outliers: [String] = []

  @Option(help: ArgumentHelp("A file made by ‘credence density fit’.", valueName: "file"))
  var density: String?

  @Option(
    help: ArgumentHelp(
      "Bins of a histogram over a range, such as log_density=30:-1500:2500; may be repeated.",
      valueName: "score=n:low:high"))
  var bins: [String] = []

  @Option(
    help: ArgumentHelp(
      "A dashed line in a histogram, such as log_density=1250; by default 95 % of the known lie right of that of log_density. May be repeated.",
      valueName: "score=x"))
  var line: [String] = []

  @Option(
    name: .customLong("break"),
    help: ArgumentHelp(
      "Break a histogram's axis of shares, such as softmax_entropy=0.15:0.4; by default where columns leave a wide gap. May be repeated.",
      valueName: "score=low:high|none"))
  var axisBreaks: [String] = []

  @Option(help: ArgumentHelp("Bins of the reliability diagram.", valueName: "n"))
  var reliabilityBins = 25

  @Flag(help: "The two-moons experiment.")
  var twoMoons = false

  @Option(help: ArgumentHelp("--two-moons: the seed.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("--two-moons: epochs of the network with bounded norms.", valueName: "n"))
  var epochs = 150

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("Where figures.html and charts/ go.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp("Also draw the figures as files, in charts/.", valueName: "png|svg|pdf"))
  var charts: ChartRenderer.ImageFormat?

  func validate() throws {
    _ = try histograms()
    guard (1...1000).contains(reliabilityBins) else {
      throw ValidationError("--reliability-bins is \(reliabilityBins); it must be from 1 to 1000.")
    }
    guard epochs >= 1 else { throw ValidationError("--epochs is \(epochs); it must be 1 or more.") }
    if twoMoons, !inliers.isEmpty || !outliers.isEmpty || density != nil {
      throw ValidationError("--two-moons makes its own samples; leave out predictions and density.")
    }
    if !twoMoons, inliers.isEmpty {
      throw ValidationError("Give --inliers, or --two-moons.")
    }
  }

  private func histograms() throws -> [DensityHistogram] {
    var all = DensityHistogram.all
    func parsed(_ text: String, _ option: String) throws -> (index: Int, value: String) {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard let index = all.firstIndex(where: { $0.score == parts.first }) else {
        throw ValidationError(
          "\(option) names ‘\(parts.first ?? "")’; it must be one of \(all.map(\.score).joined(separator: ", "))."
        )
      }
      return (index, parts.count == 2 ? parts[1] : "")
    }
    for text in line {
      let (index, value) = try parsed(text, "--line")
      guard let number = Double(value), number.isFinite else {
        throw ValidationError("--line takes SCORE=NUMBER; ‘\(text)’ is none.")
      }
      all[index] = all[index].with(line: .at(number))
    }
    for text in axisBreaks {
      let (index, value) = try parsed(text, "--break")
      let ends = value.split(separator: ":").map { Double($0) }
      if value == "none" {
        all[index] = all[index].with(axisBreak: .none)
      } else if ends.count == 2, let low = ends[0], let high = ends[1], 0 < low, low < high,
        high < 1
      {
        all[index] = all[index].with(axisBreak: .between(low, high))
      } else {
        throw ValidationError(
          "--break takes SCORE=LOW:HIGH with shares from 0 to 1, or SCORE=none; ‘\(text)’ is neither."
        )
      }
    }
    for text in bins {
      let (index, value) = try parsed(text, "--bins")
      let numbers = value.split(separator: ":").map(String.init)
      guard numbers.count == 3, let count = Int(numbers[0]), (1...10_000).contains(count),
        let low = Double(numbers[1]), let high = Double(numbers[2]), low < high, low.isFinite,
        high.isFinite
      else {
        throw ValidationError("--bins takes SCORE=N:LOW:HIGH; ‘\(text)’ is none.")
      }
      all[index] = all[index].with(binCount: count, range: low...high)
    }
    return all
  }

  func run() throws {
    let folder = try AtomicOutput(folder: URL(fileURLWithPath: output))
    let renderer = try charts.map { _ in try ChartRenderer() }
    let progress = Progress()
    defer { progress.finish() }
    let figures =
      twoMoons ? try moons(progress) : try doubts(progress)
    var files = ["figures.html": Data(try figures.page().utf8)]
    if let charts, let renderer {
      progress.enter("drawing")
      for (name, data) in try renderer.draw(figures.charts, as: charts) {
        files["charts/\(name)"] = data
      }
    }
    try folder.write(files)
    progress.finish()
    for name in files.keys.sorted() {
      try StandardOutput.write(
        URL(fileURLWithPath: output).appendingPathComponent(name).relativePath + "\n")
    }
  }

  private func moons(_ progress: Progress) throws -> DensityFigures {
    var settings = TwoMoonsExperiment.Settings()
    settings.seed = seed
    settings.epochs = epochs
    return DensityFigures(
      try TwoMoonsExperiment(settings) { title, epoch in
        progress.enter(title, detail: "\(epoch) epochs")
      })
  }

  private func doubts(_ progress: Progress) throws -> DensityFigures {
    let fitted = try density.map { try FittedDensity(contentsOf: URL(fileURLWithPath: $0)) }
    let options = ReadOptions()
    func sets(_ files: [String]) throws -> [(file: String, set: PredictionSet)] {
      try files.map { file in
        progress.enter("reading \(file)")
        return (
          file, try PredictionReader.read(PredictionSource(argument: file), options: options).set
        )
      }
    }
    let (known, foreign) = (try sets(inliers), try sets(outliers))
    func named(
      _ sets: [(file: String, set: PredictionSet)], split: Bool
    ) throws -> [(name: String, doubts: [String: [Double]])] {
      try sets.flatMap { file, set in
        let all = try DoubtScores.all(set, density: fitted)
        let parts = split ? DoubtScores.parts(all, of: set) : [(set.metadata.dataset, all)]
        return parts.map { ($0.0.isEmpty ? file : $0.0, $0.1) }
      }
    }
    var settings = ScoreSettings()
    settings.metrics.binCount = reliabilityBins
    settings.temperature = .off
    settings.bootstrap.replicates = 0
    let labeled = known.filter { $0.set.labels != nil }
    let reliability = try Scorer(settings: settings).report(
      labeled.map { ScoredSet($0.set, file: $0.file) })
    return DensityFigures(
      inliers: try named(known, split: true), outliers: try named(foreign, split: false),
      histograms: try histograms(), reliability: labeled.isEmpty ? nil : reliability)
  }
}
