import Foundation

/// A value while a pickle is read: what it contains is named by position, so that values can be shared and changed.
enum PickleNode {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer of more than 64 bits, little-endian.
  case largeInteger(Data)
  case float(Double)
  case string(String)
  case bytes(Data)
  /// A list, tuple or set, whose items stand at a position of `PickleMachine.items`.
  case list(Int)
  /// A dictionary: its keys and values in turn, likewise.
  case dictionary(Int)
  case object(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  case numpyType(Int)
  case array(Int)
}

/// An object of which only its parts are kept.
struct PickledObject {
  let type: String
  /// Where the arguments stand that made it.
  let arguments: Int
  /// The node of what it was told to restore.
  var state: Int?
}

/// A block of numbers that stands elsewhere in the file.
struct PickledStorage: Hashable {
  let key: String
  /// `nil` for plain bytes.
  let element: StoredArray.Element?
  /// The numbers that the block itself has.
  let count: Int
  /// Which of them belong to this view of it.
  let view: Range<Int>
}

/// Which numbers of a storage a tensor consists of.
struct PickledTensor {
  let storage: Int
  let element: StoredArray.Element
  /// Where its first number stands in the storage, which bounds have been checked for.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// A number format of NumPy.
struct PickledNumpyType {
  let name: String
  var isBigEndian = false
}

/// A NumPy array, whose bytes stand in the pickle itself.
struct PickledArray {
  var shape: [Int] = []
  var type = PickledNumpyType(name: "")
  var isColumnMajor = false
  var bytes = Data()
}
