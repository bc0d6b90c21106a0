import CredenceTensor

extension InferenceGraph {
  /// Multiplies batch normalization into the convolution before it: *W* ← *W* γ/√(σ² + ε), *b* ← (*b* − μ) γ/√(σ² + ε) + β.
  ///
  /// The new weights are computed in float64 and rounded once.
  mutating func foldBatchNorms() throws {
    var uses = uses()
    let makers = makers()
    for position in nodes.indices where nodes[position].operation === Operator.batchNorm {
      guard case .value(let input) = nodes[position].arguments[0],
        uses[input]?.count == 1, let maker = makers[input],
        nodes[maker].operation === Operator.convolution,
        let weight = nodes[maker].arguments[1].constantTensor,
        case .constant(.double(let epsilon)) = nodes[position].arguments[7],
        case .constant(.bool(false)) = nodes[position].arguments[5]
      else { continue }
      let norm = nodes[position].arguments[1..<5].map { try? $0.constantTensor?.to(.float64) }
      guard let gamma = norm[0], let beta = norm[1], let mean = norm[2], let variance = norm[3]
      else { continue }
      let scale = try gamma * (variance + epsilon).reciprocalSquareRoot()
      let bias =
        try nodes[maker].arguments[2].constantTensor?.to(.float64) ?? mean * 0
      let type = weight.elementType
      let shape = [-1] + [Int](repeating: 1, count: weight.rank - 1)
      nodes[maker].arguments[1] = .constant(
        .tensor(try (weight.to(.float64) * scale.reshaped(shape)).to(type)))
      nodes[maker].arguments[2] = .constant(
        .tensor(try ((bias - mean) * scale + beta).to(type)))
      let result = nodes[position].results.lowerBound
      replace(result, by: input)
      uses[input] = uses[result]
    }
    removeUnused()
  }

  /// For every value the position of the node that makes it.
  func makers() -> [Int: Int] {
    var makers: [Int: Int] = [:]
    for (position, node) in nodes.enumerated() {
      for value in node.results { makers[value] = position }
    }
    return makers
  }
}
