import CredenceModels
import CredenceTensor
import Foundation
import Testing

@Suite struct PositionEmbeddingTests {
  /// One vector for a class token and nine for a grid of 3 × 3, `[1, 10, 2]`: the sines of 0, 1, 2, ….
  private func table() throws -> Tensor {
    try Tensor((0..<20).map { Float(sin(Double($0))) }, shape: [1, 10, 2])
  }

  /// What timm 1.0.31 with PyTorch 2.13 gives for 2 × 4.
  private static let flat: [Float] = [
    0, 0.841471, 1.022405, 0.2891413, -0.107556, -0.6359218, -0.6831214, -0.476928, -0.3434615,
    0.6664476, 1.064551, 0.659021, 0.1617742, -0.4813844, -0.5829962, -0.6334141, -0.7028537,
    0.2982412,
  ]

  /// What it gives for 4 × 4.
  private static let square: [Float] = [
    0, 0.841471, 0.9925123, 0.1835768, -0.1786804, -0.6663647, -0.6979507, -0.4258643, -0.2397613,
    0.7543052, 1.043012, 0.3612105, -0.05906313, -0.6152903, -0.6731503, -0.5118605, -0.4142704,
    0.6066585, 1.070088, 0.5988292, 0.1139604, -0.5160121, -0.6088277, -0.6123906, -0.6451518,
    0.3701147, 1.056765, 0.7474667, 0.2319196, -0.4307688, -0.5453076, -0.6644309, -0.787663,
    0.1929663,
  ]

  @Test(arguments: [([2, 4], flat), ([4, 4], square)])
  func `agrees with the reference`(_ grid: [Int], _ expected: [Float]) throws {
    let found = try PositionEmbedding.resampled(table(), prefix: 1, to: grid)
    #expect(found.shape == [1, 1 + grid[0] * grid[1], 2])
    for (found, expected) in zip(try found.values(as: Float.self), expected) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func `keeps a table of the same grid`() throws {
    let found = try PositionEmbedding.resampled(table(), prefix: 1, to: [3, 3])
    #expect(try found.values(as: Float.self) == table().values(as: Float.self))
  }

  @Test func `refuses a table of no square grid`() throws {
    #expect(
      throws: EngineError.wrongShape(
        what: "The table of positions", expected: "[1, 0 + a square number, width]",
        found: [1, 10, 2])
    ) { try PositionEmbedding.resampled(table(), prefix: 0, to: [4, 4]) }
  }
}
