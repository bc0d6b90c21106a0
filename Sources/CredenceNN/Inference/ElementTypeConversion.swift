import CredenceTensor

extension InferenceGraph {
  /// Computes in another element type, up to the last linear layer: what it adds up stays in float32.
  ///
  /// Conversions that the network does itself are dropped, so that no operation meets two types.
  mutating func convert(to type: ElementType) throws {
    for position in nodes.indices where nodes[position].operation === Operator.convert {
      guard case .value(let source) = nodes[position].arguments[0] else { continue }
      replace(nodes[position].results.lowerBound, by: source)
    }
    removeUnused()
    let makers = makers()
    let heads = Set(
      outputs.compactMap { makers[$0] }.filter { nodes[$0].operation === Operator.linear })
    for position in nodes.indices where !heads.contains(position) {
      try mapConstants(at: position) { $0.elementType.isFloatingPoint ? try $0.to(type) : $0 }
    }
    // Values in float32 at both ends.
    for head in heads {
      guard case .value(let source) = nodes[head].arguments[0] else { continue }
      nodes[head].arguments[0] = .value(insertion(of: source, as: .float32))
    }
    for (index, output) in outputs.enumerated() {
      guard let maker = makers[output], !heads.contains(maker) else { continue }
      outputs[index] = insertion(of: output, as: .float32)
    }
    let images = makeValue()
    for position in nodes.indices {
      nodes[position].arguments = nodes[position].arguments.map {
        $0.replacing(input, by: images)
      }
    }
    nodes.append(conversion(of: input, as: type, result: images))
    sortByDependency()
  }

  /// Adds a conversion of a value.
  private mutating func insertion(of value: Int, as type: ElementType) -> Int {
    let result = makeValue()
    nodes.append(conversion(of: value, as: type, result: result))
    return result
  }

  private func conversion(of value: Int, as type: ElementType, result: Int) -> Node {
    Node(
      operation: Operator.convert,
      arguments: [.value(value), .constant(.elementType(type))], results: result..<result + 1)
  }

  /// Moves every node behind those that make its arguments, else keeping the order.
  private mutating func sortByDependency() {
    var known: Set<Int> = [input]
    var waiting = nodes
    var sorted: [Node] = []
    while !waiting.isEmpty {
      var left: [Node] = []
      for node in waiting {
        if node.arguments.allSatisfy({ $0.values.allSatisfy(known.contains) }) {
          known.formUnion(node.results)
          sorted.append(node)
        } else {
          left.append(node)
        }
      }
      precondition(left.count < waiting.count, "a recording depends on itself")
      waiting = left
    }
    nodes = sorted
  }
}
