internal import CTorch
import Synchronization

/// An operator of LibTorch, named by its schema and overload: `aten::add.Tensor`.
///
/// Its arguments come in the schema's order; those left out at the end take their defaults.
public final class Operator: Sendable {
  public let name: String
  /// The engine's handle, found at the first call; 0 before.
  private let found = Atomic<UInt>(0)

  /// An operator, which is looked for when it is called first.
  public init(_ name: String) { self.name = name }

  /// Calls an operator that has one tensor as its result.
  ///
  /// - Throws: `EngineError`.
  public func callAsFunction(_ arguments: Operand...) throws -> Tensor {
    try tensors(arguments, capacity: 1)[0]
  }

  /// Calls an operator whose results are tensors; lists and tuples come flattened.
  ///
  /// - Parameters:
  ///   - arguments: In the schema's order.
  ///   - capacity: How many results there are at most.
  /// - Returns: As many tensors as the operator has results.
  /// - Throws: `EngineError`.
  public func tensors(_ arguments: [Operand], capacity: Int = 8) throws -> [Tensor] {
    let results = try pointers(arguments, capacity: capacity)
    guard let recording = Recording.ofAny(arguments) else { return results.map { Tensor($0) } }
    let shapes = results.map { Tensor.shape(of: $0) }
    let first = recording.record(self, arguments, shapes: shapes)
    return results.enumerated().map { index, pointer in
      Tensor(pointer, recorded: RecordedValue(recording: recording, index: first + index))
    }
  }

  /// Calls an operator that changes its arguments in place and has no result.
  ///
  /// - Throws: `EngineError`.
  package func run(_ arguments: [Operand]) throws {
    _ = try pointers(arguments, capacity: 0)
  }

  /// Calls the operator without recording it; the caller owns the results.
  func pointers(_ arguments: [Operand], capacity: Int) throws -> [ct_tensor] {
    let table = try EngineLibrary.table()
    let handle = try resolved(table)
    let wordCount = arguments.reduce(0) { $0 + $1.wordCount }
    return try withUnsafeTemporaryAllocation(
      of: ct_value.self, capacity: arguments.count + max(capacity, 1)
    ) { values in
      try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: wordCount + 1) { words in
        guard let values = values.baseAddress, var next = words.baseAddress else {
          return [ct_tensor]()
        }
        for (index, argument) in arguments.enumerated() {
          (values + index).initialize(to: argument.value(UnsafeMutableRawPointer(next)))
          next += argument.wordCount
        }
        var count: Int32 = 0
        var message: UnsafeMutablePointer<CChar>?
        let status = withExtendedLifetime(arguments) {
          table.pointee.call(
            handle, values, Int32(arguments.count), values + arguments.count, Int32(capacity),
            &count, &message)
        }
        try Engine.check(status, message, name)
        let written = (values + arguments.count)
        let tensors = (0..<min(Int(count), capacity)).compactMap { index -> ct_tensor? in
          written[index].tag == Int32(CT_TENSOR.rawValue) ? written[index].tensor : nil
        }
        guard tensors.count == Int(count), tensors.isEmpty == (capacity == 0) else {
          for tensor in tensors { table.pointee.free_tensor(tensor) }
          throw EngineError.failed(
            operation: name, reason: "It has \(count) results, of another kind than expected.")
        }
        return tensors
      }
    }
  }

  private func resolved(_ table: UnsafePointer<ct_api>) throws -> ct_operator {
    let known = found.load(ordering: .acquiring)
    if known != 0, let handle = ct_operator(bitPattern: known) { return handle }
    var handle: ct_operator?
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(table.pointee.find_operator(name, &handle, &message), message, name)
    guard let handle else {
      throw EngineError.failed(operation: name, reason: "There is no such operation.")
    }
    found.store(UInt(bitPattern: handle), ordering: .releasing)
    return handle
  }
}
