/// A method with the values of its parameters.
public struct DetectionChoice: Sendable {
  public let descriptor: DetectionDescriptor
  public let settings: DetectionSettings

  /// A method; parameters that the settings leave out have their defaults.
  ///
  /// - Throws: `DetectionError.unknownParameter` or `badParameter`.
  public init(_ descriptor: DetectionDescriptor, settings: DetectionSettings = [:]) throws {
    self.descriptor = descriptor
    self.settings = try descriptor.completed(settings)
  }
}

/// Fits detection methods once and scores any number of sets, block by block, so that memory stays bounded.
public final class DetectionScorer {
  private let training: DetectionTraining
  private let fitted: [Result<any Detector, DetectionError>]
  public let choices: [DetectionChoice]

  /// Fits methods.
  ///
  /// - Parameters:
  ///   - choices: The methods.
  ///   - training: What they learn from; statistics that are known from earlier fits are not computed again.
  ///   - sources: The sets that will be scored, which decide what can be computed.
  ///   - progress: Told the title of each method before it is fitted.
  /// - Throws: `DetectionError.differentSizes` or `headMismatch`, `PredictionFileError`, `EngineError`.
  public init(
    _ choices: [DetectionChoice], training: DetectionTraining, scoring sources: [DetectionSource],
    progress: (String) -> Void = { _ in }
  ) throws {
    for source in sources { try training.check(source) }
    self.choices = choices
    self.training = training
    fitted = try choices.map { choice in
      if let reason = training.obstacle(to: choice.descriptor.requirements, sources) {
        return .failure(.unavailable(reason))
      }
      progress(choice.descriptor.title)
      do {
        return .success(try choice.descriptor.make(choice.settings).fitted(to: training))
      } catch let error as DetectionError {
        return .failure(error)
      } catch let error as UncertaintyError {
        let sentences = [error.errorDescription, error.failureReason].compactMap(\.self)
        return .failure(.unavailable(String(sentences.joined(separator: " ").dropLast())))
      }
    }
  }

  /// The uncertainties of a set by each method, or why a method has none.
  ///
  /// - Parameter source: One of the sets that were announced.
  /// - Returns: One list per choice, in their order.
  /// - Throws: `PredictionFileError` for NaN and the like, `EngineError`.
  public func uncertainties(
    of source: DetectionSource
  ) throws -> [Result<[Double], DetectionError>] {
    var results = fitted.map { detector in detector.map { _ in [Double]() } }
    for index in results.indices where (try? results[index].get()) != nil {
      results[index] = results[index].map { list in
        var list = list
        list.reserveCapacity(source.sampleCount)
        return list
      }
    }
    for rows in source.blocks {
      let block = DetectionBlock(source, rows: rows, head: training.head)
      for index in fitted.indices {
        guard case .success(let detector) = fitted[index],
          case .success(var list) = results[index]
        else { continue }
        results[index] = .success([])
        do {
          list += try detector.uncertainties(of: block)
          results[index] = .success(list)
        } catch let error as DetectionError {
          results[index] = .failure(error)
        }
      }
    }
    return results
  }
}
