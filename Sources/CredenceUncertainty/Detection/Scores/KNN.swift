/// The squared distance of the normalized embedding from its k-th nearest normalized training embedding.
struct KNN: DetectionMethod {
  let neighbor: Int

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let neighbors = try training.nearestNeighbors()
    try neighbors.prepare(count: neighbor)
    return Fitted(neighbors: neighbors, neighbor: neighbor)
  }

  struct Fitted: Detector {
    let neighbors: NearestNeighbors
    let neighbor: Int

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      try neighbors.squaredDistances(of: block, neighbor: neighbor)
    }
  }
}

extension DetectionDescriptor {
  /// k nearest neighbors.
  public static let knn = Self(
    id: "knn", title: "Distance to the k-th nearest neighbor",
    source: "Sun et al., ICML 2022, arXiv:2204.06507",
    requirements: [.embeddings, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "k", title: "which neighbor", default: 50, candidates: [50, 100, 200, 500, 1000],
        allowed: 1...1e9, isInteger: true)
    ]
  ) { KNN(neighbor: Int($0["k"] ?? 50)) }
}
