import CredenceModels
import CredenceTensor
import Foundation
import Testing

@Suite struct RotaryEmbeddingTests {
  /// What timm 1.0.31 gives for a grid of 2 × 3 scaled to 4 × 4, heads of 8 features, the sines of 0, 1, 2, ….
  private static let expected: [Float] = [
    0, 0.841471, 0.9092974, 0.14112, -0.7568025, -0.9589243, -0.2794155, 0.6569866, 0.9893582,
    0.4121185, -0.5440211, -0.9999902, -0.5345984, -0.4226765, 0.9818491, 0.6634378, -0.2879033,
    -0.9613975, -0.7509872, 0.1498772, -1.194486, -0.3265953, 0.01371504, -0.8461555, 0.4972007,
    -0.7683623, 0.7432798, 0.9714348, 0.2709058, -0.6636339, -0.9880316, -0.4040377, -1.138692,
    0.08530074, 0.53754, -0.4175161, 0.3921755, -1.115332, 0.283492, 0.9676612, -0.1658413,
    0.7435398, -0.8997039, -0.8499376, -0.4048376, -0.7486365, 0.8981729, 0.147574,
  ]

  @Test func `agrees with the reference and leaves tokens before the grid`() throws {
    let rotation = try RotaryEmbedding(grid: [2, 3], reference: 4, width: 8, prefix: 2)
    let prefix = (0..<16).map { Float($0) }
    let values = prefix + (0..<48).map { Float(sin(Double($0))) }
    let found = try rotation(Tensor(values, shape: [1, 1, 8, 8])).values(as: Float.self)
    #expect(Array(found.prefix(16)) == prefix)
    for (found, expected) in zip(found.dropFirst(16), Self.expected) {
      #expect(abs(found - expected) < 2e-6)
    }
  }

  @Test func `makes products depend on distances only`() throws {
    let rotation = try RotaryEmbedding(grid: [4, 4], reference: 16, width: 8, prefix: 0)
    let row = (0..<8).map { Float(sin(Double($0) + 0.5)) }
    let same = try Tensor(Array(repeating: row, count: 16).flatMap { $0 }, shape: [1, 1, 16, 8])
    let turned = try rotation(same)
    let products = try turned.matrixProduct(turned.transposed()).values(as: Double.self)
    for step in [1, 4, 5] {
      let along = [0, 1, 2, 4, 5, 6, 8, 9, 10].map { products[$0 * 16 + $0 + step] }
      for product in along { #expect(abs(product - along[0]) < 1e-5) }
    }
  }
}
