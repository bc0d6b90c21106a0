extension Operator {
  package static let relu = Operator("aten::relu")
  package static let hardTanh = Operator("aten::hardtanh")
  package static let gelu = Operator("aten::gelu")
  package static let silu = Operator("aten::silu")
  package static let mish = Operator("aten::mish")
  package static let sigmoid = Operator("aten::sigmoid")
  package static let hardSigmoid = Operator("aten::hardsigmoid")
  package static let hardSwish = Operator("aten::hardswish")
  package static let tanh = Operator("aten::tanh")
  package static let leakyReLU = Operator("aten::leaky_relu")
  package static let elu = Operator("aten::elu")
  static let softmax = Operator("aten::softmax.int")
  static let logSoftmax = Operator("aten::log_softmax.int")
}

/// The functions between layers. All throw `EngineError`.
extension Tensor {
  public func relu() throws -> Tensor { try Operator.relu(.tensor(self)) }

  /// min(max(*x*, 0), 6).
  public func relu6() throws -> Tensor {
    try Operator.hardTanh(.tensor(self), .double(0), .double(6))
  }

  /// *x* Φ(*x*), exactly or by the approximation with tanh.
  public func gelu(usesTanh: Bool = false) throws -> Tensor {
    try Operator.gelu(.tensor(self), .text(usesTanh ? "tanh" : "none"))
  }

  /// *x* σ(*x*), also called swish.
  public func silu() throws -> Tensor { try Operator.silu(.tensor(self)) }
  public func mish() throws -> Tensor { try Operator.mish(.tensor(self)) }
  public func sigmoid() throws -> Tensor { try Operator.sigmoid(.tensor(self)) }
  public func hardSigmoid() throws -> Tensor { try Operator.hardSigmoid(.tensor(self)) }
  public func hardSwish() throws -> Tensor { try Operator.hardSwish(.tensor(self)) }
  public func tanh() throws -> Tensor { try Operator.tanh(.tensor(self)) }

  public func leakyReLU(slope: Double = 0.01) throws -> Tensor {
    try Operator.leakyReLU(.tensor(self), .double(slope))
  }

  public func elu() throws -> Tensor { try Operator.elu(.tensor(self)) }

  public func softmax(over dimension: Int = -1) throws -> Tensor {
    try Operator.softmax(.tensor(self), .int(dimension))
  }

  public func logSoftmax(over dimension: Int = -1) throws -> Tensor {
    try Operator.logSoftmax(.tensor(self), .int(dimension))
  }
}
