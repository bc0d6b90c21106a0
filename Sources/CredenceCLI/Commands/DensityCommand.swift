import ArgumentParser

/// The command group `credence density`.
struct DensityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "density",
    abstract: "Deep Deterministic Uncertainty: a density over features, and its baselines.",
    subcommands: [
      DensityTrainCommand.self, DensityTrainEnsembleCommand.self, DensityEvaluateCommand.self,
      DensityFitCommand.self, DensityScoreCommand.self, DensityPlotCommand.self,
      DensityAuditCommand.self,
    ])
}
