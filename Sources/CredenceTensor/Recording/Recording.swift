import Synchronization

/// A tensor's place in a recording.
struct RecordedValue: Sendable {
  let recording: Recording
  let index: Int
}

/// The operations done to a tensor and to everything computed from it, in order.
///
/// Recording follows the data: `input(_:)` marks a tensor, and every operator that is given a marked tensor is noted and
/// marks its results. Nothing else changes, and there is no mode to leave.
package final class Recording: Sendable {
  /// One operation.
  package struct Step: Sendable {
    package let operation: Operator
    package let arguments: [RecordedArgument]
    /// The indices of its results.
    package let results: Range<Int>
  }

  private struct State {
    var steps: [Step] = []
    /// Of every value.
    var shapes: [[Int]] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Marks a tensor; what is computed from it is recorded from here on.
  ///
  /// - Throws: `EngineError`.
  package func input(_ tensor: Tensor) throws -> Tensor {
    let view = try Operator.alias.pointers([.tensor(tensor)], capacity: 1)[0]
    let shape = tensor.shape
    let index = state.withLock { state in
      state.shapes.append(shape)
      return state.shapes.count - 1
    }
    return Tensor(view, recorded: RecordedValue(recording: self, index: index))
  }

  /// What was done so far.
  package var steps: [Step] { state.withLock { $0.steps } }

  /// The shapes of the values, by index.
  package var shapes: [[Int]] { state.withLock { $0.shapes } }

  /// The index of a value of this recording; `nil` for a tensor that does not depend on its inputs.
  package func index(of tensor: Tensor) -> Int? {
    guard let recorded = tensor.handle.recorded, recorded.recording === self else { return nil }
    return recorded.index
  }

  /// The recording that an operation with these arguments belongs to.
  static func ofAny(_ arguments: [Operand]) -> Recording? {
    for argument in arguments {
      switch argument {
      case .tensor(let tensor):
        if let recorded = tensor.handle.recorded { return recorded.recording }
      case .tensors(let tensors):
        for tensor in tensors {
          if let recorded = tensor.handle.recorded { return recorded.recording }
        }
      default: continue
      }
    }
    return nil
  }

  func record(_ operation: Operator, _ arguments: [Operand], shapes: [[Int]]) -> Int {
    let noted = arguments.map { argument -> RecordedArgument in
      switch argument {
      case .tensor(let tensor):
        index(of: tensor).map { .value($0) } ?? .constant(argument)
      case .tensors(let tensors) where tensors.contains { index(of: $0) != nil }:
        .list(tensors.map { tensor in index(of: tensor).map { .value($0) } ?? .tensor(tensor) })
      default: .constant(argument)
      }
    }
    return state.withLock { state in
      let first = state.shapes.count
      state.shapes += shapes
      state.steps.append(
        Step(operation: operation, arguments: noted, results: first..<first + shapes.count))
      return first
    }
  }
}

/// An argument of a recorded operation.
package enum RecordedArgument: Sendable {
  /// What does not depend on the recording's inputs.
  case constant(Operand)
  /// The input or result of this index.
  case value(Int)
  /// A list of tensors, of which at least one is a value.
  case list([Element])

  package enum Element: Sendable {
    case value(Int)
    case tensor(Tensor)
  }
}
