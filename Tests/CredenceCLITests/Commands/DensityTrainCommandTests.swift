import CredenceFiles
import Foundation
import Testing

@Suite(.serialized) struct DensityTrainCommandTests {
  private let workspace: Workspace

  /// A small set of digits under the name of the published one: each class is a bright row of its own.
  init() throws {
    workspace = try Workspace()
    let count = 120
    var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 28, 0, 0, 0, 28]
    var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
    for index in 0..<count {
      let label = index % 10
      labels.append(UInt8(label))
      for pixel in 0..<784 {
        let isBright = pixel / 28 / 2 == label + 2
        images.append(isBright ? 255 : UInt8((pixel * 37 + index * 11) % 64))
      }
    }
    let folder = workspace.url("data/mnist")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(images).write(to: folder.appending(path: "train-images-idx3-ubyte"))
    try Data(labels).write(to: folder.appending(path: "train-labels-idx1-ubyte"))
  }

  private func train(_ arguments: String..., command: String = "train") throws -> Program.Run {
    try Program.run(
      [
        "density", command, "--seed", "1", "--dataset", "mnist", "--model", "lenet", "-b", "16",
        "--lr", "0.05", "--no-gpu", "--threads", "1",
      ] + arguments, in: workspace)
  }

  @Test func `writes checkpoints, state and history, and prints a line for every epoch`() throws {
    let run = try train(
      "-e", "3", "--save-interval", "2", "--save-path", "out", "--torch-checkpoints")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.count == 3)
    #expect(run.lines[0].hasPrefix("lenet_1: epoch 1, loss "))
    #expect(run.lines[0].contains(", held out: accuracy "))
    #expect(
      try workspace.files("out") == [
        "lenet_1.state", "lenet_1_2.model", "lenet_1_2.safetensors", "lenet_1_3.model",
        "lenet_1_3.safetensors", "lenet_1_log.csv", "lenet_1_log.jsonl",
        "lenet_1_train_loss.json", "stats_logging/", "stats_logging/lenet_1/",
        "stats_logging/lenet_1/events.out.tfevents.0.lenet_1",
      ])
    let losses = try JSONDecoder().decode(
      [String: Double].self, from: Data(contentsOf: workspace.url("out/lenet_1_train_loss.json")))
    #expect(losses.keys.sorted() == ["0", "1", "2"])
    let safetensors = try TensorArchive(
      contentsOf: workspace.url("out/lenet_1_3.safetensors"))
    let torch = try TensorArchive(contentsOf: workspace.url("out/lenet_1_3.model"))
    #expect(Set(safetensors.entries) == Set(torch.entries))
    for entry in torch.entries {
      #expect(try torch.array(entry.name)?.doubles() == safetensors.array(entry.name)?.doubles())
    }
    #expect(try #require(safetensors.metadata["credence.model"]).contains(#""epoch":3"#))
  }

  @Test func `goes on to the same weights, and with more epochs`() throws {
    let straight = try train("-e", "3", "--save-path", "straight")
    #expect(straight.status == 0, "\(straight.error)")
    let first = try train("-e", "2", "--save-path", "parts")
    let second = try train("-e", "3", "--save-path", "parts", "--resume")
    #expect(first.status == 0 && second.status == 0, "\(second.error)")
    #expect(second.lines.count == 1 && second.lines[0].hasPrefix("lenet_1: epoch 3, "))
    let name = "lenet_1_3.safetensors"
    #expect(
      try Data(contentsOf: workspace.url("straight/\(name)"))
        == Data(contentsOf: workspace.url("parts/\(name)")))
    let other = try train("-e", "3", "--save-path", "parts", "--resume", "--mom", "0.8")
    #expect(other.status == 1)
    #expect(other.errorLines.last?.contains("‘optimizer’ was ") == true, "\(other.error)")
    let loss = try train("-e", "3", "--save-path", "parts", "--resume", "--loss", "focal")
    #expect(loss.status == 1)
    #expect(loss.errorLines.last?.contains("‘loss’ was ") == true, "\(loss.error)")
  }

  @Test func `prints the published lines where asked`() throws {
    let run = try train("-e", "1", "--compat", "ddu2021", "--save-path", "run-")
    #expect(run.status == 0, "\(run.error)")
    // 108 images are seven batches.
    #expect(run.lines[0].hasPrefix("Train Epoch: 0 [0/112 (0%)]\tLoss: 2."))
    #expect(run.lines[1].hasPrefix("====> Epoch: 0 Average loss: 0."))
    #expect(try workspace.files().contains("run-lenet_1_1.safetensors"))
  }

  @Test func `an ensemble's member is what one training of its seed gives`() throws {
    let both = try train(
      "-e", "1", "--ensemble", "2", "--save-path", "both", command: "train-ensemble")
    #expect(both.status == 0, "\(both.error)")
    let one = try Program.run(
      [
        "density", "train", "--seed", "2", "--dataset", "mnist", "--model", "lenet", "-b", "16",
        "--lr", "0.05", "--no-gpu", "--threads", "1", "-e", "1", "--save-path", "one",
      ], in: workspace)
    #expect(one.status == 0, "\(one.error)")
    let name = "lenet_2_1.safetensors"
    #expect(
      try Data(contentsOf: workspace.url("both/\(name)"))
        == Data(contentsOf: workspace.url("one/\(name)")))
    let again = try train(
      "-e", "1", "--ensemble", "2", "--save-path", "both", "--resume", command: "train-ensemble")
    #expect(again.status == 0 && again.output.isEmpty)
    #expect(again.errorLines == ["lenet_1: trained before", "lenet_2: trained before"])
  }

  @Test(arguments: [
    (["--loss", "hinge"], "The loss is ‘hinge’."),
    (["--opt", "lion"], "The optimizer is ‘lion’."),
    (["--schedule", "steep"], "The schedule is ‘steep’."),
    (["--model", "lenett"], "--model is ‘lenett’; it must be one of lenet, "),
    (["--dataset", "mnisst"], "--dataset is ‘mnisst’; it must be one of mnist, "),
    (["--loss", "outlier_exposure"], "--loss outlier_exposure and --outliers belong together."),
    (["--focal-gamma", "3"], "--focal-gamma belongs to --loss focal; --loss is cross_entropy."),
    (["--patience", "2"], "--patience needs --select accuracy or nll."),
    (["-e", "0"], "The number of epochs is 0. The number of epochs must be 1 or more."),
  ])
  func `wrong arguments are refused with what is allowed`(
    _ arguments: [String], _ message: String
  ) throws {
    let run = try Program.run(
      ["density", "train", "--seed", "1"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func `an output that can't be written is refused before anything is read`() throws {
    try workspace.write("", to: "file")
    let run = try train("--save-path", "file/below")
    #expect(run.status == 1)
    #expect(run.error.contains("can't be written"), "\(run.error)")
  }

  @Test func `needs a seed`() throws {
    let run = try Program.run(["density", "train"], in: workspace)
    #expect(run.status == 64 && run.error.contains("--seed"))
  }
}
