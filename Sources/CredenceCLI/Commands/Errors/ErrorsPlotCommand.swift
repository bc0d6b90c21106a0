import ArgumentParser
import Credence
import Foundation

/// The command `credence errors plot`.
struct ErrorsPlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws how often each kind of mistake occurs, against the accuracy of the models.",
    discussion: """
      Points come from the tables that ‘credence errors summarize’ wrote, or from published ones. All figures go into one \
      page, figures.html, and each becomes a file under its published name. A figure of an earlier name gets the ending _2.

      Families: \(ErrorFigureFamily.all.map(\.id).joined(separator: ", ")).

      Examples:
        credence errors plot --dataset imagenet
        credence errors plot --stats stats-imagenet --figures fine-grained model-failures --charts svg
        credence errors plot --marker arch_group --filter 'training_data_size <= 1.5e6' --filter 'arch_group not in CNN,MLP'
        credence errors plot --groups all --fit --fit-split 80 --charts none
      """)

  @Option(
    help: ArgumentHelp(
      "The data set whose figures are drawn: imagenet or imagenet-a; another name gets those of ImageNet with axes that fit its points.",
      valueName: "name"))
  var dataset = "imagenet"

  @Option(
    help: ArgumentHelp(
      "The folder of the tables; stats-DATASET unless told otherwise.", valueName: "dir"))
  var stats: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Which families of figures; all unless told otherwise.", valueName: "family")
  )
  var figures: [String] = []

  @Option(
    help: ArgumentHelp(
      "What shapes show.", valueName: ErrorFigureSettings.markers.joined(separator: "|")))
  var marker = "arch_family"

  @Option(
    help: ArgumentHelp(
      "What colors show.", valueName: ErrorFigureSettings.colors.joined(separator: "|")))
  var color = "training_data_size"

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Groups of classes in every figure, in place of the published ones.",
      valueName: ClassGroup.allCases.map(\.rawValue).joined(separator: "|")))
  var groups: [String] = []

  @Option(
    help: ArgumentHelp(
      "A condition on the models, such as 'arch_group in ViT,CNN'; may be repeated.",
      valueName: "condition"))
  var filter: [String] = []

  @Flag(help: "Fit a line with its band to each group.")
  var fit = false

  @Option(
    help: ArgumentHelp(
      "With --fit: one line up to this abscissa and one beyond it.", valueName: "x"))
  var fitSplit: Double?

  @Option(
    help: ArgumentHelp(
      "With --fit: a line for each value of this column of text.", valueName: "column"))
  var fitBy: String?

  @Option(
    help: ArgumentHelp(
      "imagenet-a: the data set whose accuracy is the abscissa.", valueName: "imagenet|imagenet-a"))
  var base = "imagenet-a"

  @Option(
    help: ArgumentHelp(
      "Where axes end: as published, or around the points.", valueName: "published|points"))
  var axes: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The kinds of files: png, svg, pdf, or none for the page alone; png and pdf unless told otherwise.",
      valueName: "format"))
  var charts: [String] = []

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "Where the page and the files go; figures/DATASET unless told otherwise.", valueName: "dir"))
  var output: String?

  func validate() throws {
    _ = try settings()
    _ = try formats()
    _ = try conditions()
    guard !dataset.isEmpty, !dataset.contains("/"), dataset != "..", dataset != "." else {
      throw ValidationError("--dataset is ‘\(dataset)’; it must be a name, not a path.")
    }
    guard ["imagenet", "imagenet-a"].contains(base) else {
      throw ValidationError("--base is ‘\(base)’; it must be imagenet or imagenet-a.")
    }
  }

  private func settings() throws -> ErrorFigureSettings {
    var settings = ErrorFigureSettings()
    for (option, name, known) in [
      ("--marker", marker, ErrorFigureSettings.markers),
      ("--color", color, ErrorFigureSettings.colors),
    ] where !known.contains(name) {
      throw ValidationError(
        "\(option) is ‘\(name)’; it must be one of \(known.joined(separator: ", ")).")
    }
    settings.marker = marker
    settings.color = color
    settings.groups = try groups.flatMap { $0.split(separator: ",").map(String.init) }.map { name in
      guard let group = ClassGroup(rawValue: name) else {
        throw ValidationError(
          "--groups names ‘\(name)’; it must be one of \(ClassGroup.allCases.map(\.rawValue).joined(separator: ", "))."
        )
      }
      return group
    }
    guard Set(settings.groups).count == settings.groups.count else {
      throw ValidationError("--groups names a group twice.")
    }
    if !fit, fitSplit != nil || fitBy != nil {
      throw ValidationError("--fit-split and --fit-by need --fit.")
    }
    if fitSplit != nil, fitBy != nil {
      throw ValidationError("Give --fit-split or --fit-by, not both.")
    }
    if let fitSplit, !fitSplit.isFinite {
      throw ValidationError("--fit-split must be a number.")
    }
    if fit {
      settings.fit =
        fitSplit.map { .inflection($0) } ?? fitBy.map { .column($0) } ?? ErrorFigure.FitSplit.none
    }
    if base == "imagenet", dataset != "imagenet-a", dataset != "imagenet" {
      throw ValidationError("--base goes with --dataset imagenet-a.")
    }
    settings.isBasedOnImageNet = base == "imagenet"
    switch axes {
    case nil: settings.fitsAxesToData = !["imagenet", "imagenet-a"].contains(dataset)
    case "published": settings.fitsAxesToData = false
    case "points": settings.fitsAxesToData = true
    default:
      throw ValidationError("--axes is ‘\(axes ?? "")’; it must be published or points.")
    }
    return settings
  }

  private func conditions() throws -> [ErrorFilter] {
    try filter.map { text in
      do {
        return try ErrorFilter(text)
      } catch {
        throw ValidationError(ErrorText.sentences(error))
      }
    }
  }

  /// The kinds of files; nothing for the page alone.
  private func formats() throws -> [ChartRenderer.ImageFormat] {
    let names = charts.flatMap { $0.split(separator: ",").map(String.init) }
    if names == ["none"] { return [] }
    if names.isEmpty { return [.pdf, .png] }
    var formats: [ChartRenderer.ImageFormat] = []
    for name in names {
      guard let format = ChartRenderer.ImageFormat(rawValue: name) else {
        throw ValidationError("--charts names ‘\(name)’; it must be png, svg, pdf, or none alone.")
      }
      if !formats.contains(format) { formats.append(format) }
    }
    return formats
  }

  func run() throws {
    let url = URL(fileURLWithPath: output ?? "figures/\(dataset)")
    let folder = try AtomicOutput(folder: url)
    let settings = try settings()
    let formats = try formats()
    let renderer = formats.isEmpty ? nil : try renderer()
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("reading statistics")
    let tables = URL(fileURLWithPath: stats ?? "stats-\(dataset)")
    let hasAllGroups = ["imagenet", "imagenet-a"].contains(dataset)
    let groups =
      !settings.groups.isEmpty
      ? settings.groups
      : hasAllGroups ? ClassGroup.allCases : try ErrorStatistics.groups(in: tables)
    let statistics = try ErrorStatistics(folder: tables, dataset: dataset, groups: groups)
      .filtered(by: conditions())
    let drawing = try ErrorFigureDrawing(statistics, families: figures, settings: settings)
    progress.enter("writing the page")
    var files = ["figures.html": Data(try drawing.page().utf8)]
    if settings.fit != nil { files["fits.csv"] = Data(drawing.fitTable.utf8) }
    if let renderer {
      progress.enter("drawing \(drawing.figures.count) figures")
      files.merge(try renderer.draw(drawing.charts, as: formats)) { first, _ in first }
    }
    try folder.write(files)
    progress.finish()
    for warning in drawing.warnings { ErrorText.warn(warning) }
    for name in files.keys.sorted() {
      try StandardOutput.write(url.appendingPathComponent(name).relativePath + "\n")
    }
  }

  /// Files were asked for, or are made where they can be.
  private func renderer() throws -> ChartRenderer? {
    do {
      return try ChartRenderer()
    } catch {
      guard charts.isEmpty else { throw error }
      ErrorText.warn(
        "Only the page is written. \((error as? ReportError)?.errorDescription ?? "") ‘--charts none’ asks for no files."
      )
      return nil
    }
  }
}
