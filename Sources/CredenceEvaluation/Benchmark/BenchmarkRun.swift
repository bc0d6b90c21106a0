import CredenceHub
public import Foundation

/// Many models over many data sets, each pair once; a pair that fails is noted and the others go on.
public struct BenchmarkRun {
  /// A pair that could not be run.
  public struct Failure {
    public let model: String
    /// Empty where the model itself could not be made.
    public let dataset: String
    public let error: any Error
  }

  /// A file of predictions.
  public struct Outcome: Sendable {
    public let model: String
    public let dataset: NamedDataset
    public let result: PredictionResult
  }

  /// What the user learns on the way.
  public struct Reporter {
    /// Something begins.
    public var stage: (String) -> Void = { _ in }
    /// A batch is done.
    public var progress: (String, PredictionProgress) -> Void = { _, _ in }
    public var notice: (String) -> Void = { _ in }
    public var failure: (Failure) -> Void = { _ in }
    public var outcome: (Outcome) -> Void = { _ in }

    public init() {}
  }

  public var resolver: ModelResolver
  public var settings: PredictionSettings
  public var reporter = Reporter()

  public init(_ resolver: ModelResolver, _ settings: PredictionSettings) {
    self.resolver = resolver
    self.settings = settings
  }

  /// Runs every model over every data set.
  ///
  /// - Parameters:
  ///   - models: References and what is said of their images.
  ///   - datasets: The images.
  ///   - folder: Where the predictions go.
  /// - Returns: The files, models in order, and what failed.
  public func run(
    _ models: [(reference: ModelReference, overrides: PreprocessingOverrides)],
    over datasets: [NamedDataset], to folder: URL
  ) -> (outcomes: [Outcome], failures: [Failure]) {
    var outcomes: [Outcome] = []
    var failures: [Failure] = []
    func fail(_ model: String, _ dataset: String, _ error: any Error) {
      let failure = Failure(model: model, dataset: dataset, error: error)
      failures.append(failure)
      reporter.failure(failure)
    }
    for (reference, overrides) in models {
      let name = reference.name
      do {
        reporter.stage("\(name): preparing")
        let model = try prepare(reference, overrides)
        for dataset in datasets {
          do {
            let title = "\(name) on \(dataset.name)"
            var predictor = Predictor(settings)
            predictor.notice = reporter.notice
            predictor.progress = { [reporter] in reporter.progress(title, $0) }
            reporter.stage(title)
            let result = try predictor.run(
              model, over: dataset.images(forClassCount: model.classCount), named: dataset.name,
              split: dataset.split, to: folder)
            let outcome = Outcome(model: name, dataset: dataset, result: result)
            outcomes.append(outcome)
            reporter.outcome(outcome)
          } catch {
            fail(name, dataset.name, error)
          }
        }
      } catch {
        fail(name, "", error)
      }
    }
    return (outcomes, failures)
  }

  private func prepare(
    _ reference: ModelReference, _ overrides: PreprocessingOverrides
  ) throws -> PredictionModel {
    var resolver = resolver
    resolver.overrides = overrides.over(resolver.overrides)
    let located = try waiting { [resolver] in try await resolver.locate(reference) }
    located.notices.forEach(reporter.notice)
    return try resolver.prepare(located)
  }
}
