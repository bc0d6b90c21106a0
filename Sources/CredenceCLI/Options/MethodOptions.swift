public import ArgumentParser
public import Credence
import Foundation

/// Which uncertainty method predicts, and its settings.
struct MethodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Predict with several members, and store the logits of each.",
      valueName: MethodCatalog.all.map(\.id).joined(separator: "|")))
  var method: String?

  @Option(help: ArgumentHelp("Draws of mc-dropout, laplace and swag (10).", valueName: "n"))
  var samples: Int?

  @Option(help: ArgumentHelp("The seed of the draws (0).", valueName: "n"))
  var seed: UInt64?

  @Option(
    name: .customLong("dropout-rate"),
    help: ArgumentHelp(
      "How much mc-dropout drops, instead of what the network was trained with.",
      valueName: "rate"))
  var dropoutRate: Double?

  @Flag(
    name: .customLong("tta-flips"), inversion: .prefixedNo,
    help: "Whether tta sees mirrored images, too (yes).")
  var flips: Bool?

  @Option(
    name: .customLong("tta-shift"),
    help: ArgumentHelp("By how many pixels tta shifts images to the corners (0).", valueName: "n"))
  var shift: Int?

  @Option(help: ArgumentHelp("Last layers of a shallow-ensemble.", valueName: "n"))
  var heads: Int?

  @Option(
    help: ArgumentHelp(
      "For laplace: predictions of the training data, made with --embeddings.", valueName: "file"))
  var train: String?

  @Option(
    name: .customLong("train-data"),
    help: ArgumentHelp(
      "For swag: training images, by which batch normalization is renewed.", valueName: "path"))
  var trainData: String?

  @Option(
    help: ArgumentHelp(
      "How much of the curvature laplace keeps (kronecker).",
      valueName: LastLayerLaplace.Hessian.allCases.map(\.rawValue).joined(separator: "|")))
  var hessian: LastLayerLaplace.Hessian?

  @Option(
    name: .customLong("prior-precision"),
    help: ArgumentHelp(
      "The precision of laplace's prior; auto takes the most probable one (auto).",
      valueName: "number|auto"))
  var priorPrecision: String?

  @Option(
    help: ArgumentHelp(
      "How laplace's uncertain logits become probabilities (probit).",
      valueName: LastLayerLaplace.Predictive.allCases.map(\.rawValue).joined(separator: "|")))
  var predictive: LastLayerLaplace.Predictive?

  @Option(
    name: .customLong("swag-scale"),
    help: ArgumentHelp(
      "The part of the variance that swag's draws have (0.5).", valueName: "number"))
  var swagScale: Double?

  func validate() throws {
    guard let method else {
      if let option = given.first {
        throw ValidationError("\(option) belongs to a --method; say which.")
      }
      return
    }
    guard let descriptor = MethodCatalog[method] else {
      let known = MethodCatalog.all.map(\.id)
      throw ValidationError(
        "--method is ‘\(method)’; it must be one of \(known.joined(separator: ", ")).")
    }
    if let option = given.first(where: { !descriptor.options.contains($0) }) {
      throw ValidationError(
        "‘\(method)’ does not heed \(option); "
          + (descriptor.options.isEmpty
            ? "it has no options."
            : "its options are \(descriptor.options.joined(separator: ", "))."))
    }
    if let dropoutRate, !(dropoutRate > 0 && dropoutRate < 1) {
      throw ValidationError("--dropout-rate is \(dropoutRate); it must be above 0 and below 1.")
    }
    if let heads, heads < 2 { throw ValidationError("--heads is \(heads); it must be 2 or more.") }
    if let samples, !(1...1000).contains(samples) {
      throw ValidationError("--samples is \(samples); it must be from 1 to 1000.")
    }
    _ = try precision()
  }

  /// The options that were given, as they are written.
  private var given: [String] {
    let all: [(String, Bool)] = [
      ("--samples", samples != nil), ("--seed", seed != nil),
      ("--dropout-rate", dropoutRate != nil), ("--tta-flips", flips != nil),
      ("--tta-shift", shift != nil), ("--heads", heads != nil), ("--train", train != nil),
      ("--train-data", trainData != nil), ("--hessian", hessian != nil),
      ("--prior-precision", priorPrecision != nil), ("--predictive", predictive != nil),
      ("--swag-scale", swagScale != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  private func precision() throws -> LastLayerLaplace.PriorPrecision {
    guard let priorPrecision, priorPrecision != "auto" else { return .marginalLikelihood }
    guard let value = Double(priorPrecision), value > 0, value.isFinite else {
      throw ValidationError(
        "--prior-precision is ‘\(priorPrecision)’; it must be a number above 0, or auto.")
    }
    return .fixed(value)
  }

  /// The method and what it is fitted to.
  ///
  /// - Parameters:
  ///   - loading: How training images are read.
  ///   - folder: Where published data sets lie.
  /// - Returns: `nil` where networks predict alone.
  /// - Throws: `DatasetError`.
  func choice(_ loading: LoaderSettings, in folder: String) throws -> MethodChoice? {
    guard let descriptor = method.flatMap({ MethodCatalog[$0] }) else { return nil }
    var choice = MethodChoice(descriptor)
    if let samples { choice.settings.setSamples(samples) }
    if let seed { choice.settings.setSeed(seed) }
    if let flips { choice.settings.augmentation.flips = flips }
    if let shift { choice.settings.augmentation.shift = shift }
    if let heads { choice.settings.heads = heads }
    if let hessian { choice.settings.laplace.hessian = hessian }
    if let predictive { choice.settings.laplace.predictive = predictive }
    if let swagScale { choice.settings.swag.scale = swagScale }
    choice.settings.laplace.priorPrecision = try precision()
    choice.trainingPredictions = train.map { URL(fileURLWithPath: $0) }
    choice.trainingImages = try trainData.map { path in
      let found = try NamedDataset.open(path: path, in: folder)
      guard found.count == 1 else {
        throw ValidationError("--train-data takes one data set; ‘\(path)’ holds \(found.count).")
      }
      return found[0].images
    }
    choice.loading = loading
    return choice
  }
}

extension LastLayerLaplace.Hessian: ExpressibleByArgument {}
extension LastLayerLaplace.Predictive: ExpressibleByArgument {}
