import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation
import GoldenSupport
import Testing

/// The deterministic numbers and the names of the golden networks of `Tests/Golden/ddu`.
enum DDUFormula {
  /// 2 u24(k, i) − 1, where u24 are the highest 24 bits of splitmix64(k 2³² + i).
  static func units(_ k: Int, count: Int) -> [Double] {
    let base = UInt64(truncatingIfNeeded: k) << 32
    return (0..<count).map { index in
      var z = (base &+ UInt64(index)) &+ 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return 2 * (Double(z >> 40) * 0x1p-24) - 1
    }
  }

  static func input(_ k: Int, shape: [Int], scale: Double) throws -> Tensor {
    try Tensor(
      units(k, count: shape.reduce(1, *)).map { Float(scale * $0) }, shape: shape)
  }

  static func fill(_ store: ParameterStore, sortedKeys keys: [String], offset: Int) throws {
    let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for (position, name) in sorted.enumerated() {
      guard let parameter = store[name] else { continue }
      let s = units(position + offset, count: parameter.count)
      let values: [Double]
      if name.hasSuffix(".weight_u") || name.hasSuffix(".weight_v") {
        let length = s.reduce(0) { $0 + $1 * $1 }.squareRoot()
        values = s.map { $0 / length }
      } else if name.hasSuffix(".weight_sigma") {
        values = s.map { _ in 1 }
      } else if name.hasSuffix(".running_var") {
        values = s.map { 1 + 0.25 * ($0 + 1) }
      } else if name.hasSuffix(".running_mean") || name.hasSuffix(".bias") {
        values = s.map { 0.1 * $0 }
      } else if parameter.shape.count == 1 {
        values = s.map { 1 + 0.2 * $0 }
      } else {
        let scale = (6 / Double(parameter.shape.dropFirst().reduce(1, *))).squareRoot()
        values = s.map { scale * $0 }
      }
      try parameter.replace(
        with: Tensor(values.map(Float.init), shape: parameter.shape))
    }
  }

  static func integers(_ json: GoldenJSON?) throws -> [Int] {
    try #require(json?.array).map { Int(try #require($0.number)) }
  }

  /// The architecture and settings of `resnet18_mnist_sn1_mod0_coeff0.5` and the like.
  static func model(_ name: String, inputShape: [Int]) throws -> (ModelDescriptor, NetworkSettings)
  {
    let parts = name.split(separator: "_").map(String.init)
    var settings = NetworkSettings(
      classCount: 10, imageSize: Array(inputShape.suffix(2)), channelCount: inputShape[1])
    var coefficient = 3.0
    var isBounded = false
    for part in parts.dropFirst() {
      if part == "sn1" { isBounded = true }
      if part == "mod1" { settings.usesModifiedBlocks = true }
      if part.hasPrefix("coeff") { coefficient = try #require(Double(part.dropFirst(5))) }
    }
    // The README names one network with another coefficient that its name leaves out.
    if name == "wrn16_2_sn1_mod0" { coefficient = 1 }
    if isBounded {
      settings.spectralNorm = .on(.init(coefficient: coefficient, warmupIterations: 0))
    }
    if parts[0].hasPrefix("wrn"), let depth = Int(parts[0].dropFirst(3)),
      let widening = Int(parts[1])
    {
      return (.wideResNet(depth: depth, widening: widening), settings)
    }
    let model = try #require(DDUModel[parts[0]], "no published network ‘\(parts[0])’")
    return (try #require(ModelCatalog[model.modelID]), settings)
  }
}
