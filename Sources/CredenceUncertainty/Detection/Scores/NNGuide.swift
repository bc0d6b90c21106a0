import CredencePredictions
import CredenceTensor

/// NNGuide: the energy times the mean of the largest energy-weighted cosines with a small bank of training embeddings.
///
/// The bank holds rows at equal steps, where OpenOOD takes the first ones of its loader; so it covers every class of a set that is
/// stored class by class.
struct NNGuide: DetectionMethod {
  let share: Double
  let neighborCount: Int

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let source = try training.requiredTraining()
    let count = min(
      source.sampleCount, max(neighborCount, Int((Double(source.sampleCount) * share).rounded(.up)))
    )
    guard neighborCount <= count else {
      throw DetectionError.unavailable(
        "k is \(neighborCount), but there are \(source.sampleCount) training samples")
    }
    var bank: [Float] = []
    let width = source.embeddingWidth
    for row in 0..<source.sampleCount where Self.isMember(row, of: source.sampleCount, count) {
      let member = DetectionBlock(source, rows: row..<row + 1, head: training.head)
      let (norm, energy) = try (member.norms()[0], member.energies()[0])
      let factor = Float(energy / max(norm, 1e-30))
      bank += try member.embeddings().values.map { $0 * factor }
    }
    return Fitted(
      bank: try FloatProduct(Tensor(bank, shape: [bank.count / width, width])),
      neighborCount: neighborCount)
  }

  /// Whether a row is one of `count` rows at equal steps.
  static func isMember(_ row: Int, of total: Int, _ count: Int) -> Bool {
    (row + 1) * count / total > row * count / total
  }

  struct Fitted: Detector {
    /// The inner products with the members of the bank.
    let bank: FloatProduct
    let neighborCount: Int

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let (norms, energies) = try (block.norms(), block.energies())
      let products = try FloatRows(bank(block.embeddingTensor()))
      return try products.mapped { row, values in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { copy in
          _ = copy.initialize(from: values)
          selectLargest(neighborCount, of: copy)
          let largest = UnsafeBufferPointer(rebasing: copy[..<neighborCount])
          let guidance = sum(largest) / Double(neighborCount) / max(norms[row], 1e-30)
          return -guidance * energies[row]
        }
      }
    }
  }
}

extension DetectionDescriptor {
  /// Nearest-neighbor guidance.
  public static let nnguide = Self(
    id: "nnguide", title: "Nearest-neighbor guidance (NNGuide)",
    source: "Park, Jung & Teoh, ICCV 2023, arXiv:2309.14888",
    requirements: [.logits, .embeddings, .trainProbabilities, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "k", title: "neighbors", default: 100, allowed: 1...1e9, isInteger: true),
      DetectionParameter(
        "alpha", title: "share of the training set in the bank", default: 0.01, allowed: 1e-6...1),
    ]
  ) { NNGuide(share: $0["alpha"] ?? 0.01, neighborCount: Int($0["k"] ?? 100)) }
}
