import CredenceData
import GoldenSupport

/// An image, the published generator's draws and its result.
struct CorruptionCase {
  let name: String
  let corruption: String
  let level: any Corruption
  let image: PixelImage
  let expected: PixelImage
  let draws: GoldenJSON
  /// The keys of what the case is made from.
  let inputs: [String]
  private let tensors: GoldenTensors

  /// Every case of the golden set, by name.
  static func all() throws -> [CorruptionCase] {
    let set = GoldenSet("corruptions")
    let tensors = try set.tensors("corruptions.safetensors")
    return try set.json("corruptions.json").members.map {
      try CorruptionCase(name: $0.key, $0.value, tensors)
    }
  }

  private init(name: String, _ json: GoldenJSON, _ tensors: GoldenTensors) throws {
    func text(_ key: String) throws -> String {
      guard let text = json[key]?.text else { throw GoldenTensors.Failure.missing(key) }
      return text
    }
    func number(_ key: String) throws -> Int {
      guard let number = json[key]?.number else { throw GoldenTensors.Failure.missing(key) }
      return Int(number)
    }
    self.name = name
    self.tensors = tensors
    corruption = try text("corruption")
    level = try CorruptionCatalog.named(corruption).level(
      severity: number("severity"), benchmark: .named(text("benchmark")))
    image = try PixelImage(
      width: number("width"), height: number("height"), pixels: tensors.bytes(text("image")))
    expected = try PixelImage(
      width: number("width"), height: number("height"), pixels: tensors.bytes(text("expected")))
    draws = json["draws"] ?? .null
    inputs = json.members.map(\.key).filter { $0 != "expected" }
  }

  /// The image as Credence corrupts it with the same draws.
  func corrupted() throws -> PixelImage {
    switch level {
    case let level as GaussianNoise: try level.corrupted(image, draws: numbers("normals"))
    case let level as SpeckleNoise: try level.corrupted(image, draws: numbers("normals"))
    case let level as Spatter: try level.corrupted(image, draws: numbers("normals"))
    case let level as ShotNoise:
      try level.corrupted(image, draws: numbers("counts").map { Int32($0) })
    case let level as ImpulseNoise: try level.corrupted(image, draws: numbers("uniforms"))
    case let level as Fog: try level.corrupted(image, draws: numbers("uniforms"))
    case let level as ElasticTransform: try level.corrupted(image, draws: numbers("uniforms"))
    case let level as GlassBlur:
      try level.corrupted(
        image, draws: tensors.bytes(tensor("displacements")).map { Int8(Int($0) - 128) })
    case let level as MotionBlur: try level.corrupted(image, draws: number("angle"))
    case let level as Snow:
      try level.corrupted(
        image, draws: Snow.Draws(flakes: numbers("normals"), angle: number("angle")))
    case let level as Frost:
      try level.corrupted(
        image,
        draws: level.part(
          of: photograph(), for: image, left: Int(number("left")), top: Int(number("top"))))
    default:
      // The others draw nothing.
      try CorruptionCatalog.named(corruption).withoutDraws(level, image)
    }
  }

  private func tensor(_ name: String) throws -> String {
    guard let tensor = draws[name]?.text else { throw GoldenTensors.Failure.missing(name) }
    return tensor
  }

  private func numbers(_ name: String) throws -> [Double] {
    try tensors.floats(tensor(name)).map(Double.init)
  }

  private func number(_ name: String) throws -> Double {
    guard let number = draws[name]?.number else { throw GoldenTensors.Failure.missing(name) }
    return number
  }

  /// Ice by the formula of the golden set.
  private func photograph() throws -> PixelImage {
    let width = try Int(number("photograph_width"))
    let height = try Int(number("photograph_height"))
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          let value = 3 * x * x + 5 * y * y + 7 * x * y + 37 * c
          pixels.append(UInt8(value / 16 % 256))
        }
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }
}

extension CorruptionDescriptor {
  /// The image corrupted by a level that draws nothing.
  fileprivate func withoutDraws(_ level: any Corruption, _ image: PixelImage) throws -> PixelImage {
    var generator = CorruptionGenerator(seed: 0, corruption: id, severity: 0, sample: "")
    return try level.corrupted(image, using: &generator)
  }
}
