import CredenceTensor

extension Operator {
  static let fusedConvolution = Operator("mkldnn::_convolution_pointwise")
  static let fusedConvolutionSum = Operator("mkldnn::_convolution_pointwise.binary")
  static let fusedLinear = Operator("mkldnn::_linear_pointwise")
  static let packConvolution = Operator("mkldnn::_reorder_convolution_weight")
  static let packLinear = Operator("mkldnn::_reorder_linear_weight")
}

/// The activations that oneDNN appends to a convolution or a product, by the names of LibTorch's fused operators.
private struct FusedActivation {
  let name: String
  var scalars: [Double] = []
  var algorithm: String?

  init?(_ node: InferenceGraph.Node) {
    let operation = node.operation
    if operation === Operator.relu {
      name = "relu"
    } else if operation === Operator.hardTanh {
      name = "hardtanh"
      scalars = [0, 6]
      guard case .constant(.double(0)) = node.arguments[1],
        case .constant(.double(6)) = node.arguments[2]
      else { return nil }
    } else if operation === Operator.gelu {
      name = "gelu"
      guard case .constant(.text(let kind)) = node.arguments[1] else { return nil }
      algorithm = kind
    } else if operation === Operator.silu {
      name = "swish"
    } else if operation === Operator.hardSwish {
      name = "hardswish"
    } else if operation === Operator.hardSigmoid {
      name = "hardsigmoid"
    } else if operation === Operator.sigmoid {
      name = "sigmoid"
    } else if operation === Operator.tanh {
      name = "tanh"
    } else {
      return nil
    }
  }

  var algorithmArgument: Operand { algorithm.map { .text($0) } ?? .text("") }
}

extension InferenceGraph {
  /// Joins convolutions and products with the activations and sums behind them, over weights that are packed once.
  ///
  /// - Parameter heads: Values that must be computed as they were written.
  /// - Throws: `EngineError`.
  mutating func fuseWithOneDNN(except heads: Set<Int>) throws {
    try fuseConvolutions()
    try fuseProducts(except: heads)
    removeUnused()
  }

  private mutating func fuseConvolutions() throws {
    for position in nodes.indices where nodes[position].operation === Operator.convolution {
      let arguments = nodes[position].arguments
      guard case .value = arguments[0], let weight = arguments[1].constantTensor else { continue }
      let packed = try Operator.packConvolution(
        .tensor(weight), arguments[4].constant, arguments[3].constant, arguments[5].constant,
        arguments[6].constant, .none)
      nodes[position].operation = .fusedConvolution
      nodes[position].arguments = [
        arguments[0], .constant(.tensor(packed)), arguments[2], arguments[4], arguments[3],
        arguments[5], arguments[6], .constant(.text("none")), .constant(.doubles([])),
        .constant(.text("")),
      ]
    }
    joinActivations(to: .fusedConvolution, at: 7)
    joinSums()
  }

  private mutating func fuseProducts(except heads: Set<Int>) throws {
    for position in nodes.indices where nodes[position].operation === Operator.linear {
      let arguments = nodes[position].arguments
      guard !heads.contains(nodes[position].results.lowerBound), case .value = arguments[0],
        let weight = arguments[1].constantTensor, weight.rank == 2
      else { continue }
      let packed = try Operator.packLinear(.tensor(weight.contiguous()), .none)
      nodes[position].operation = .fusedLinear
      nodes[position].arguments = [
        arguments[0], .constant(.tensor(packed)), arguments[2], .constant(.text("none")),
        .constant(.doubles([])), .constant(.text("")),
      ]
    }
    joinActivations(to: .fusedLinear, at: 3)
  }

  /// Lets a fused operation do the activation behind it, where nobody else needs its plain result.
  private mutating func joinActivations(to operation: Operator, at slot: Int) {
    let uses = uses()
    for position in nodes.indices where nodes[position].operation === operation {
      let result = nodes[position].results.lowerBound
      guard let users = uses[result], users.count == 1, users[0] < nodes.count,
        let activation = FusedActivation(nodes[users[0]])
      else { continue }
      nodes[position].arguments[slot] = .constant(.text(activation.name))
      nodes[position].arguments[slot + 1] = .constant(.doubles(activation.scalars))
      nodes[position].arguments[slot + 2] = .constant(activation.algorithmArgument)
      replace(nodes[users[0]].results.lowerBound, by: result)
    }
    removeUnused()
  }

  /// Lets a convolution add a shortcut to its result, and apply a ReLU that follows.
  private mutating func joinSums() {
    let uses = uses()
    let makers = makers()
    for position in nodes.indices where nodes[position].operation === Operator.add {
      guard nodes[position].arguments.count == 2,
        case .value(let a) = nodes[position].arguments[0],
        case .value(let b) = nodes[position].arguments[1], a != b, a < shapes.count,
        b < shapes.count, shapes[a] == shapes[b]
      else { continue }
      for (convolved, other) in [(a, b), (b, a)] {
        // The other summand must be there when the convolution runs.
        guard let maker = makers[convolved], nodes[maker].operation === Operator.fusedConvolution,
          uses[convolved]?.count == 1, (makers[other] ?? -1) < maker,
          case .constant(.text("none")) = nodes[maker].arguments[7]
        else { continue }
        let sum = nodes[position].results.lowerBound
        let old = nodes[maker].arguments
        var unary: [RecordedArgument] = [
          .constant(.none), .constant(.doubles([])), .constant(.none),
        ]
        if let users = uses[sum], users.count == 1, users[0] < nodes.count,
          nodes[users[0]].operation === Operator.relu
        {
          unary[0] = .constant(.text("relu"))
          replace(nodes[users[0]].results.lowerBound, by: convolved)
        }
        nodes[maker].operation = .fusedConvolutionSum
        nodes[maker].arguments =
          [old[0], .value(other)] + old[1...6] + [.constant(.text("add")), .constant(.double(1))]
          + unary
        replace(sum, by: convolved)
        break
      }
    }
    removeUnused()
  }
}

extension RecordedArgument {
  /// A constant argument as it is.
  fileprivate var constant: Operand {
    if case .constant(let argument) = self { argument } else { .none }
  }
}
