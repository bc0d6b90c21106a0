import CredenceHub
import CredenceUncertainty
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
    run(
      models.map { reference, overrides in
        Job(name: reference.name) {
          let (resolver, located) = try locate(reference, overrides)
          return try resolver.prepare(located)
        }
      }, over: datasets, to: folder)
  }

  /// Runs a method over every data set: of each model, or of all together where it combines several.
  ///
  /// - Parameters:
  ///   - method: The method, its settings and what it is fitted to.
  ///   - models: References and what is said of their images.
  ///   - datasets: The images.
  ///   - folder: Where the predictions go.
  /// - Returns: The files, models in order, and what failed.
  public func run(
    _ method: MethodChoice,
    of models: [(reference: ModelReference, overrides: PreprocessingOverrides)],
    over datasets: [NamedDataset], to folder: URL
  ) -> (outcomes: [Outcome], failures: [Failure]) {
    let groups = method.descriptor.models == .several ? [models] : models.map { [$0] }
    return run(
      groups.filter { !$0.isEmpty }.map { group in
        Job(name: method.name(of: group.map(\.reference.name))) {
          let found = try group.map { try locate($0.reference, $0.overrides) }
          return try found[0].resolver.prepare(found.map(\.located), method: method)
        }
      }, over: datasets, to: folder)
  }

  /// A model that is prepared when its turn comes.
  private struct Job {
    let name: String
    let prepare: () throws -> PredictionModel
  }

  private func run(_ jobs: [Job], over datasets: [NamedDataset], to folder: URL) -> (
    outcomes: [Outcome], failures: [Failure]
  ) {
    var outcomes: [Outcome] = []
    var failures: [Failure] = []
    func fail(_ model: String, _ dataset: String, _ error: any Error) {
      let failure = Failure(model: model, dataset: dataset, error: error)
      failures.append(failure)
      reporter.failure(failure)
    }
    for job in jobs {
      let name = job.name
      do {
        reporter.stage("\(name): preparing")
        let model = try job.prepare()
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

  private func locate(
    _ reference: ModelReference, _ overrides: PreprocessingOverrides
  ) throws -> (resolver: ModelResolver, located: ModelResolver.Located) {
    var resolver = resolver
    resolver.overrides = overrides.over(resolver.overrides)
    let located = try waiting { [resolver] in try await resolver.locate(reference) }
    located.notices.forEach(reporter.notice)
    return (resolver, located)
  }
}
