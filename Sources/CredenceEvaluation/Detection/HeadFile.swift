import CredenceFiles
public import CredencePredictions
public import Foundation

extension LinearHead {
  /// Reads the last linear layer from a file of weights: a checkpoint or a safetensors file.
  ///
  /// It is the only matrix of these sizes whose name ends in `weight`, or the one of a usual name: `head`, `fc`, `classifier`, `linear`.
  /// The biases have the same name but for its end; without any they are 0.
  ///
  /// - Parameters:
  ///   - file: `.safetensors`, `.pth` and the like.
  ///   - classCount: The rows of the layer; 0 where unknown.
  ///   - featureCount: Its columns; 0 where unknown.
  /// - Throws: `FileError`; `EvaluationError.invalidSetting` where no matrix, or several, can be it.
  public init(contentsOf file: URL, classCount: Int, featureCount: Int) throws {
    let archive = try TensorArchive(contentsOf: file)
    var names = archive.entries.filter { entry in
      (entry.name == "weight" || entry.name.hasSuffix(".weight")) && entry.shape.count == 2
        && (classCount == 0 || entry.shape[0] == classCount)
        && (featureCount == 0 || entry.shape[1] == featureCount)
    }.map(\.name)
    if names.count > 1 {
      let usual = ["head", "fc", "classifier", "linear"]
      let named = names.filter { name in
        usual.contains(String(name.split(separator: ".").dropLast().last ?? ""))
      }
      names = named.isEmpty ? names : named
    }
    guard names.count == 1, let name = names.first else {
      throw EvaluationError.invalidSetting(
        name: "The last layer of ‘\(file.relativePath)’",
        value: names.isEmpty ? "missing" : "one of \(names.joined(separator: ", "))",
        allowed:
          "a single matrix of \(classCount) classes × \(featureCount) features, named ….weight")
    }
    guard let weight = try archive.array(name)?.matrix() else {
      throw FileError.malformed(
        file: file.relativePath, format: "weights", problem: "‘\(name)’ is no matrix of numbers")
    }
    let biasName = name.dropLast("weight".count) + "bias"
    let bias = try archive.array(String(biasName))?.doubles() ?? []
    guard bias.isEmpty || bias.count == weight.rowCount else {
      throw FileError.malformed(
        file: file.relativePath, format: "weights",
        problem: "‘\(biasName)’ has \(bias.count) entries for \(weight.rowCount) classes")
    }
    self.init(
      weight: weight,
      bias: bias.isEmpty ? [Double](repeating: 0, count: weight.rowCount) : bias)
  }
}
