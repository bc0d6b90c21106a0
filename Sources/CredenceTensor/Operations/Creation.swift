extension Operator {
  static let alias = Operator("aten::alias")
  static let detach = Operator("aten::detach")
  static let empty = Operator("aten::empty.memory_format")
  static let full = Operator("aten::full")
  static let arange = Operator("aten::arange.start_step")
  static let uniform = Operator("aten::uniform")
  static let normal = Operator("aten::normal_functional")
  static let bernoulli = Operator("aten::bernoulli.p")
  package static let convert = Operator("aten::to.dtype")
  static let move = Operator("aten::to.device")
  package static let contiguous = Operator("aten::contiguous")
  static let clone = Operator("aten::clone")
  static let zerosLike = Operator("aten::zeros_like")
  static let copyInPlace = Operator("aten::copy_")
}

extension Tensor {
  /// A tensor whose entries are all one number.
  ///
  /// - Throws: `EngineError`.
  public static func full(
    _ value: Double, shape: [Int], elementType: ElementType = .float32, device: Device = .cpu
  ) throws -> Tensor {
    try Operator.full(
      .ints(shape), elementType.isFloatingPoint ? .double(value) : .int(Int(value)),
      .elementType(elementType), .none, .device(device), .none)
  }

  /// Zeros.
  ///
  /// - Throws: `EngineError`.
  public static func zeros(
    _ shape: [Int], elementType: ElementType = .float32, device: Device = .cpu
  ) throws -> Tensor {
    try full(0, shape: shape, elementType: elementType, device: device)
  }

  /// Ones.
  ///
  /// - Throws: `EngineError`.
  public static func ones(
    _ shape: [Int], elementType: ElementType = .float32, device: Device = .cpu
  ) throws -> Tensor {
    try full(1, shape: shape, elementType: elementType, device: device)
  }

  /// Memory that holds anything; on `Device.meta` only a shape.
  ///
  /// - Throws: `EngineError`.
  public static func empty(
    _ shape: [Int], elementType: ElementType = .float32, device: Device = .cpu
  ) throws -> Tensor {
    try Operator.empty(
      .ints(shape), .elementType(elementType), .none, .device(device), .none, .none)
  }

  /// The numbers from `start` to before `end`, as `[count]`.
  ///
  /// - Throws: `EngineError`.
  public static func range(
    from start: Double = 0, to end: Double, by step: Double = 1,
    elementType: ElementType = .float32, device: Device = .cpu
  ) throws -> Tensor {
    let integers = !elementType.isFloatingPoint
    func number(_ value: Double) -> Operand { integers ? .int(Int(value)) : .double(value) }
    return try Operator.arange(
      number(start), number(end), number(step), .elementType(elementType), .none,
      .device(device), .none)
  }

  /// Independent numbers from the uniform distribution over `[low, high)`.
  ///
  /// - Throws: `EngineError`.
  public static func uniform(
    _ shape: [Int], low: Double = 0, high: Double = 1, elementType: ElementType = .float32,
    using generator: Generator
  ) throws -> Tensor {
    let memory = try zeros(shape, elementType: elementType, device: generator.device)
    return try Operator.uniform(
      .tensor(memory), .double(low), .double(high), .generator(generator))
  }

  /// Independent numbers from a normal distribution.
  ///
  /// - Throws: `EngineError`.
  public static func normal(
    _ shape: [Int], mean: Double = 0, deviation: Double = 1, elementType: ElementType = .float32,
    using generator: Generator
  ) throws -> Tensor {
    let memory = try zeros(shape, elementType: elementType, device: generator.device)
    return try Operator.normal(
      .tensor(memory), .double(mean), .double(deviation), .generator(generator))
  }

  /// Independent ones with the given probability, else zeros.
  ///
  /// - Throws: `EngineError`.
  public static func bernoulli(
    _ shape: [Int], probability: Double, elementType: ElementType = .float32,
    using generator: Generator
  ) throws -> Tensor {
    let memory = try zeros(shape, elementType: elementType, device: generator.device)
    return try Operator.bernoulli(.tensor(memory), .double(probability), .generator(generator))
  }

  /// The same values without their history, sharing memory.
  ///
  /// - Throws: `EngineError`.
  public func detached() throws -> Tensor { try Operator.detach(.tensor(self)) }

  /// The values in another format; the tensor itself where nothing changes.
  ///
  /// - Throws: `EngineError`.
  public func to(_ type: ElementType) throws -> Tensor {
    try elementType == type ? self : Operator.convert(.tensor(self), .elementType(type))
  }

  /// The values on another device; the tensor itself where nothing changes.
  ///
  /// - Parameters:
  ///   - device: The target.
  ///   - waits: Whether the copy is complete when the function returns.
  /// - Returns: A tensor of the same shape and element type.
  /// - Throws: `EngineError`.
  public func to(_ device: Device, waits: Bool = true) throws -> Tensor {
    try self.device == device
      ? self
      : Operator.move(
        .tensor(self), .device(device), .elementType(elementType), .bool(!waits))
  }

  /// The values in memory of the given order; the tensor itself where it has it.
  ///
  /// - Throws: `EngineError`.
  public func contiguous(_ format: MemoryFormat = .contiguous) throws -> Tensor {
    try Operator.contiguous(.tensor(self), .memoryFormat(format))
  }

  /// The same values in memory of their own, in the same order or another.
  ///
  /// - Throws: `EngineError`.
  public func copied(_ format: MemoryFormat? = nil) throws -> Tensor {
    try Operator.clone(.tensor(self), format.map { .memoryFormat($0) } ?? .none)
  }

  /// Zeros of the same shape, element type, device and order of memory.
  ///
  /// - Throws: `EngineError`.
  package func zerosLike() throws -> Tensor { try Operator.zerosLike(.tensor(self)) }

  /// Overwrites the values in place, in the order of memory that they have; all who share the memory see it.
  ///
  /// - Throws: `EngineError`.
  package func overwrite(with other: Tensor) throws {
    _ = try Operator.copyInPlace(.tensor(self), .tensor(other))
  }
}
