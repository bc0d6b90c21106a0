extension Operator {
  package static let add = Operator("aten::add.Tensor")
  package static let addScalar = Operator("aten::add.Scalar")
  static let subtract = Operator("aten::sub.Tensor")
  static let subtractScalar = Operator("aten::sub.Scalar")
  static let reverseSubtract = Operator("aten::rsub.Scalar")
  package static let multiply = Operator("aten::mul.Tensor")
  static let multiplyScalar = Operator("aten::mul.Scalar")
  static let divide = Operator("aten::div.Tensor")
  static let divideScalar = Operator("aten::div.Scalar")
  static let reciprocal = Operator("aten::reciprocal")
  static let negate = Operator("aten::neg")
  static let power = Operator("aten::pow.Tensor_Scalar")
  static let exponential = Operator("aten::exp")
  static let logarithm = Operator("aten::log")
  static let squareRoot = Operator("aten::sqrt")
  static let reciprocalSquareRoot = Operator("aten::rsqrt")
  static let absolute = Operator("aten::abs")
  static let sine = Operator("aten::sin")
  static let cosine = Operator("aten::cos")
  static let inverseErrorFunction = Operator("aten::erfinv")
  static let clamp = Operator("aten::clamp")
  static let maximum = Operator("aten::maximum")
  static let minimum = Operator("aten::minimum")
  static let equal = Operator("aten::eq.Tensor")
  static let greater = Operator("aten::gt.Tensor")
  static let greaterScalar = Operator("aten::gt.Scalar")
  static let select = Operator("aten::where.self")
  static let isFinite = Operator("aten::isfinite")
  package static let matrixProduct = Operator("aten::matmul")
}

/// Entry by entry; shapes are broadcast as NumPy does. All throw `EngineError`.
extension Tensor {
  public static func + (a: Tensor, b: Tensor) throws -> Tensor {
    try Operator.add(.tensor(a), .tensor(b))
  }
  public static func + (a: Tensor, b: Double) throws -> Tensor {
    try Operator.addScalar(.tensor(a), .double(b))
  }
  public static func - (a: Tensor, b: Tensor) throws -> Tensor {
    try Operator.subtract(.tensor(a), .tensor(b))
  }
  public static func - (a: Tensor, b: Double) throws -> Tensor {
    try Operator.subtractScalar(.tensor(a), .double(b))
  }
  public static func - (a: Double, b: Tensor) throws -> Tensor {
    try Operator.reverseSubtract(.tensor(b), .double(a))
  }
  public static func * (a: Tensor, b: Tensor) throws -> Tensor {
    try Operator.multiply(.tensor(a), .tensor(b))
  }
  public static func * (a: Tensor, b: Double) throws -> Tensor {
    try Operator.multiplyScalar(.tensor(a), .double(b))
  }
  public static func / (a: Tensor, b: Tensor) throws -> Tensor {
    try Operator.divide(.tensor(a), .tensor(b))
  }
  public static func / (a: Tensor, b: Double) throws -> Tensor {
    try Operator.divideScalar(.tensor(a), .double(b))
  }
  public static func / (a: Double, b: Tensor) throws -> Tensor {
    try b.reciprocal() * a
  }
  public static prefix func - (a: Tensor) throws -> Tensor { try Operator.negate(.tensor(a)) }

  public func reciprocal() throws -> Tensor { try Operator.reciprocal(.tensor(self)) }
  public func power(_ exponent: Double) throws -> Tensor {
    try Operator.power(.tensor(self), .double(exponent))
  }
  public func exp() throws -> Tensor { try Operator.exponential(.tensor(self)) }
  public func log() throws -> Tensor { try Operator.logarithm(.tensor(self)) }
  public func squareRoot() throws -> Tensor { try Operator.squareRoot(.tensor(self)) }
  public func reciprocalSquareRoot() throws -> Tensor {
    try Operator.reciprocalSquareRoot(.tensor(self))
  }
  public func magnitude() throws -> Tensor { try Operator.absolute(.tensor(self)) }
  public func sin() throws -> Tensor { try Operator.sine(.tensor(self)) }
  public func cos() throws -> Tensor { try Operator.cosine(.tensor(self)) }

  public func inverseErrorFunction() throws -> Tensor {
    try Operator.inverseErrorFunction(.tensor(self))
  }

  /// Values below `low` become `low`, those above `high` become `high`; `nil` leaves a side open.
  public func clamped(low: Double? = nil, high: Double? = nil) throws -> Tensor {
    try Operator.clamp(
      .tensor(self), low.map { .double($0) } ?? .none, high.map { .double($0) } ?? .none)
  }

  /// The greater of each two entries.
  public static func maximum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Operator.maximum(.tensor(a), .tensor(b))
  }

  /// The lesser of each two entries.
  public static func minimum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Operator.minimum(.tensor(a), .tensor(b))
  }

  /// Whether entries are equal, as `bool`.
  public func isEqual(to other: Tensor) throws -> Tensor {
    try Operator.equal(.tensor(self), .tensor(other))
  }

  /// Whether entries are greater than those of another tensor, as `bool`.
  public func isGreater(than other: Tensor) throws -> Tensor {
    try Operator.greater(.tensor(self), .tensor(other))
  }

  /// Whether entries are greater than a number, as `bool`.
  public func isGreater(than number: Double) throws -> Tensor {
    try Operator.greaterScalar(.tensor(self), .double(number))
  }

  /// Whether entries are neither infinite nor NaN, as `bool`.
  public func isFinite() throws -> Tensor { try Operator.isFinite(.tensor(self)) }

  /// The entries of `a` where this tensor of `bool` holds, else those of `b`.
  public func choosing(_ a: Tensor, else b: Tensor) throws -> Tensor {
    try Operator.select(.tensor(self), .tensor(a), .tensor(b))
  }

  /// The matrix product over the last two dimensions; the others are broadcast.
  public func matrixProduct(_ other: Tensor) throws -> Tensor {
    try Operator.matrixProduct(.tensor(self), .tensor(other))
  }
}
