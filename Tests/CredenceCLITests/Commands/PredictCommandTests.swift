import Foundation
import Testing

@Suite(.serialized) struct PredictCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeImages()
    try workspace.writeWeights("net.safetensors")
  }

  private func predict(_ arguments: String...) throws -> Program.Run {
    try Program.run(["predict"] + arguments, in: workspace)
  }

  private func content(_ name: String) throws -> Data { try Data(contentsOf: workspace.url(name)) }

  @Test func `stores predictions and prints where they are`() throws {
    let run = try predict(
      "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out", "--embeddings")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output == "out/net__digits.safetensors\n")
    #expect(run.error.contains("net on digits: 30 predictions in "))
    #expect(try workspace.files("out") == ["net__digits.safetensors"])
    let scored = try Program.run(["score", "out/net__digits.safetensors"], in: workspace)
    #expect(scored.status == 0 && scored.output.contains("net"), "\(scored.error)")
    let file = try content("out/net__digits.safetensors")
    let again = try predict(
      "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out", "--embeddings")
    #expect(again.status == 0 && again.output == run.output)
    #expect(again.errorLines.last == "net on digits: 30 predictions, made before")
    #expect(try content("out/net__digits.safetensors") == file)
  }

  @Test func `another run is refused until it may be overwritten`() throws {
    let arguments = [
      "predict", "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out",
    ]
    #expect(try Program.run(arguments, in: workspace).status == 0)
    let other = try Program.run(arguments + ["--mean", "0.5"], in: workspace)
    #expect(other.status == 1 && other.output.isEmpty)
    #expect(
      other.errorLines.last
        == "credence: net on digits: ‘out/net__digits.safetensors’ is of another run. It differs "
        + "in the preprocessing. Choose another --output, or replace it by --overwrite.")
    let replaced = try Program.run(
      arguments + ["--mean", "0.5", "--overwrite"], in: workspace)
    #expect(replaced.status == 0 && replaced.output == "out/net__digits.safetensors\n")
  }

  @Test func `parts are joined to the whole`() throws {
    let options = ["--model", "lenet=net.safetensors", "--data", "digits", "-b", "5"]
    #expect(
      try Program.run(["predict"] + options + ["--output", "whole"], in: workspace).status == 0)
    for index in 0..<3 {
      let run = try Program.run(
        ["predict"] + options + ["--output", "parts", "--shard", "\(index)/3"], in: workspace)
      #expect(run.output == "parts/net__digits.shard\(index)of3.safetensors\n", "\(run.error)")
    }
    let parts = [2, 0, 1].map { "parts/net__digits.shard\($0)of3.safetensors" }
    let merged = try Program.run(["merge"] + parts + ["--output", "merged"], in: workspace)
    #expect(merged.status == 0 && merged.output == "merged/net__digits.safetensors\n")
    #expect(
      try content("merged/net__digits.safetensors") == content("whole/net__digits.safetensors"))
    let gap = try Program.run(
      ["merge", parts[0], parts[1], "--output", "gap"], in: workspace)
    #expect(gap.status == 1)
    #expect(
      gap.error == "credence: Parts are missing: samples 10 to 19. Every part of a run is needed, "
        + "each once. Make them by --shard and name them too.\n")
    let twice = try Program.run(
      ["merge"] + parts + [parts[1], "--output", "twice"], in: workspace)
    #expect(twice.status == 1)
    #expect(twice.error.contains("Its samples are in another file, too."))
    let over = try Program.run(
      ["merge"] + parts + ["--output", parts[0]], in: workspace)
    #expect(over.status == 1, "\(over.output)")
  }

  @Test func `of several models one that fails is named and the others go on`() throws {
    try Data("nothing".utf8).write(to: workspace.url("bad.pth"))
    let run = try predict(
      "--model", "lenet=bad.pth", "lenet=net.safetensors", "--data", "digits", "--output", "out")
    #expect(run.status == 2)
    #expect(run.output == "out/net__digits.safetensors\n")
    #expect(
      run.errorLines.contains { $0.hasPrefix("credence: bad: The format of ‘bad.pth’ ") },
      "\(run.error)")
  }

  @Test(arguments: [
    (
      ["--model", "resnet5O", "--data", "digits"],
      "credence: There is no model ‘resnet5O’. Similar names are resnet50"
    ),
    (
      ["--model", "resnet18.best", "--data", "digits"],
      "credence: ‘resnet18’ has no weights called ‘best’. Known are a1_in1k"
    ),
    (
      ["--model", "lenet", "--data", "digits"],
      "credence: ‘lenet’ has no published weights. Nobody has published any. Give a file of "
        + "weights by --checkpoint, or as NAME=FILE."
    ),
    (
      ["--model", "lenet=net.safetensors", "--data", "digit"],
      "credence: There is no ‘digit’. "
    ),
    (
      ["--model", "lenet=none.pth", "--data", "digits"], "credence: none: ‘none.pth’ "
    ),
    (
      ["--model", "lenet=net.safetensors", "--data", "digits", "--device", "cuda:99"],
      "credence: The device ‘cuda:99’ is not available. This machine offers "
    ),
    (
      ["--model", "lenet=net.safetensors", "--data", "digits", "--num-classes", "7"],
      "credence: net: The weights in ‘net.safetensors’ do not fit ‘lenet’: 2 of another shape."
    ),
  ])
  func `a run that fails says why`(_ arguments: [String], _ text: String) throws {
    let run = try Program.run(["predict"] + arguments + ["--output", "out"], in: workspace)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.contains { $0.hasPrefix(text) }, "\(run.error)")
  }

  @Test func `a path that is not there comes with the nearest that is`() throws {
    let run = try predict(
      "--model", "lenet=net.safetensors", "--data", "digit", "--output", "out")
    #expect(run.error.contains("digits"), "\(run.error)")
  }

  @Test(arguments: [
    (["--device", "gpu"], "Error: --device is ‘gpu’; it must be cpu, cuda, cuda:N or mps."),
    (
      ["--precision", "float8"],
      "Error: --precision is ‘float8’; it must be float32, bfloat16 or float16."
    ),
    (["--shard", "4/4"], "Error: The shard is 4/4. It must be i/n with i from 0 to n − 1."),
    (["--shard", "1"], "Error: The shard is ‘1’. It must be i/n with i from 0 to n − 1."),
    (["-b", "0"], "Error: --batch-size is 0; it must be 1 or more."),
    (["--img-size", "x"], "Error: --img-size is ‘x’; it must be a number of pixels such as 224"),
    (["--num-classes", "1"], "Error: --num-classes is 1; it must be 2 or more."),
  ])
  func `settings without meaning are a wrong command line`(_ arguments: [String], _ text: String)
    throws
  {
    let run = try Program.run(
      ["predict", "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out"]
        + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.errorLines.first?.hasPrefix(text) == true, "\(run.error)")
    #expect(!FileManager.default.fileExists(atPath: workspace.url("out").path))
  }

  @Test func `two models of one name are refused`() throws {
    let run = try predict(
      "--model", "lenet=net.safetensors,lenet=./net.safetensors", "--data", "digits",
      "--output", "out")
    #expect(run.status == 64)
    #expect(
      run.error.hasPrefix(
        "Error: Two models are called ‘net’, and their predictions would get one name."),
      "\(run.error)")
  }

  @Test func `images that can't be read end the run, or are left out`() throws {
    try Data("no image".utf8).write(to: workspace.url("digits/class4/1.png"))
    let failed = try predict(
      "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out")
    #expect(failed.status == 1)
    #expect(
      failed.errorLines.last?.hasPrefix("credence: net on digits: ‘digits/class4/1.png’ ") == true,
      "\(failed.error)")
    let run = try predict(
      "--model", "lenet=net.safetensors", "--data", "digits", "--output", "out",
      "--skip-unreadable")
    #expect(run.status == 0)
    #expect(run.errorLines.last?.hasSuffix("; 1 images left out") == true, "\(run.error)")
  }

  @Test func `a run that is killed goes on to the same file`() throws {
    try workspace.writeWeights("cifar.safetensors", of: "cifar_resnet20")
    func arguments(_ folder: String) -> [String] {
      [
        "predict", "--model",
        "cifar_resnet20=cifar.safetensors+img-size=160+crop-mode=squash+mean=0.5,0.5,0.5",
        "--data", "digits", "--output", folder, "-b", "1", "--threads", "1",
      ]
    }
    let whole = try Program.run(arguments("whole"), in: workspace)
    #expect(whole.status == 0, "\(whole.error)")
    let process = Process()
    process.executableURL = try Program.url()
    process.arguments = arguments("out")
    process.currentDirectoryURL = workspace.folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let rows = workspace.url("out/cifar__digits.safetensors.partial/rows.int64").path
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline,
      (try? FileManager.default.attributesOfItem(atPath: rows)[.size] as? Int) ?? 0 < 3 * 8
    { usleep(1000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal, "it ended before it was killed")
    #expect(try workspace.files("out").contains("cifar__digits.safetensors.partial/rows.int64"))
    let resumed = try Program.run(arguments("out"), in: workspace)
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(
      resumed.errorLines.last?.contains("of them by an earlier run") == true, "\(resumed.error)")
    #expect(
      try content("out/cifar__digits.safetensors") == content("whole/cifar__digits.safetensors"))
    #expect(try workspace.files("out") == ["cifar__digits.safetensors"])
  }
}
