import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import Foundation
import Testing

/// Laplace's approximation against sums and inverses written out.
@Suite struct LastLayerLaplaceTests {
  private static let (count, features, classes) = (40, 3, 3)
  private let embeddings: [[Double]]
  private let head: LinearHead
  private let weights: [[Double]]

  init() throws {
    let generator = try Generator(seed: 11)
    func numbers(_ rows: Int, _ columns: Int) throws -> [[Double]] {
      let all: [Double] = try Tensor.normal(
        [rows, columns], elementType: .float64, using: generator
      ).values()
      return (0..<rows).map { Array(all[$0 * columns..<($0 + 1) * columns]) }
    }
    embeddings = try numbers(Self.count, Self.features)
    weights = try numbers(Self.classes, Self.features + 1)
    head = LinearHead(
      weight: try Matrix(
        weights.flatMap { Array($0.dropLast()) }, columnCount: Self.features),
      bias: weights.map { $0[Self.features] })
  }

  private var matrix: Matrix {
    get throws { try Matrix(embeddings.flatMap { $0 }, columnCount: Self.features) }
  }

  private func probabilities(_ vector: [Double]) -> [Double] {
    let logits = weights.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    let exponentials = logits.map { exp($0) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  /// The curvature as a matrix over (class, feature), row by row.
  private func curvature(_ hessian: LastLayerLaplace.Hessian) -> [[Double]] {
    let (width, side) = (Self.features + 1, Self.classes * (Self.features + 1))
    var whole = [[Double]](repeating: [Double](repeating: 0, count: side), count: side)
    var a = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    var b = [[Double]](
      repeating: [Double](repeating: 0, count: Self.classes), count: Self.classes)
    for row in embeddings {
      let vector = row + [1]
      let p = probabilities(vector)
      for f in 0..<width { for g in 0..<width { a[f][g] += vector[f] * vector[g] } }
      for c in 0..<Self.classes {
        for d in 0..<Self.classes {
          let l = (c == d ? p[c] : 0) - p[c] * p[d]
          b[c][d] += l
          for f in 0..<width {
            for g in 0..<width { whole[c * width + f][d * width + g] += l * vector[f] * vector[g] }
          }
        }
      }
    }
    for row in 0..<side {
      for column in 0..<side {
        switch hessian {
        case .full: continue
        case .diagonal: if row != column { whole[row][column] = 0 }
        case .kronecker:
          whole[row][column] =
            b[row / width][column / width] * a[row % width][column % width] / Double(Self.count)
        }
      }
    }
    return whole
  }

  /// The inverse of a matrix and the logarithm of its determinant, by elimination.
  private func inverse(_ matrix: [[Double]]) -> ([[Double]], Double) {
    let side = matrix.count
    var left = matrix
    var right = (0..<side).map { row in (0..<side).map { $0 == row ? 1.0 : 0 } }
    var logarithm = 0.0
    for pivot in 0..<side {
      let factor = left[pivot][pivot]
      logarithm += log(factor)
      for column in 0..<side {
        left[pivot][column] /= factor
        right[pivot][column] /= factor
      }
      for row in 0..<side where row != pivot {
        let factor = left[row][pivot]
        for column in 0..<side {
          left[row][column] -= factor * left[pivot][column]
          right[row][column] -= factor * right[pivot][column]
        }
      }
    }
    return (right, logarithm)
  }

  private func precision(_ hessian: LastLayerLaplace.Hessian, _ prior: Double) -> [[Double]] {
    var matrix = curvature(hessian)
    for index in matrix.indices { matrix[index][index] += prior }
    return matrix
  }

  private func configuration(
    _ hessian: LastLayerLaplace.Hessian, _ prior: LastLayerLaplace.PriorPrecision = .fixed(0.7)
  ) -> LastLayerLaplace.Configuration {
    var configuration = LastLayerLaplace.Configuration()
    configuration.hessian = hessian
    configuration.priorPrecision = prior
    return configuration
  }

  @Test(arguments: LastLayerLaplace.Hessian.allCases)
  func `variances are those of the inverse precision`(_ hessian: LastLayerLaplace.Hessian) throws {
    let posterior = try LastLayerLaplace(
      embeddings: matrix, head: head, configuration(hessian))
    let covariance = inverse(precision(hessian, 0.7)).0
    let points = [[0.3, -2, 1.5], [0, 0, 0], [10, 4, -7]]
    let found: [Double] = try posterior.variances(
      of: Tensor(points.flatMap { $0 }, shape: [3, 3])
    ).values()
    let width = Self.features + 1
    for (row, point) in points.enumerated() {
      let vector = point + [1]
      for c in 0..<Self.classes {
        var expected = 0.0
        for f in 0..<width {
          for g in 0..<width {
            expected += vector[f] * covariance[c * width + f][c * width + g] * vector[g]
          }
        }
        #expect(abs(found[row * Self.classes + c] - expected) < 1e-9 * expected)
      }
    }
  }

  @Test(arguments: LastLayerLaplace.Hessian.allCases)
  func `the prior's precision has the greatest marginal likelihood`(
    _ hessian: LastLayerLaplace.Hessian
  ) throws {
    let posterior = try LastLayerLaplace(
      embeddings: matrix, head: head, configuration(hessian, .marginalLikelihood))
    let norm = weights.joined().reduce(0) { $0 + $1 * $1 }
    func evidence(_ prior: Double) -> Double {
      let count = Double(weights.joined().count)
      return 0.5 * (count * log(prior) - prior * norm - inverse(precision(hessian, prior)).1)
    }
    let best = posterior.priorPrecision
    #expect(best > 1e-6 && best < 1e6)
    for factor in [0.1, 0.9, 0.99, 1.01, 1.1, 10] {
      #expect(evidence(best * factor) < evidence(best), "\(factor)")
    }
  }

  @Test(arguments: LastLayerLaplace.Hessian.allCases)
  func `draws scatter as the variances say`(_ hessian: LastLayerLaplace.Hessian) throws {
    var settings = configuration(hessian)
    settings.samples = 1000
    let posterior = try LastLayerLaplace(embeddings: matrix, head: head, settings)
    let vector = try Tensor([0.5, -1, 2, 1] as [Double], shape: [4])
    let logits = try Tensor.stacked(posterior.draws().map { try $0.matrixProduct(vector) })
    let variances: [Double] = try posterior.variances(
      of: Tensor([0.5, -1, 2] as [Double], shape: [1, 3])
    ).values()
    let found: [Double] = try logits.variance(over: [0]).values()
    let means: [Double] = try logits.mean(over: [0]).values()
    for c in 0..<Self.classes {
      let plain = zip(weights[c], [0.5, -1, 2, 1]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(found[c] / variances[c] - 1) < 5 * (2.0 / 999).squareRoot())
      #expect(abs(means[c] - plain) < 5 * (variances[c] / 1000).squareRoot())
    }
  }

  @Test func `probit and draws are less sure than the network, most far from the data`() throws {
    let model = try SmallNetworks.model()
    let compiled = try SmallNetworks.compiled(model)
    let layer = try #require(model.network.classifier)
    // Sharper weights, so that there is confidence to lose.
    try layer.weight.replace(with: layer.weight.value * 20)
    let sharp = try SmallNetworks.compiled(model)
    let train = try SmallNetworks.images(64, model, seed: 2)
    let features: [Float] = try compiled(train).embeddings.values()
    let matrix = try Matrix(features, columnCount: compiled.embeddingWidth)
    let images = try SmallNetworks.images(8, model, seed: 5)
    let plain = try sharp(images).logits.softmax().greatest(over: [1])
    for predictive in LastLayerLaplace.Predictive.allCases {
      var settings = LastLayerLaplace.Configuration()
      settings.predictive = predictive
      settings.priorPrecision = .fixed(0.05)
      settings.samples = 50
      let method = try LaplacePredictor(
        sharp, LastLayerLaplace(embeddings: matrix, head: LinearHead(layer), settings),
        device: .cpu)
      let output = try method(images)
      #expect(output.logits.count == 50 && method.memberCount == 50)
      let sums: [Double] = try output.probabilities.sum(over: [1]).values()
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
      let confidence = try output.probabilities.greatest(over: [1]).mean().item()
      #expect(try confidence < plain.mean().item())
      let far = try method(images * 100).probabilities.greatest(over: [1]).mean().item()
      let sure = try sharp(images * 100).logits.softmax().greatest(over: [1]).mean().item()
      #expect(far < sure - 0.05)
    }
  }

  @Test func `data that do not fit are refused`() throws {
    let wide = try Matrix([1, 2, 3, 4] as [Double], columnCount: 4)
    #expect(throws: MethodError.self) { try LastLayerLaplace(embeddings: wide, head: head) }
    let broken = try Matrix([1, 2, .nan] as [Double], columnCount: 3)
    #expect(
      throws: MethodError.unusableData(
        what: "The training embeddings", reason: "Row 0 holds a number that is not finite.")
    ) { try LastLayerLaplace(embeddings: broken, head: head) }
    #expect(throws: MethodError.self) {
      try LastLayerLaplace(embeddings: matrix, head: head, configuration(.full, .fixed(0)))
    }
    let large = LinearHead(
      weight: try Matrix([Float](repeating: 0, count: 5000), columnCount: 500),
      bias: [Double](repeating: 0, count: 10))
    #expect(throws: MethodError.self) {
      try LastLayerLaplace(
        embeddings: Matrix([Float](repeating: 0, count: 500), columnCount: 500), head: large,
        configuration(.full))
    }
  }
}
