public import Foundation

/// What a checkpoint holds at some place: a tensor, or a plain value of Python.
public enum CheckpointValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A number with a point, or an integer of more than 64 bits, rounded.
  case float(Double)
  case string(String)
  case bytes(Data)
  /// A list, tuple or set.
  case list([CheckpointValue])
  /// A dictionary in the order of the file; where a key stands twice, the later entry counts.
  case dictionary([CheckpointEntry])
  case tensor(CheckpointTensor)
  /// An object of which only the fields are known.
  case object(type: String, fields: [CheckpointEntry])

  /// The value of a key, or of an object's field; `nil` where there is none.
  public subscript(key: String) -> CheckpointValue? {
    switch self {
    case .dictionary(let entries), .object(_, let entries):
      entries.last {
        if case .string(key) = $0.key { true } else { false }
      }?.value
    default: nil
    }
  }
}

/// A key and its value.
public struct CheckpointEntry: Sendable {
  public let key: CheckpointValue
  public let value: CheckpointValue
}
