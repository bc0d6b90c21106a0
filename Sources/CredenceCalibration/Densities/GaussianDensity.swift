/// Gaussians over the features of a network, one per class: log p(z) = log Σ π_c N(z; μ_c, Σ_c).
///
/// This module holds what a fitted density is and how it scores a few samples; fitting and bulk scoring are in
/// `CredenceUncertainty`, which has matrix products.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582 (one covariance per class); Lee et al., NeurIPS 2018,
///   arXiv:1807.03888 (one covariance for all).
public enum GaussianDensity {
  /// What the classes' covariances look like.
  public enum Covariance: String, Codable, Hashable, Sendable, CaseIterable {
    /// A full matrix for each class.
    case perClass = "per-class"
    /// One full matrix for all classes.
    case tied
    /// A variance for each class and feature.
    case diagonal
    /// For each class the directions of greatest variance, and a variance for each feature.
    case lowRank = "low-rank"
  }

  /// How a covariance estimated from too few samples is made invertible.
  public enum Regularization: String, Codable, Hashable, Sendable, CaseIterable {
    /// None where there are more samples than features and each direction varies by more than rounding, Ledoit–Wolf shrinkage
    /// elsewhere.
    case automatic
    /// The smallest of 0, 10⁻¹², …, 10⁻¹ times the mean variance whose sum with the diagonal factors, per class.
    case jitterLadder = "jitter"
    /// The smallest absolute value of the published ladder with which all classes factor.
    case publishedLadder = "published"
    /// The weighted mean with a multiple of the identity, weight by Ledoit & Wolf 2004.
    case ledoitWolf = "ledoit-wolf"
    /// The same, weight by Chen et al. 2010, which supposes normal features.
    case oas
  }

  /// The weights of the classes.
  public enum Prior: String, Codable, Hashable, Sendable, CaseIterable {
    /// Every class weighs 1, so that the density is a sum, not a mean.
    case flat
    /// Each class weighs as many of the samples as it had in the fit.
    case empirical
  }

  /// What to fit.
  public struct Configuration: Codable, Hashable, Sendable {
    public var covariance = Covariance.perClass
    public var regularization = Regularization.automatic
    public var prior = Prior.flat
    /// Directions of `Covariance.lowRank`, at least 1.
    public var rank = 32

    public init(
      covariance: Covariance = .perClass, regularization: Regularization = .automatic,
      prior: Prior = .flat, rank: Int = 32
    ) {
      self.covariance = covariance
      self.regularization = regularization
      self.prior = prior
      self.rank = rank
    }

    /// The published code's choices: a covariance per class, its ladder of jitters, no prior.
    public static let published = Self(regularization: .publishedLadder)
  }
}
