import ArgumentParser
import Credence
import Foundation

/// The command `credence density train`.
struct DensityTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a network, with bounded norms where asked.",
    discussion: """
      A tenth of the training images is held out, drawn by the seed, and judges every epoch. Checkpoints are \
      called NAME_EPOCH.safetensors; NAME.state keeps what --resume needs. The history goes to NAME_log.jsonl and .csv, \
      NAME_train_loss.json, and stats_logging/ for TensorBoard. A training of the same name in the same folder is continued by --resume, \
      removed by --overwrite, and else kept.

      Examples:
        credence density train --seed 1 --dataset cifar10 --model wide_resnet -sn --coeff 3.0 -mod --save-path out
        credence density train --seed 1 --dataset mnist --model lenet -e 1 --dataset-root data
        credence density train --seed 1 --model resnet18 -e 50 --schedule cosine --ema 0.999 --resume
        credence density train --seed 1 --model lenet --dataset mnist -e 20 --heads 5 --save-path out
        credence density train --seed 1 --model resnet18 -e 200 --schedule constant --lr 0.05 --swag-start 161
        credence density train --seed 1 --model resnet18 -sn -mod --dataset photographs --img-size 32 --data-aug
      """)

  @OptionGroup(title: "Network and data") var density: DensityOptions
  @OptionGroup(title: "Training") var training: TrainingOptions

  func run() throws {
    try DensityTraining(density, training).run(seeds: [density.seed])
  }
}

/// The command `credence density train-ensemble`.
struct DensityTrainEnsembleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-ensemble",
    abstract: "Trains the members of a deep ensemble, one seed each.",
    discussion: """
      Member i is what ‘credence density train’ makes of the seed SEED + i, i from 0. With --resume, members that are complete are not \
      trained again.

      Example:
        credence density train-ensemble --seed 1 --ensemble 5 --model wide_resnet --save-path out
      """)

  @OptionGroup(title: "Network and data") var density: DensityOptions
  @OptionGroup(title: "Training") var training: TrainingOptions

  @Option(help: ArgumentHelp("Members.", valueName: "n"))
  var ensemble = 5

  func validate() throws {
    guard (1...10_000).contains(ensemble) else {
      throw ValidationError("--ensemble is \(ensemble); it must be from 1 to 10000.")
    }
    guard density.seed + ensemble - 1 <= Int(UInt32.max) else {
      throw ValidationError(
        "--seed is \(density.seed); the last member's seed must be at most \(UInt32.max).")
    }
  }

  func run() throws {
    try DensityTraining(density, training).run(
      seeds: (0..<ensemble).map { density.seed + $0 })
  }
}
