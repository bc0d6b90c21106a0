import Credence
import Foundation

extension BenchmarkCase {
  /// Networks over JPEG files, from process start to stored predictions.
  static let networkEvaluation: [Self] = [
    evaluation("resnet50", .float32, target: 1.4), evaluation("resnet50", .bfloat16, target: 2.8),
    evaluation("mobilenetv2_100", .float32, target: 2),
    evaluation("mobilenetv2_100", .bfloat16, target: 2.7),
    evaluation("vit_small_patch16_224", .float32, target: 1.05),
    evaluation("vit_small_patch16_224", .bfloat16, target: 1.7),
  ]

  private static func evaluation(
    _ model: String, _ precision: ElementType, target: Double
  ) -> Self {
    Self(
      id: "evaluate-\(model)-\(precision.rawValue)",
      title:
        "predict --precision \(precision.rawValue) of \(model) from JPEG files, start included, beside timm's eager loop after its first batch",
      target: target
    ) { folder in
      let images = try imageFolder(folder)
      let weights = folder.appendingPathComponent("\(model).safetensors")
      guard let descriptor = ModelCatalog[model] else {
        throw ModelError.unknownModel(name: model, suggestions: [])
      }
      let store = ParameterStore(.random(try Generator(seed: 1)))
      _ = try descriptor.make(store.root, descriptor.settings)
      try store.write(to: weights)
      let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("credence")
      let output = folder.appendingPathComponent("predictions")
      return Contest(
        credence: {
          let (_, run) = try ChildProcess(
            program: program,
            arguments: [
              "predict", "--model", "\(model)=\(weights.path)", "--data", images, "--output",
              output.path, "--batch-size", "32", "--precision", precision.rawValue, "--overwrite",
            ]
          ).run()
          let count = try DatasetCatalog.open(path: images).count
          return Measurement(
            seconds: run.seconds / Double(count), peakBytes: run.peakBytes,
            values: [
              "images_per_second": Double(count) / run.seconds,
              "peak_bytes": Double(run.peakBytes),
            ])
        },
        reference: {
          var measurement = try ChildProcess.python(
            "timm_evaluate.py",
            [model, images, "--weights", weights.path, "--batch-size", "32", "--workers", "2"],
            timesItself: false)
          measurement.seconds = 1 / (measurement.values["images_per_second"] ?? .nan)
          return measurement
        })
    }
  }

  /// A call of an operator through the engine's table, beside the same call in C++.
  static let engineCall = Self(
    id: "engine-call",
    title:
      "a million sums of three numbers through the function table, beside C++ (at most 1 µs more)",
    target: 0.5
  ) { folder in
    Contest(
      credence: {
        let numbers = try Tensor([1, 2, 3] as [Float], shape: [3])
        return try withoutGradients {
          for _ in 0..<50_000 { _ = try numbers + numbers }
          let start = DispatchTime.now().uptimeNanoseconds
          for _ in 0..<1_000_000 { _ = try numbers + numbers }
          let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
          return Measurement(seconds: seconds, values: ["microseconds": seconds])
        }
      },
      reference: {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let torch = sources.deletingLastPathComponent().appendingPathComponent("libtorch").path
        let program = folder.appendingPathComponent("engine_call")
        if !FileManager.default.fileExists(atPath: program.path) {
          _ = try ChildProcess(
            program: URL(fileURLWithPath: "/usr/bin/c++"),
            arguments: [
              "-std=c++20", "-O2", "-isystem", "\(torch)/include", "-isystem",
              "\(torch)/include/torch/csrc/api/include",
              sources.appendingPathComponent("reference/engine_call.cpp").path, "-L\(torch)/lib",
              "-ltorch", "-ltorch_cpu", "-lc10", "-Wl,-rpath,\(torch)/lib", "-o", program.path,
            ]
          ).run()
        }
        let (output, _) = try ChildProcess(program: program, arguments: []).run()
        let seconds = Double(
          String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        return Measurement(seconds: seconds ?? .nan, values: ["microseconds": seconds ?? .nan])
      })
  }
}
