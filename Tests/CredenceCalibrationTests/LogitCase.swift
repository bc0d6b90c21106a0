import CredencePredictions
import Foundation
import GoldenSupport

/// One set of `logits.json` with its tensors.
struct LogitCase {
  let name: String
  let expected: GoldenJSON
  let set: PredictionSet
  let uniforms: [Double]

  static let file = "logits.json"

  /// Every set of the golden folder.
  static func all() throws -> [Self] {
    let golden = GoldenSet("selective")
    let tensors = try golden.tensors("logits.safetensors")
    return try golden.json(file).members.map { name, expected in
      let shape = try tensors.shape(name + ".logits")
      return Self(
        name: name, expected: expected,
        set: try PredictionSet(
          .logits(Matrix(tensors.floats(name + ".logits"), columnCount: shape[1])),
          labels: tensors.int64s(name + ".labels").map { Int32($0) }),
        uniforms: try tensors.doubles(name + ".u"))
    }
  }
}
