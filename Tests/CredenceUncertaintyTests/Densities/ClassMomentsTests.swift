import CredenceCalibration
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import Foundation
import Testing

@Suite struct ClassMomentsTests {
  private static func configuration(_ scatter: ClassMoments.Scatter)
    -> GaussianDensity.Configuration
  {
    switch scatter {
    case .perClass: .init(covariance: .perClass)
    case .tied: .init(covariance: .tied, regularization: .oas)
    case .diagonal: .init(covariance: .diagonal)
    }
  }

  private static func densities(
    _ moments: ClassMoments, _ embeddings: Matrix,
    _ regularization: GaussianDensity.Regularization? = nil
  ) throws -> [Double] {
    var configuration = configuration(moments.scatter)
    configuration.regularization = regularization ?? configuration.regularization
    let density = try GaussianDensity.fit(moments, configuration: configuration)
    return try DensityScoring(density).classLogDensities(of: embeddings)
  }

  private static func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) < tolerance * max(abs($1), 1) }
  }

  @Test(arguments: [ClassMoments.Scatter.perClass, .tied, .diagonal])
  func `blocks, merged parts and another order give what one block gives`(
    scatter: ClassMoments.Scatter
  ) throws {
    var source = RandomFeatures(seed: 1)
    // Few samples of one class, so that its higher moments matter; means far from 0.
    let (embeddings, labels) = try source.classes(
      counts: [80, 6, 0, 45], dimension: 9, offset: 1000)
    let rows = embeddings.allRows
    func moments(_ order: [Int], blocks: Int) throws -> ClassMoments {
      var moments = try ClassMoments(classCount: 4, dimension: 9, scatter: scatter)
      for start in stride(from: 0, to: order.count, by: blocks) {
        let part = order[start..<min(start + blocks, order.count)]
        try moments.update(
          Matrix(part.flatMap { rows[$0] }, columnCount: 9), labels: part.map { labels[$0] })
      }
      return moments
    }
    let all = Array(rows.indices)
    let whole = try Self.densities(moments(all, blocks: 1000), embeddings)
    let streamed = try Self.densities(moments(all, blocks: 7), embeddings)
    let reversed = try Self.densities(moments(all.reversed(), blocks: 11), embeddings)
    var merged = try moments(Array(all[..<50]), blocks: 9)
    try merged.merge(moments(Array(all[50...]), blocks: 100))
    #expect(Self.agree(streamed, whole, within: 1e-9))
    #expect(Self.agree(reversed, whole, within: 1e-9))
    #expect(try Self.agree(Self.densities(merged, embeddings), whole, within: 1e-9))
    #expect(merged.sampleCount == 131)

    let stored = try GaussianDensity.fit(
      embeddings, labels: labels, classCount: 4, configuration: Self.configuration(scatter))
    let found = try DensityScoring(stored).classLogDensities(of: embeddings)
    #expect(Self.agree(found, whole, within: 1e-9))
  }

  @Test func `samples without label are left out`() throws {
    var moments = try ClassMoments(classCount: 2, dimension: 1, scatter: .diagonal)
    try moments.update(Matrix([1.0, 3, 100, 7], columnCount: 1), labels: [0, 0, -1, 1])
    #expect(moments.counts == [2, 1])
    #expect(moments.means == [2, 7])
  }

  @Test func `what would not fit into memory is refused`() {
    #expect(throws: UncertaintyError.self) {
      try ClassMoments(classCount: 1_000_000, dimension: 2048, scatter: .perClass)
    }
    #expect(
      throws: UncertaintyError.badSetting(
        name: "The number of features", value: "0", allowed: "at least 1")
    ) { try ClassMoments(classCount: 1, dimension: 0) }
  }

  @Test func `low-rank densities need stored embeddings`() throws {
    var moments = try ClassMoments(classCount: 1, dimension: 1)
    try moments.update(Matrix([1.0, 3], columnCount: 1), labels: [0, 0])
    #expect(throws: UncertaintyError.self) {
      try GaussianDensity.fit(moments, configuration: .init(covariance: .lowRank))
    }
  }
}
