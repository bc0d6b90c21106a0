import Foundation
import Testing

@Suite struct DatasetsCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
  }

  private func datasets(_ arguments: String...) throws -> Program.Run {
    try Program.run(["datasets"] + arguments, in: workspace)
  }

  /// Two black digits for testing in the usual place.
  private func writeMNIST() throws {
    let folder = workspace.url("data/mnist")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let size = 2 * 28 * 28
    try (Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]) + Data(count: size))
      .write(to: folder.appendingPathComponent("t10k-images-idx3-ubyte"))
    try Data([0, 0, 8, 1, 0, 0, 0, 2, 9, 3])
      .write(to: folder.appendingPathComponent("t10k-labels-idx1-ubyte"))
  }

  @Test func `the list says what is there`() throws {
    try writeMNIST()
    let run = try datasets("list")
    #expect(run.status == 0, "\(run.error)")
    let mnist = try #require(run.lines.first { $0.hasPrefix("mnist ") })
    #expect(mnist.contains("yes") && mnist.contains("1×28×28") && mnist.contains("CC BY-SA 3.0"))
    let cifar = try #require(run.lines.first { $0.hasPrefix("cifar10 ") })
    #expect(cifar.contains(" no ") && cifar.contains("50"))
    #expect(run.lines.allSatisfy { $0.count <= 100 })
    let json = try datasets("list", "--format", "json", "--data-dir", "elsewhere")
    #expect(json.output.contains("\"credence.datasets/1\"") && json.output.contains("\"svhn\""))
  }

  @Test func `a name is described, with or without its files`() throws {
    try writeMNIST()
    let run = try datasets("info", "mnist")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("found         2 images for test\n"), "\(run.output)")
    #expect(run.output.contains("mean          0.1307\n"))
    let absent = try datasets("info", "dirty-mnist", "--data-dir", "nowhere")
    #expect(absent.status == 0 && absent.output.contains("not in ‘nowhere’"))
  }

  @Test func `a wrong or missing file ends with status 1`() throws {
    try writeMNIST()
    let run = try datasets("verify", "mnist")
    #expect(run.status == 1)
    #expect(run.output.contains("WRONG") && run.output.contains("missing"))
    #expect(run.lines.last == "mnist: 2 wrong, 2 missing of 4.")
    try FileManager.default.createDirectory(
      at: workspace.url("set"), withIntermediateDirectories: true)
    try workspace.write("abc", to: "set/a.txt")
    try workspace.write("900150983cd24fb0d6963f7d28e17f72  a.txt\n", to: "set/MD5SUMS")
    let right = try datasets("verify", "set")
    #expect(right.status == 0 && right.lines.first == "a.txt  correct")
    let unknown = try datasets("verify", "mnst")
    #expect(unknown.status == 1 && unknown.error.contains("Did you mean ‘mnist’?"))
  }

  @Test func `what can't be fetched is explained`() throws {
    let run = try datasets("download", "tiny-imagenet")
    #expect(run.status == 1)
    #expect(run.error.contains("https://image-net.org/download"))
    let mirror = try datasets("download", "mnist", "--mirror", "somewhere")
    #expect(mirror.status == 64 && mirror.error.contains("--mirror is ‘somewhere’"))
  }

  @Test func `predict takes names`() throws {
    try writeMNIST()
    try workspace.writeWeights("net.safetensors")
    let run = try Program.run(
      ["predict", "--model", "lenet=net.safetensors", "--data", "mnist", "--output", "out"],
      in: workspace)
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output == "out/net__mnist__test.safetensors\n")
    let absent = try Program.run(
      ["predict", "--model", "lenet=net.safetensors", "--data", "svhn", "--output", "out"],
      in: workspace)
    #expect(absent.status == 1)
    #expect(absent.error.contains("credence datasets download svhn"), "\(absent.error)")
  }

  @Test func `two moons are written as an archive`() throws {
    let run = try datasets("make", "two-moons", "--count", "10", "--output", "moons.npz")
    #expect(run.status == 0 && run.output == "moons.npz\n", "\(run.error)")
    #expect(try Data(contentsOf: workspace.url("moons.npz")).count > 10 * 24)
    let wrong = try datasets("make", "two-moons", "--noise=-1", "--output", "moons.npz")
    #expect(wrong.status == 1 && wrong.error.contains("The noise is -1.0"))
  }

  @Test func `ambiguous digits need MNIST and settings that can be`() throws {
    let absent = try datasets("make", "ambiguous-mnist", "--output", "out")
    #expect(absent.status == 1)
    #expect(absent.error.contains("The data set mnist is not in ‘./data’."))
    let wrong = try datasets("make", "ambiguous-mnist", "--output", "out", "--count", "0")
    #expect(wrong.status == 64)
    #expect(wrong.error.contains("The number of images is 0."), "\(wrong.error)")
  }
}
