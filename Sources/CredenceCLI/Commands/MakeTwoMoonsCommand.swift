import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets make two-moons`.
struct MakeTwoMoonsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "two-moons",
    abstract: "Makes points of two interleaved half circles, as scikit-learn does.",
    discussion: """
      Writes a NumPy archive of points (float64, [n, 2]) and labels (int64).

      Example:
        credence datasets make two-moons --count 2000 --noise 0.1 --output moons.npz
      """)

  @Option(
    name: [.long, .customShort("o")], help: ArgumentHelp("The archive.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Points.", valueName: "n"))
  var count = 2000

  @Option(help: ArgumentHelp("The deviation of what is added to each coordinate.", valueName: "x"))
  var noise = 0.1

  @Option(help: ArgumentHelp("As numpy.random.seed takes it.", valueName: "n"))
  var seed: UInt32 = 0

  func run() throws {
    try TwoMoons(count: count, noise: noise, seed: seed).write(to: URL(fileURLWithPath: output))
    try StandardOutput.write(output + "\n")
  }
}
