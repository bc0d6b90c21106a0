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
    let events = try workspace.files("out").filter { $0.contains("/events.out.tfevents.") }
    #expect(events.count == 1)
    #expect(
      try workspace.files("out") == [
        "lenet_1.state", "lenet_1_2.model", "lenet_1_2.safetensors", "lenet_1_3.model",
        "lenet_1_3.safetensors", "lenet_1_log.csv", "lenet_1_log.jsonl",
        "lenet_1_train_loss.json", "stats_logging/", "stats_logging/lenet_1/",
      ] + events)
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

  @Test func `a training is replaced only if that is said`() throws {
    #expect(try train("-e", "1", "--save-path", "out").status == 0)
    let refused = try train("-e", "2", "--save-path", "out")
    #expect(refused.status == 1)
    #expect(
      refused.errorLines.last
        == "credence: ‘out’ holds a training ‘lenet_1’: on mnist, complete after 1 epoch. Another training does not "
        + "replace it. Go on with it by --resume, choose another --save-path, or replace it by --overwrite.",
      "\(refused.error)")
    let again = try train("-e", "1", "--save-path", "out", "--resume")
    #expect(again.status == 0)
    #expect(
      again.errorLines
        == ["lenet_1: was complete after 1 epoch; there was nothing left to do."])
    let other = try train("-e", "2", "--save-path", "out", "--overwrite", "--lr", "0.01")
    #expect(other.status == 0 && other.lines.count == 2, "\(other.error)")
    let files = try workspace.files("out")
    #expect(files.contains("lenet_1_2.safetensors") && !files.contains("lenet_1_1.safetensors"))
    #expect(files.count { $0.contains("events.out.tfevents.") } == 1)
    let both = try train("-e", "2", "--save-path", "out", "--overwrite", "--resume")
    #expect(both.status == 64 && both.error.contains("contradict each other"))
  }

  @Test func `two processes can't train one name`() throws {
    let folder = workspace.url("out/stats_logging/lenet_1")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // What another process would hold.
    let descriptor = open(folder.path, O_RDONLY)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let run = try train("-e", "1", "--save-path", "out", "--overwrite")
    #expect(run.status == 1)
    #expect(
      run.error.contains("‘lenet_1’ in ‘out’ is being trained right now."), "\(run.error)")
    close(descriptor)
    #expect(try train("-e", "1", "--save-path", "out").status == 0)
  }

  @Test func `events of a run that went on stand in a second file`() throws {
    #expect(try train("-e", "1", "--save-path", "out").status == 0)
    func events() throws -> [String] {
      try workspace.files("out").filter { $0.contains("events.out.tfevents.") }
    }
    let first = try #require(try events().first)
    let before = try Data(contentsOf: workspace.url("out/\(first)"))
    #expect(try train("-e", "2", "--save-path", "out", "--resume").status == 0)
    let found = try events()
    #expect(found.count == 2 && found[0] == first)
    #expect(try Data(contentsOf: workspace.url("out/\(first)")) == before)
  }

  @Test func `a shallow ensemble and a SWAG posterior predict by their methods`() throws {
    let heads = try train("-e", "2", "--heads", "3", "--save-path", "out")
    #expect(heads.status == 0, "\(heads.error)")
    let swag = try train("-e", "3", "--swag-start", "2", "--save-path", "out")
    #expect(swag.status == 0, "\(swag.error)")
    #expect(swag.errorLines.contains("wrote out/lenet_1_swag.safetensors"))
    func predict(_ arguments: String...) throws -> Program.Run {
      try Program.run(
        ["predict", "--data", "data/mnist", "--output", "out", "--model"] + arguments,
        in: workspace)
    }
    let shallow = try predict(
      "out/lenet_heads_3_1_2.safetensors", "--method", "shallow-ensemble")
    #expect(shallow.status == 0, "\(shallow.error)")
    let drawn = try predict(
      "out/lenet_1_swag.safetensors", "--method", "swag", "--samples", "2")
    #expect(drawn.status == 0, "\(drawn.error)")
    let alone = try predict("out/lenet_heads_3_1_2.safetensors")
    #expect(alone.status == 1)
    #expect(alone.error.contains("has 3 last layers."), "\(alone.error)")
    let posterior = try predict("out/lenet_1_swag.safetensors")
    #expect(posterior.status == 1)
    #expect(posterior.error.contains("Predict by --method swag."), "\(posterior.error)")
  }

  @Test func `images of a folder are trained on and evaluated by their path`() throws {
    try workspace.writeImages("digits/train", perClass: 12)
    try workspace.writeImages("digits/val", perClass: 3)
    try workspace.writeImages("others", perClass: 2)
    func run(_ command: String, _ arguments: String...) throws -> Program.Run {
      try Program.run(
        [
          "density", command, "--seed", "1", "--dataset", "digits", "--model", "lenet", "-b", "16",
          "--no-gpu", "--threads", "1", "--val", "0.2",
        ] + arguments, in: workspace)
    }
    let trained = try run("train", "--lr", "0.05", "-e", "2", "--save-path", "models/Run1")
    #expect(trained.status == 0, "\(trained.error)")
    let weights = try TensorArchive(
      contentsOf: workspace.url("models/Run1/lenet_1_2.safetensors"))
    let description = try #require(weights.metadata["credence.model"])
    // Gray images of 28 × 28, as they are.
    #expect(description.contains(#""channelCount":1"#) && description.contains("[28,28]"))
    #expect(description.contains(#""dataset":"digits""#) && description.contains("class3"))
    let evaluated = try run(
      "evaluate", "--load-path", "models", "--epoch", "2", "--runs", "1", "--ood_dataset", "others",
      "--output", "report")
    #expect(evaluated.status == 0, "\(evaluated.error)")
    #expect(
      try workspace.files("report").contains("res_lenet_1_softmax_digits_others.json"))
    let same = try run(
      "evaluate", "--load-path", "models", "--epoch", "2", "--runs", "1", "--ood_dataset",
      "digits/val")
    #expect(same.status == 1)
    #expect(same.error.contains("another set is called so"), "\(same.error)")
    let partless = try Program.run(
      [
        "density", "evaluate", "--seed", "1", "--dataset", "others", "--model", "lenet",
        "--load-path", "models", "--epoch", "2", "--runs", "1", "--ood_dataset", "digits",
      ], in: workspace)
    #expect(partless.status == 1)
    #expect(partless.error.contains("holds no part for testing"), "\(partless.error)")
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
    (["--heads", "0"], "--heads is 0; it must be from 1 to 1000."),
    (["--swag-rank", "5"], "--swag-frequency and --swag-rank belong to --swag-start EPOCH."),
    (
      ["--swag-start", "350"],
      "The first epoch of collected weights is 350."
    ),
    (["--heads", "2", "--swag-start", "9"], "--heads and --swag-start can't be combined"),
    (["--channels", "1"], "--channels and --img-size belong to a path"),
    (["--dataset", ".", "--img-size", "0"], "--img-size is ‘0’; it must be a number of pixels"),
    (["--val", "1"], "--val is 1.0; it must be from 0 to below 1."),
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
