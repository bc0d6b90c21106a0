import CredenceTensor

/// A recorded computation that can be rewritten: operations in order, over numbered values.
struct InferenceGraph {
  struct Node {
    var operation: Operator
    var arguments: [RecordedArgument]
    /// The indices of its results.
    var results: Range<Int>
  }

  var nodes: [Node]
  /// The index of the images.
  let input: Int
  /// The indices of what is asked for.
  var outputs: [Int]
  /// Shapes of the values when they were recorded, with a batch of one.
  let shapes: [[Int]]
  /// Indices from here on are free.
  private(set) var valueCount: Int

  init(_ recording: Recording, input: Int, outputs: [Int]) {
    nodes = recording.steps.map {
      Node(operation: $0.operation, arguments: $0.arguments, results: $0.results)
    }
    self.input = input
    self.outputs = outputs
    shapes = recording.shapes
    valueCount = shapes.count
    removeUnused()
  }

  /// A new value.
  mutating func makeValue() -> Int {
    valueCount += 1
    return valueCount - 1
  }

  /// Removes operations whose results nobody uses.
  mutating func removeUnused() {
    var needed = Set(outputs)
    var kept: [Node] = []
    for node in nodes.reversed() where node.results.contains(where: needed.contains) {
      for argument in node.arguments { needed.formUnion(argument.values) }
      kept.append(node)
    }
    nodes = kept.reversed()
  }

  /// For every value the positions of the nodes that use it; an output counts as one more use, at the end.
  func uses() -> [Int: [Int]] {
    var uses: [Int: [Int]] = [:]
    for (position, node) in nodes.enumerated() {
      for argument in node.arguments {
        for value in argument.values { uses[value, default: []].append(position) }
      }
    }
    for output in outputs { uses[output, default: []].append(nodes.count) }
    return uses
  }

  /// Lets everyone who uses one value use another.
  mutating func replace(_ old: Int, by new: Int) {
    for position in nodes.indices {
      nodes[position].arguments = nodes[position].arguments.map { $0.replacing(old, by: new) }
    }
    outputs = outputs.map { $0 == old ? new : $0 }
  }

  /// Applies a function to every constant tensor of a node's arguments.
  mutating func mapConstants(at position: Int, _ transform: (Tensor) throws -> Tensor) rethrows {
    nodes[position].arguments = try nodes[position].arguments.map { argument in
      switch argument {
      case .constant(.tensor(let tensor)): .constant(.tensor(try transform(tensor)))
      case .constant(.tensors(let tensors)): .constant(.tensors(try tensors.map(transform)))
      case .list(let elements):
        .list(
          try elements.map { element in
            guard case .tensor(let tensor) = element else { return element }
            return .tensor(try transform(tensor))
          })
      default: argument
      }
    }
  }
}

extension RecordedArgument {
  /// The values that the argument needs.
  var values: [Int] {
    switch self {
    case .constant: []
    case .value(let index): [index]
    case .list(let elements):
      elements.compactMap { if case .value(let index) = $0 { index } else { nil } }
    }
  }

  /// The tensor of a constant argument.
  var constantTensor: Tensor? {
    if case .constant(.tensor(let tensor)) = self { tensor } else { nil }
  }

  func replacing(_ old: Int, by new: Int) -> RecordedArgument {
    switch self {
    case .value(old): .value(new)
    case .list(let elements):
      .list(
        elements.map { element in
          if case .value(old) = element { .value(new) } else { element }
        })
    default: self
    }
  }
}
