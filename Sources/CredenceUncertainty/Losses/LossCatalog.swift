extension LossDescriptor {
  /// Every loss.
  public static let all: [Self] = [.crossEntropy, .focal, .logitNorm, .outlierExposure]
}
