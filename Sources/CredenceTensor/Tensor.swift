internal import CTorch
public import Foundation

/// A multidimensional array on a device, a value: no operation changes the tensors it is given.
///
/// Shapes are written `[batch, channels, height, width]`. Copies share memory.
public struct Tensor: Sendable {
  /// Owns one engine tensor and releases it.
  ///
  /// Unchecked because the compiler cannot see into C. It holds since the pointer never changes, the engine counts references
  /// atomically, and only `Parameter`, which is not `Sendable`, writes in place.
  final class Handle: @unchecked Sendable {
    let pointer: ct_tensor
    /// The tensor's place in a recording of operations, if one is made.
    let recorded: RecordedValue?

    init(_ pointer: ct_tensor, recorded: RecordedValue? = nil) {
      self.pointer = pointer
      self.recorded = recorded
    }

    deinit { EngineLibrary.tableInUse.pointee.free_tensor(pointer) }
  }

  let handle: Handle

  init(_ pointer: ct_tensor, recorded: RecordedValue? = nil) {
    handle = Handle(pointer, recorded: recorded)
  }

  /// A copy of some numbers, row-major, on the CPU.
  ///
  /// - Parameters:
  ///   - values: As many as the shape has entries.
  ///   - shape: The lengths of the dimensions; empty for a single number.
  /// - Throws: `EngineError`.
  public init<Element: TensorElement>(_ values: [Element], shape: [Int]) throws {
    self = try values.withUnsafeBytes {
      try Tensor(copying: $0, shape: shape, elementType: Element.elementType)
    }
  }

  /// A tensor without dimensions that holds one number.
  ///
  /// - Throws: `EngineError`.
  public init<Element: TensorElement>(_ value: Element) throws {
    try self.init([value], shape: [])
  }

  /// A copy of bytes in the machine's order, row-major, on the CPU.
  ///
  /// - Throws: `EngineError.failed` where the bytes do not match the shape.
  public init(
    copying bytes: UnsafeRawBufferPointer, shape: [Int], elementType: ElementType
  ) throws {
    let table = try EngineLibrary.table().pointee
    var result: ct_tensor?
    var message: UnsafeMutablePointer<CChar>?
    let lengths = shape.map(Int64.init)
    try Engine.check(
      table.copy_tensor(
        bytes.baseAddress, bytes.count, elementType.code, lengths, Int32(lengths.count), &result,
        &message), message, "tensor")
    self.init(try Self.made(result, "tensor"))
  }

  /// A tensor over memory that belongs to someone else, on the CPU, not copied.
  ///
  /// - Parameters:
  ///   - memory: The first element; must hold all that shape and strides reach, and stay unchanged.
  ///   - shape: The lengths of the dimensions.
  ///   - strides: Steps between neighbors of each dimension, in elements; `nil` for row-major.
  ///   - elementType: What the memory holds.
  ///   - owner: Kept alive as long as the tensor or a view of it is used.
  /// - Throws: `EngineError`.
  public init(
    wrapping memory: UnsafeRawPointer, shape: [Int], strides: [Int]? = nil,
    elementType: ElementType, owner: AnyObject
  ) throws {
    let table = try EngineLibrary.table().pointee
    var steps = [Int64](repeating: 1, count: shape.count)
    if let strides {
      precondition(strides.count == shape.count)
      steps = strides.map(Int64.init)
    } else {
      for dimension in shape.indices.dropLast().reversed() {
        steps[dimension] = steps[dimension + 1] * Int64(max(1, shape[dimension + 1]))
      }
    }
    let retained = Unmanaged.passRetained(owner)
    var result: ct_tensor?
    var message: UnsafeMutablePointer<CChar>?
    let status = table.wrap_memory(
      UnsafeMutableRawPointer(mutating: memory), elementType.code, shape.map(Int64.init), steps,
      Int32(shape.count),
      { owner in
        if let owner { Unmanaged<AnyObject>.fromOpaque(owner).release() }
      }, retained.toOpaque(), &result, &message)
    if status != CT_OK { retained.release() }
    try Engine.check(status, message, "tensor")
    self.init(try Self.made(result, "tensor"))
  }

  static func made(_ pointer: ct_tensor?, _ operation: String) throws(EngineError) -> ct_tensor {
    guard let pointer else {
      throw .failed(operation: operation, reason: "There is no result.")
    }
    return pointer
  }

  // MARK: Properties

  /// The lengths of the dimensions; empty for a single number.
  public var shape: [Int] { Self.shape(of: handle.pointer) }

  /// Steps between neighbors of each dimension, in elements.
  public var strides: [Int] {
    let rank = rank
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, 2 * rank)) { buffer in
      guard let base = buffer.baseAddress else { return [] }
      EngineLibrary.tableInUse.pointee.shape(handle.pointer, base, base + rank)
      return (0..<rank).map { Int(base[rank + $0]) }
    }
  }

  static func shape(of pointer: ct_tensor) -> [Int] {
    let table = EngineLibrary.tableInUse
    let rank = Int(table.pointee.rank(pointer))
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, rank)) { buffer in
      guard let base = buffer.baseAddress else { return [] }
      table.pointee.shape(pointer, base, nil)
      return (0..<rank).map { Int(base[$0]) }
    }
  }

  /// The number of dimensions.
  public var rank: Int { Int(EngineLibrary.tableInUse.pointee.rank(handle.pointer)) }

  /// The number of entries.
  public var count: Int { shape.reduce(1, *) }

  /// The format of one entry.
  ///
  /// Tensors of other types than `ElementType` lists are refused where they are made.
  public var elementType: ElementType {
    ElementType(code: EngineLibrary.tableInUse.pointee.element_type(handle.pointer)) ?? .float32
  }

  /// Where the tensor lives.
  public var device: Device {
    Device(code: EngineLibrary.tableInUse.pointee.device(handle.pointer))
  }

  // MARK: Reading

  /// All entries as Swift numbers, row-major, converted to the asked type and copied from the device.
  ///
  /// - Throws: `EngineError`.
  public func values<Element: TensorElement>(as type: Element.Type = Element.self) throws
    -> [Element]
  {
    let converted = try elementType == Element.elementType ? self : to(Element.elementType)
    var values = [Element](repeating: .zero, count: converted.count)
    try values.withUnsafeMutableBytes { try converted.read(into: $0) }
    return values
  }

  /// The only entry of a tensor that has one.
  ///
  /// - Throws: `EngineError.wrongShape` for a tensor of several.
  public func item() throws -> Double {
    guard count == 1 else {
      throw EngineError.wrongShape(what: "The tensor", expected: "a single number", found: shape)
    }
    return try values(as: Double.self)[0]
  }

  /// Copies all entries, row-major, to memory of exactly their size, waiting for the device.
  ///
  /// - Throws: `EngineError`.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws {
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.read_tensor(
        handle.pointer, bytes.baseAddress, bytes.count, &message), message, "read")
  }

  /// All entries as bytes in the machine's order, row-major.
  ///
  /// - Throws: `EngineError`.
  public func bytes() throws -> Data {
    var data = Data(count: count * elementType.size)
    try data.withUnsafeMutableBytes { try read(into: $0) }
    return data
  }
}

extension Tensor: CustomStringConvertible {
  /// Element type, shape and device, such as `float32[8, 1000] on cpu`.
  public var description: String { "\(elementType.rawValue)\(shape) on \(device)" }
}
