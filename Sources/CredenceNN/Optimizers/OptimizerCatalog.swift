extension OptimizerDescriptor {
  /// Every optimizer.
  public static let all: [Self] = [.sgd, .adam, .adamW]
}
