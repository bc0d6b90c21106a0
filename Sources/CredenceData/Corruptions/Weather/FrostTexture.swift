import Foundation

/// Ice on glass, drawn from needles that branch at 60 degrees over a cloud of grain.
///
/// It stands in for the published photographs, which may not be shipped. Its mean, contrast and tint are drawn from the
/// ranges of parts of those photographs: gray levels 120 to 205 on average with a standard deviation of 15 to 37, red up to
/// 27 levels darker and blue up to 21 levels brighter than green.
struct FrostTexture {
  let width: Int
  let height: Int
  /// The size of needles; 1 for images of 224 pixels.
  let scale: Double

  /// Draws ice.
  func image(using generator: inout some RandomNumberGenerator) -> PixelImage {
    let mean = Double.random(in: 120...205, using: &generator)
    let deviation = Double.random(in: 15...37, using: &generator)
    let tint = Double.random(in: 0.3...1.5, using: &generator)
    var ice = Self.standardized(needles(using: &generator))
    let grain = Self.standardized(grain(using: &generator))
    for index in ice.indices { ice[index] = 0.75 * ice[index] + 0.66 * grain[index] }
    let offsets = [-18 * tint, 0, 14 * tint]
    return PixelImage(
      width: width, height: height,
      pixels: ice.flatMap { value in
        offsets.map { UInt8(min(max(mean + deviation * value + $0, 0), 255)) }
      })
  }

  /// The brightness of crystals, `[height, width]`.
  private func needles(using generator: inout some RandomNumberGenerator) -> [Double] {
    var field = RealImage(width: width, height: height, channels: 1)
    let crystalArea = 900 * scale * scale
    let count = max(Int(Double(width * height) / crystalArea), 1)
    for _ in 0..<count {
      let x = Double.random(in: 0..<Double(width), using: &generator)
      let y = Double.random(in: 0..<Double(height), using: &generator)
      let direction = Double.random(in: 0..<2 * Double.pi, using: &generator)
      let length = scale * Double.random(in: 20...90, using: &generator)
      let light = Double.random(in: 0.4...1, using: &generator)
      grow(
        from: (x, y), direction: direction, length: length, light: light, branchings: 2, in: &field,
        using: &generator)
    }
    return GaussianFilter(sigma: 0.5, truncate: 3)(field).values
  }

  /// Draws a needle that fades to its tip, and shorter ones on both sides of it.
  private func grow(
    from start: (x: Double, y: Double), direction: Double, length: Double, light: Double,
    branchings: Int, in field: inout RealImage,
    using generator: inout some RandomNumberGenerator
  ) {
    let step = (x: cos(direction), y: sin(direction))
    let spacing = max(Int(length / 8), 2)
    for position in 0...max(Int(length), 1) {
      let x = start.x + Double(position) * step.x
      let y = start.y + Double(position) * step.y
      let rest = 1 - Double(position) / (length + 1)
      if (0..<Double(width)).contains(x) && (0..<Double(height)).contains(y) {
        let index = Int(y) * width + Int(x)
        field.values[index] = max(field.values[index], light * (0.3 + 0.7 * rest))
      }
      if branchings > 0 && position % spacing == spacing - 1 {
        for side in [-1.0, 1.0] {
          grow(
            from: (x, y), direction: direction + side * Double.pi / 3,
            length: length * rest * Double.random(in: 0.2...0.5, using: &generator),
            light: light * 0.9, branchings: branchings - 1, in: &field, using: &generator)
        }
      }
    }
  }

  /// A cloud, `[height, width]`, whose structures of all sizes are about equally strong.
  private func grain(using generator: inout some RandomNumberGenerator) -> [Double] {
    var side = 4
    while side < max(width, height) { side *= 2 }
    let cloud = PlasmaFractal(
      side: side, decay: 1.05,
      uniforms: RandomDraws.uniforms(side * side - 1, using: &generator))
    return (0..<height).flatMap { cloud.values[$0 * side..<$0 * side + width] }
  }

  /// The values shifted to mean 0 and scaled to variance 1; zeros where they are all equal.
  private static func standardized(_ values: [Double]) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    if variance < 1e-20 { return values.map { _ in 0 } }
    return values.map { ($0 - mean) / variance.squareRoot() }
  }
}
