import CredenceFiles
import CredenceModels
import FileSupport
import Foundation
import GoldenSupport
import Testing

/// A small image–text network and what the published program makes of two images and some texts.
struct ImageTextExample: Decodable, Sendable, CustomTestStringConvertible {
  struct Stored: Decodable, Sendable {
    let name: String
    let shape: [Int]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      name = try list.decode(String.self)
      shape = try list.decode([Int].self)
    }
  }

  let name: String
  let layout: String
  let config: GoldenJSON
  let tensors: [Stored]
  let size: Int
  let texts: [[Int64]]
  let image: [[Double]]
  let text: [[Double]]
  let padded: Bool

  var testDescription: String { name }

  static func all() throws -> [Self] {
    try JSONDecoder().decode([Self].self, from: GoldenSet("clip").data("tiny.json"))
  }

  /// Numbers of a tensor by its name, as `generate.py` makes them.
  static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    let (offset, scale): (Float, Float) =
      if name.hasSuffix("running_var") {
        (1, 0.5)
      } else if shape.count >= 2 {
        (0, Float((3 * Double(shape[0]) / Double(count)).squareRoot()))
      } else if name.hasSuffix("weight") {
        (1, 0.25)
      } else {
        (0, 0.25)
      }
    return FormulaWeights.units(name, count: count).map { offset + scale * $0 }
  }

  /// The tensors of the checkpoint.
  var arrays: [OutgoingArray] {
    tensors.map { tensor in
      OutgoingArray(
        tensor.name, Self.numbers(tensor.name, tensor.shape).map(\.bitPattern), element: .float32,
        shape: tensor.shape)
    }
  }

  /// Writes the checkpoint as its program lays it out, and names the folder or file.
  ///
  /// The vocabulary of a small network is none of CLIP's, so such a folder lacks it.
  func write(to folder: URL) throws -> URL {
    let configuration = try JSONEncoder().encode(JSONText(config))
    switch layout {
    case "transformers":
      try configuration.write(to: folder.appending(path: "config.json"))
      try SafetensorsWriter.write(
        arrays, metadata: ["format": "pt"], to: folder.appending(path: "model.safetensors"))
      return folder
    case "open_clip":
      try configuration.write(to: folder.appending(path: "open_clip_config.json"))
      try StateDictionaryWriter.write(
        arrays, to: folder.appending(path: "open_clip_pytorch_model.bin"))
      return folder
    case "program": return GoldenSet("clip").url("program.pt")
    default:
      let file = folder.appending(path: "ViT-tiny.pt")
      let numbers = ["input_resolution", "context_length", "vocab_size"].map {
        OutgoingArray($0, [Int64(7)], element: .int64, shape: [])
      }
      try StateDictionaryWriter.write(arrays + numbers, to: file)
      return file
    }
  }
}

/// A golden value as JSON again.
struct JSONText: Encodable {
  let value: GoldenJSON

  init(_ value: GoldenJSON) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value):
      if let integer = Int(exactly: value) {
        try container.encode(integer)
      } else {
        try container.encode(value)
      }
    case .text(let value): try container.encode(value)
    case .array(let values): try container.encode(values.map(JSONText.init))
    case .object(let members): try container.encode(members.mapValues(JSONText.init))
    }
  }
}
