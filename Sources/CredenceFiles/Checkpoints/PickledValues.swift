import Foundation

/// Makes values of what a pickle described.
struct PickledValues {
  private let machine: PickleMachine
  private let storages: [CheckpointStorage]
  /// Containers that were made before, by the position of their contents, with how deep they are.
  private var made: [Int: (values: [CheckpointValue], height: Int)] = [:]
  private var underWay: Set<Int> = []

  /// How deep containers may be inside one another.
  static let greatestDepth = 100

  /// Lays the numbers beside the description.
  ///
  /// - Parameters:
  ///   - machine: Has read the pickle.
  ///   - storages: As many as the machine names.
  init(_ machine: PickleMachine, storages: [CheckpointStorage]) {
    self.machine = machine
    self.storages = storages
  }

  /// The value of a node.
  ///
  /// - Throws: `FileError` for a container inside of itself, or too deep.
  mutating func value(_ node: Int) throws(FileError) -> CheckpointValue {
    try value(node, depth: 0).value
  }

  private mutating func value(
    _ node: Int, depth: Int
  ) throws(FileError) -> (value: CheckpointValue, height: Int) {
    switch machine.nodes[node] {
    case .none: return (.none, 0)
    case .bool(let value): return (.bool(value), 0)
    case .integer(let value): return (.integer(value), 0)
    case .largeInteger(let bytes): return (.float(Self.rounded(bytes)), 0)
    case .float(let value): return (.float(value), 0)
    case .string(let text): return (.string(text), 0)
    case .bytes(let bytes): return (.bytes(bytes), 0)
    case .list(let index):
      let (values, height) = try contents(index, depth)
      return (.list(values), height)
    case .dictionary(let index):
      let (values, height) = try contents(index, depth)
      return (.dictionary(Self.entries(values)), height)
    case .object(let index): return try object(machine.objects[index], depth)
    case .global(.elementType(_, let name)), .global(.named(let name)),
      .global(.container(let name)):
      return (.string(name), 0)
    case .global, .numpyType: return (.none, 0)
    case .storage(let index): return (.tensor(flat(index)), 0)
    case .tensor(let index): return (.tensor(tensor(machine.tensors[index])), 0)
    case .array(let index): return (try array(machine.arrays[index]), 0)
    }
  }

  private mutating func contents(
    _ index: Int, _ depth: Int
  ) throws(FileError) -> ([CheckpointValue], Int) {
    if let (values, height) = made[index] {
      guard depth + height <= Self.greatestDepth else { throw tooDeep() }
      return (values, height)
    }
    guard depth < Self.greatestDepth else { throw tooDeep() }
    guard underWay.insert(index).inserted else {
      throw machine.malformed("it has a container inside of itself")
    }
    var values: [CheckpointValue] = []
    values.reserveCapacity(machine.items[index].count)
    var height = 0
    for item in machine.items[index] {
      let (value, itemHeight) = try value(item, depth: depth + 1)
      values.append(value)
      height = max(height, itemHeight)
    }
    underWay.remove(index)
    made[index] = (values, height + 1)
    return (values, height + 1)
  }

  private func tooDeep() -> FileError {
    machine.malformed("its containers are more than \(Self.greatestDepth) levels deep")
  }

  private static func entries(_ values: [CheckpointValue]) -> [CheckpointEntry] {
    stride(from: 0, to: values.count - 1, by: 2).map {
      CheckpointEntry(key: values[$0], value: values[$0 + 1])
    }
  }

  /// The arguments by their numbers, then the fields.
  private mutating func object(
    _ object: PickledObject, _ depth: Int
  ) throws(FileError) -> (CheckpointValue, Int) {
    let (arguments, argumentsHeight) = try contents(object.arguments, depth)
    var fields = arguments.enumerated().map {
      CheckpointEntry(key: .integer($0.offset), value: $0.element)
    }
    var height = argumentsHeight
    if let state = object.state {
      guard depth < Self.greatestDepth else { throw tooDeep() }
      let (value, stateHeight) = try value(state, depth: depth + 1)
      height = max(height, stateHeight + 1)
      switch value {
      case .dictionary(let entries): fields += entries
      case .list(let parts):
        for case .dictionary(let entries) in parts { fields += entries }
      default: fields.append(CheckpointEntry(key: .string("state"), value: value))
      }
    }
    return (.object(type: object.type, fields: fields), height)
  }

  // MARK: Numbers

  private func tensor(_ tensor: PickledTensor) -> CheckpointTensor {
    CheckpointTensor(
      shape: tensor.shape, element: tensor.element, storage: storages[tensor.storage],
      offset: tensor.offset, strides: tensor.strides)
  }

  /// A storage that stands alone, as a tensor of one dimension.
  private func flat(_ index: Int) -> CheckpointTensor {
    let storage = machine.storages[index]
    return CheckpointTensor(
      shape: [storage.view.count], element: storage.element ?? .uint8, storage: storages[index],
      offset: storage.view.lowerBound, strides: [1])
  }

  private func array(_ array: PickledArray) throws(FileError) -> CheckpointValue {
    let name = array.type.name
    guard let element = StoredArray.Element(numpy: name),
      let size = StoredArray.byteCount(shape: array.shape, element: element)
    else { return .object(type: "numpy.ndarray", fields: []) }
    guard size == array.bytes.count else {
      throw machine.malformed(
        "a NumPy array of shape \(array.shape) has \(array.bytes.count) bytes")
    }
    var strides: [Int] = []
    var stride = 1
    for length in array.isColumnMajor ? array.shape : array.shape.reversed() {
      strides.append(stride)
      stride *= max(1, length)
    }
    return .tensor(
      CheckpointTensor(
        shape: array.shape, element: element,
        storage: CheckpointStorage(.data(array.bytes), isBigEndian: array.type.isBigEndian),
        offset: 0, strides: array.isColumnMajor ? strides : strides.reversed()))
  }

  private static func rounded(_ bytes: Data) -> Double {
    let isNegative = (bytes.last ?? 0) & 0x80 != 0
    var value = isNegative ? -1.0 : 0.0
    // More bytes than these are infinite in any case.
    guard bytes.count <= 200 else { return isNegative ? -.infinity : .infinity }
    for byte in bytes.reversed() { value = value * 256 + Double(byte) }
    return value
  }
}
