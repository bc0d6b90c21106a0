import CredenceNN
import CredenceTensor

/// An input plus what branches make of it.
struct Residual: Layer {
  private let branches: [Sequential]
  private let dropPath: DropPath

  /// - Parameters:
  ///   - branches: Layers one after another, for each branch.
  ///   - dropPathRate: How often a branch is left out for a sample while training.
  init(_ branches: [any Layer]..., dropPathRate: Double = 0) {
    self.init(branches: branches, dropPathRate: dropPathRate)
  }

  init(branches: [[any Layer]], dropPathRate: Double) {
    self.branches = branches.map { Sequential($0) }
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try branches.reduce(input) { try $0 + dropPath($1(input, phase), phase) }
  }

  /// The rate of each of some blocks: linear from 0 to `last`.
  static func rates(count: Int, last: Double) -> [Double] {
    (0..<count).map { last * Double($0) / Double(max(1, count - 1)) }
  }
}
