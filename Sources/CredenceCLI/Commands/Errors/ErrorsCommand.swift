import ArgumentParser

/// The command group `credence errors`.
struct ErrorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "What kind of mistake is each one, for any number of models.",
    subcommands: [
      ErrorsPrepareCommand.self, ErrorsCollectCommand.self, ErrorsFeaturesCommand.self,
      ErrorsAnalyzeCommand.self, ErrorsSummarizeCommand.self, ErrorsPairsCommand.self,
      ErrorsCommonCommand.self, ErrorsConfidenceCommand.self, ErrorsPlotCommand.self,
      ErrorsReportCommand.self, ErrorsBrowseCommand.self, ErrorsShowCommand.self,
      ErrorsExplainCommand.self, ErrorsDescribeCommand.self, ErrorsListLatexCommand.self,
      ErrorsEvaluationCommand.self,
    ])
}
