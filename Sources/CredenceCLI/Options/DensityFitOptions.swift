public import ArgumentParser
public import Credence

/// What kind of density is fitted to features.
struct DensityFitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One covariance per class, one for all, variances only, or a few directions and variances.",
      valueName: GaussianDensity.Covariance.allCases.map(\.rawValue).joined(separator: "|")))
  var covariance: GaussianDensity.Covariance?

  @Option(
    help: ArgumentHelp(
      "How covariances of few samples become invertible.",
      valueName: GaussianDensity.Regularization.allCases.map(\.rawValue).joined(separator: "|")))
  var regularization: GaussianDensity.Regularization?

  @Option(
    help: ArgumentHelp(
      "The weights of the classes.",
      valueName: GaussianDensity.Prior.allCases.map(\.rawValue).joined(separator: "|")))
  var prior: GaussianDensity.Prior?

  @Option(help: ArgumentHelp("--covariance low-rank: directions per class.", valueName: "n"))
  var rank: Int?

  func validate() throws {
    if rank != nil, covariance != .lowRank {
      throw ValidationError("--rank belongs to --covariance low-rank.")
    }
    if let rank, rank < 1 { throw ValidationError("--rank is \(rank); it must be 1 or more.") }
  }

  /// Whether anything differs from the defaults.
  var isGiven: Bool {
    covariance != nil || regularization != nil || prior != nil || rank != nil
  }

  /// The defaults with what was asked for.
  var configuration: GaussianDensity.Configuration {
    var configuration = GaussianDensity.Configuration()
    configuration.covariance = covariance ?? configuration.covariance
    configuration.regularization = regularization ?? configuration.regularization
    configuration.prior = prior ?? configuration.prior
    configuration.rank = rank ?? configuration.rank
    return configuration
  }
}

extension GaussianDensity.Covariance: ExpressibleByArgument {}
extension GaussianDensity.Regularization: ExpressibleByArgument {}
extension GaussianDensity.Prior: ExpressibleByArgument {}
