import ArgumentParser

/// The program: a list of commands.
@main
struct CredenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credence",
    abstract: "Tells when an image classifier can be trusted.",
    version: "0.1.0",
    subcommands: [])
}
