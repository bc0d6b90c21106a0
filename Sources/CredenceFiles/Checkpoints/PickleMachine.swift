import Foundation

/// Reads pickles, Python's format for objects, without executing anything.
///
/// Python reads a pickle by calling whatever functions it names. Here a name must be one of the few of `PickleGlobal`, each of
/// which only makes a container or describes a tensor. Every instruction costs a byte of the file at least and makes one value
/// at most; shared parts are never copied, so memory and time grow with the length of the file alone.
///
/// - Note: The instructions are those of protocols 0 to 5, as the standard library's `pickletools` documents them.
struct PickleMachine {
  let file: String
  /// What the file is called in errors.
  private let format: String
  var nodes: [PickleNode] = []
  /// The contents of containers.
  var items: [[Int]] = []
  var objects: [PickledObject] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []
  var numpyTypes: [PickledNumpyType] = []
  var arrays: [PickledArray] = []

  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  private var storageIndex: [PickledStorage: Int] = [:]
  /// Bytes that may still be made of text; a correct pickle converts none of its texts twice.
  var convertibleBytes: Int

  /// More instructions than any network's weights need.
  static let greatestInstructionCount = 1 << 23

  /// Starts with nothing read.
  ///
  /// - Parameters:
  ///   - file: The file's name in errors.
  ///   - byteCount: The length of the pickle.
  ///   - format: What the file is called in errors.
  init(file: String, byteCount: Int, format: String = "PyTorch checkpoint") {
    self.file = file
    self.format = format
    convertibleBytes = byteCount
  }

  /// Reads one pickle.
  ///
  /// - Parameter cursor: Stands at its start, then behind it.
  /// - Returns: The node of its value.
  /// - Throws: `FileError`.
  mutating func run(_ cursor: inout PickleCursor) throws(FileError) -> Int {
    stack = []
    marks = []
    memo = [:]
    for _ in 0..<Self.greatestInstructionCount {
      let position = cursor.position
      guard let instruction = Instruction(rawValue: try cursor.byte()) else {
        throw malformed("byte \(position) is no instruction")
      }
      if instruction == .stop { return try pop() }
      try execute(instruction, &cursor)
    }
    throw .unsupported(
      file: file, what: "a pickle of more than \(Self.greatestInstructionCount) instructions",
      instead: "Save the weights alone: torch.save(model.state_dict(), path).")
  }

  private enum Instruction: UInt8 {
    case mark = 0x28
    case stop = 0x2e
    case pop = 0x30
    case popMark = 0x31
    case dup = 0x32
    case floatText = 0x46
    case integerText = 0x49
    case int32 = 0x4a
    case uint8 = 0x4b
    case longText = 0x4c
    case uint16 = 0x4d
    case none = 0x4e
    case persistentText = 0x50
    case persistent = 0x51
    case reduce = 0x52
    case stringText = 0x53
    case string32 = 0x54
    case string8 = 0x55
    case unicodeText = 0x56
    case unicode32 = 0x58
    case append = 0x61
    case build = 0x62
    case global = 0x63
    case dictionaryFromMark = 0x64
    case emptyDictionary = 0x7d
    case appends = 0x65
    case getText = 0x67
    case get8 = 0x68
    case instance = 0x69
    case get32 = 0x6a
    case listFromMark = 0x6c
    case emptyList = 0x5d
    case object = 0x6f
    case putText = 0x70
    case put8 = 0x71
    case put32 = 0x72
    case setItem = 0x73
    case tupleFromMark = 0x74
    case emptyTuple = 0x29
    case setItems = 0x75
    case float64 = 0x47
    case protocolVersion = 0x80
    case newObject = 0x81
    case extension8 = 0x82
    case extension16 = 0x83
    case extension32 = 0x84
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
    case long8 = 0x8a
    case long32 = 0x8b
    case bytes32 = 0x42
    case bytes8 = 0x43
    case unicode8 = 0x8c
    case unicode64 = 0x8d
    case bytes64 = 0x8e
    case emptySet = 0x8f
    case addItems = 0x90
    case frozenSet = 0x91
    case newObjectWithNames = 0x92
    case stackGlobal = 0x93
    case memoize = 0x94
    case frame = 0x95
    case byteArray64 = 0x96
    case nextBuffer = 0x97
    case readOnlyBuffer = 0x98
  }

  private mutating func execute(
    _ instruction: Instruction, _ cursor: inout PickleCursor
  ) throws(FileError) {
    switch instruction {
    // Numbers and texts.
    case .none: push(.none)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .int32: push(.integer(Int(try cursor.integer(Int32.self))))
    case .uint8: push(.integer(Int(try cursor.byte())))
    case .uint16: push(.integer(Int(try cursor.integer(UInt16.self))))
    case .integerText: try pushInteger(cursor.line())
    case .longText: try pushInteger(cursor.line())
    case .long8: pushInteger(try cursor.counted(UInt8.self))
    case .long32: pushInteger(try cursor.counted(UInt32.self))
    case .float64:
      push(.float(Double(bitPattern: UInt64(bigEndian: try cursor.integer(UInt64.self)))))
    case .floatText:
      guard let value = Double(try cursor.line()) else { throw malformed("it has a bad number") }
      push(.float(value))
    case .unicode8: pushString(try cursor.counted(UInt8.self))
    case .unicode32: pushString(try cursor.counted(UInt32.self))
    case .string8: pushOldString(try cursor.counted(UInt8.self))
    case .string32: pushOldString(try cursor.counted(UInt32.self))
    case .unicode64: pushString(try cursor.counted(UInt64.self))
    case .unicodeText: push(.string(try cursor.line()))
    case .stringText: try pushQuoted(cursor.line())
    case .bytes8: push(.bytes(Data(try cursor.counted(UInt8.self))))
    case .bytes32: push(.bytes(Data(try cursor.counted(UInt32.self))))
    case .bytes64, .byteArray64: push(.bytes(Data(try cursor.counted(UInt64.self))))

    // Containers.
    case .emptyList, .emptyTuple, .emptySet: push(list([]))
    case .emptyDictionary: push(dictionary([]))
    case .listFromMark, .tupleFromMark, .frozenSet: push(list(try popToMark()))
    case .dictionaryFromMark: push(dictionary(try popToMark()))
    case .tuple1: push(list(try popLast(1)))
    case .tuple2: push(list(try popLast(2)))
    case .tuple3: push(list(try popLast(3)))
    case .append: try extend(with: popLast(1))
    case .appends, .addItems: try extend(with: popToMark())
    case .setItem: try extend(with: popLast(2))
    case .setItems: try extend(with: popToMark())

    // The stack and the memo.
    case .mark: marks.append(stack.count)
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .put8: memo[Int(try cursor.byte())] = try top()
    case .put32: memo[Int(try cursor.integer(UInt32.self))] = try top()
    case .putText: memo[try key(cursor.line())] = try top()
    case .memoize: memo[memo.count] = try top()
    case .get8: try recall(Int(cursor.byte()))
    case .get32: try recall(Int(cursor.integer(UInt32.self)))
    case .getText: try recall(key(cursor.line()))

    // Names and calls.
    case .global:
      let module = try cursor.line()
      push(.global(try global(module, cursor.line())))
    case .stackGlobal:
      let names = try popLast(2)
      guard case .string(let module) = nodes[names[0]], case .string(let name) = nodes[names[1]]
      else { throw malformed("it names a class by something else than text") }
      push(.global(try global(module, name)))
    case .reduce, .newObject:
      let parts = try popLast(2)
      stack.append(try call(parts[0], listItems(parts[1])))
    case .newObjectWithNames:
      let parts = try popLast(3)
      stack.append(try call(parts[0], listItems(parts[1])))
    case .instance:
      let module = try cursor.line()
      let function = try global(module, cursor.line())
      nodes.append(.global(function))
      let node = nodes.count - 1
      stack.append(try call(node, popToMark()))
    case .object:
      let parts = try popToMark()
      guard let function = parts.first else { throw malformed("it makes an object of no class") }
      stack.append(try call(function, Array(parts.dropFirst())))
    case .build:
      let state = try pop()
      try build(top(), state)
    case .persistent: stack.append(try persistent(try pop()))

    // What surrounds them.
    case .protocolVersion:
      let version = try cursor.byte()
      guard version <= 5 else { throw malformed("its pickle has the unknown version \(version)") }
    case .frame: _ = try cursor.integer(UInt64.self)
    case .stop: break
    case .persistentText, .extension8, .extension16, .extension32, .nextBuffer, .readOnlyBuffer:
      throw .unsupported(
        file: file, what: "a pickle with parts that stand outside of it",
        instead: "Save the weights alone: torch.save(model.state_dict(), path).")
    }
  }

  // MARK: The stack

  private mutating func push(_ node: PickleNode) {
    stack.append(nodes.count)
    nodes.append(node)
  }

  /// Below the last mark nothing may be taken.
  private var floor: Int { marks.last ?? 0 }

  private func top() throws(FileError) -> Int {
    guard stack.count > floor, let node = stack.last else { throw emptyStack() }
    return node
  }

  private mutating func pop() throws(FileError) -> Int {
    guard stack.count > floor, let node = stack.popLast() else { throw emptyStack() }
    return node
  }

  private mutating func popLast(_ count: Int) throws(FileError) -> [Int] {
    guard stack.count - floor >= count else { throw emptyStack() }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(FileError) -> [Int] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw emptyStack() }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func emptyStack() -> FileError { malformed("its pickle takes what it has not made") }

  private func key(_ text: String) throws(FileError) -> Int {
    guard let key = Int(text), key >= 0 else { throw malformed("its pickle has a bad reference") }
    return key
  }

  private mutating func recall(_ key: Int) throws(FileError) {
    guard let node = memo[key] else {
      throw malformed("its pickle refers to value \(key), which it has not made")
    }
    stack.append(node)
  }

  // MARK: Values

  /// A list with items.
  mutating func list(_ contents: [Int]) -> PickleNode {
    items.append(contents)
    return .list(items.count - 1)
  }

  /// A dictionary with keys and values in turn.
  mutating func dictionary(_ contents: [Int]) -> PickleNode {
    items.append(contents)
    return .dictionary(items.count - 1)
  }

  /// Stores a node.
  mutating func add(_ node: PickleNode) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  /// The items of a list or tuple.
  func listItems(_ node: Int) throws(FileError) -> [Int] {
    guard case .list(let index) = nodes[node] else {
      throw malformed("its pickle has another value where a tuple must be")
    }
    return items[index]
  }

  private mutating func extend(with new: [Int]) throws(FileError) {
    switch nodes[try top()] {
    case .list(let index): items[index] += new
    case .dictionary(let index):
      guard new.count % 2 == 0 else { throw malformed("it has a key without a value") }
      items[index] += new
    default: throw malformed("its pickle adds items to what is no container")
    }
  }

  private mutating func pushString(_ bytes: UnsafeRawBufferPointer) {
    push(.string(String(decoding: bytes, as: UTF8.self)))
  }

  /// Text of Python 2, which may as well be bytes.
  private mutating func pushOldString(_ bytes: UnsafeRawBufferPointer) {
    if let text = String(validating: bytes, as: UTF8.self) {
      push(.string(text))
    } else {
      push(.bytes(Data(bytes)))
    }
  }

  /// Text of Python 2, in quotes; escapes stay as they are.
  private mutating func pushQuoted(_ line: String) throws(FileError) {
    guard line.count >= 2, let quote = line.first, quote == "'" || quote == "\"",
      line.last == quote
    else { throw malformed("its pickle has a text without quotes") }
    push(.string(String(line.dropFirst().dropLast())))
  }

  private mutating func pushInteger(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 8 else { return push(.largeInteger(Data(bytes))) }
    var value: Int64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
    for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
    push(.integer(Int(value)))
  }

  private mutating func pushInteger(_ line: String) throws(FileError) {
    switch line {
    case "00": return push(.bool(false))
    case "01": return push(.bool(true))
    default: break
    }
    let digits = line.hasSuffix("L") ? String(line.dropLast()) : line
    if let value = Int(digits) { return push(.integer(value)) }
    guard let value = Double(digits) else { throw malformed("its pickle has a bad number") }
    push(.float(value))
  }

  private func global(_ module: String, _ name: String) throws(FileError) -> PickleGlobal {
    guard let global = PickleGlobal.find(module: module, name: name) else {
      throw .refusedName(file: file, name: "\(module).\(name)")
    }
    return global
  }

  /// The position of a storage in the list, which names each once.
  mutating func index(of storage: PickledStorage) -> Int {
    if let index = storageIndex[storage] { return index }
    storages.append(storage)
    storageIndex[storage] = storages.count - 1
    return storages.count - 1
  }

  /// An error on the file.
  func malformed(_ problem: String) -> FileError {
    .malformed(file: file, format: format, problem: problem)
  }
}
