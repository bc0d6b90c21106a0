import Foundation
import Testing

@Suite(.serialized) struct DensityEvaluateCommandTests {
  private let workspace: Workspace

  /// Small sets of digits and of clothes under the names of the published ones: each class is a bright row, or a bright column.
  init() throws {
    workspace = try Workspace()
    for (name, part, count) in [
      ("mnist", "train", 200), ("mnist", "t10k", 60), ("fashion-mnist", "t10k", 50),
    ] {
      var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 28, 0, 0, 0, 28]
      var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
      for index in 0..<count {
        let label = index % 10
        labels.append(UInt8(label))
        for pixel in 0..<784 {
          let line = name == "mnist" ? pixel / 28 : pixel % 28
          images.append(line / 2 == label + 2 ? 255 : UInt8((pixel * 37 + index * 11) % 64))
        }
      }
      let folder = workspace.url("data/\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(images).write(to: folder.appending(path: "\(part)-images-idx3-ubyte"))
      try Data(labels).write(to: folder.appending(path: "\(part)-labels-idx1-ubyte"))
    }
  }

  private func train(seed: Int, to folder: String) throws {
    let run = try Program.run(
      [
        "density", "train", "--seed", "\(seed)", "--dataset", "mnist", "--model", "lenet", "-b",
        "16", "--lr", "0.05", "--no-gpu", "--threads", "1", "-e", "2", "--save-path", folder,
      ], in: workspace)
    try #require(run.status == 0, "\(run.error)")
  }

  private func evaluate(_ arguments: String...) throws -> Program.Run {
    try Program.run(
      [
        "density", "evaluate", "--seed", "1", "--dataset", "mnist", "--model", "lenet", "--no-gpu",
        "--threads", "1", "--load-path", "models", "--epoch", "2", "--ood_dataset", "fashion_mnist",
      ] + arguments, in: workspace)
  }

  @Test func `trained networks are evaluated from one command, and their doubts are drawn`() throws
  {
    try train(seed: 1, to: "models/Run1/")
    try train(seed: 2, to: "models/Run2/")
    let run = try evaluate(
      "--runs", "2", "--model-type", "gmm", "--predictions", "kept", "--output", "report")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.contains { $0.hasPrefix("log density") }, "\(run.output)")
    #expect(
      try workspace.files("report") == [
        "report.html", "res_lenet_1_gmm_mnist_fashion_mnist.json", "results.csv", "results.json",
      ])
    let file = workspace.url("report/res_lenet_1_gmm_mnist_fashion_mnist.json")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: [String: Any]])
    #expect((json["values"]?["m1_auroc"] as? [Double])?.count == 2)
    let info = try #require(json["info"])
    #expect(info["model_type"] as? String == "gmm")
    #expect(info["ood_dataset"] as? String == "fashion_mnist")
    #expect(info["covariance"] as? String == "per-class")
    #expect(info["temperature"] as? String == "exact")
    #expect(info["epoch"] as? Int == 2 && info["training_images"] as? Int == 0)
    #expect(info["data_aug"] as? Bool == false)

    // The same predictions serve other commands, and a second evaluation.
    let again = try evaluate("--runs", "2", "--model-type", "gmm", "--predictions", "kept")
    #expect(again.output == run.output, "\(again.error)")
    let fit = try Program.run(
      ["density", "fit", "kept/lenet_1_2__mnist__train.safetensors"], in: workspace)
    #expect(fit.status == 0, "\(fit.error)")
    // A tenth is held out and kept apart.
    let kept = try workspace.files("kept")
    #expect(kept.contains("lenet_1_2__mnist__val.safetensors"), "\(kept)")
    let fewer = try evaluate(
      "--runs", "2", "--model-type", "gmm", "--predictions", "kept", "--training-images", "150")
    #expect(fewer.status == 1)
    #expect(
      fewer.error.contains("holds the predictions of another evaluation"), "\(fewer.error)")
    #expect(!fewer.error.contains("--overwrite"), "\(fewer.error)")
    let score = try Program.run(
      [
        "density", "score", "--density", "density.safetensors",
        "kept/lenet_1_2__mnist__test.safetensors", "--output", "scored.safetensors",
      ], in: workspace)
    #expect(score.status == 0 && score.output.contains("60 samples"), "\(score.error)")
    let other = try Program.run(
      [
        "density", "score", "--density", "density.safetensors",
        "kept/lenet_2_2__mnist__test.safetensors",
      ], in: workspace)
    #expect(other.status == 1)
    #expect(other.error.contains("The model is ‘lenet_2_2’, but the density was fitted for"))
    let plot = try Program.run(
      [
        "density", "plot", "--inliers", "kept/lenet_1_2__mnist__test.safetensors", "--outliers",
        "kept/lenet_1_2__fashion_mnist__test.safetensors", "--density", "density.safetensors",
        "--output", "figures", "--bins", "log_density=20:-500:500",
      ], in: workspace)
    #expect(plot.status == 0, "\(plot.error)")
    #expect(try workspace.text("figures/figures.html").contains("histogram-log-density"))
  }

  @Test func `what is missing is named in the first second`() throws {
    let run = try evaluate("--runs", "1")
    #expect(run.status == 1)
    #expect(
      run.errorLines.last?.hasPrefix("credence: Run 1 has no folder ‘models/Run1’.") == true,
      "\(run.error)")
    try train(seed: 1, to: "models/Run1/")
    let epoch = try evaluate("--runs", "1", "--epoch", "7")
    #expect(epoch.status == 1)
    #expect(epoch.error.contains("has no checkpoint ‘lenet_1_7.safetensors’"), "\(epoch.error)")
    #expect(epoch.error.contains("It has lenet_1_2.safetensors"), "\(epoch.error)")
  }

  @Test(arguments: [
    (["--compat", "ddu2021"], "evaluates resnet50, wide_resnet, vgg16"),
    (["--covariance", "tied"], "belong to --model-type gmm"),
    (["--runs", "0"], "--runs is 0; it must be 1 or more."),
  ]) func `contradictions are refused`(arguments: [String], message: String) throws {
    let run = try Program.run(
      [
        "density", "evaluate", "--seed", "1", "--dataset", "mnist", "--model", "lenet",
      ] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }
}
