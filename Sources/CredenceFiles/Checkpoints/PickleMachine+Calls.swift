import Foundation

/// What stands for the functions and classes that a pickle names.
extension PickleMachine {
  /// The most dimensions that a tensor may have, as in PyTorch.
  static let greatestRank = 64

  /// The value of a call.
  ///
  /// - Throws: `FileError` for what can't be called, and for arguments that don't fit.
  mutating func call(_ function: Int, _ arguments: [Int]) throws(FileError) -> Int {
    guard case .global(let global) = nodes[function] else {
      throw malformed("its pickle calls what is no function")
    }
    return try call(global, arguments)
  }

  private mutating func call(
    _ global: PickleGlobal, _ arguments: [Int]
  ) throws(FileError) -> Int {
    switch global {
    case .dictionary: return try dictionaryCall(arguments)
    case .dictionaryOfDefaults: return add(dictionary([]))
    case .list:
      guard let first = arguments.first else { return add(list([])) }
      // The contents are shared: copies of copies could grow without end.
      guard case .list = nodes[first] else { throw badCall("a container") }
      return first
    case .bytes:
      guard let first = arguments.first else { return add(.bytes(Data())) }
      if case .bytes = nodes[first] { return first }
      return add(.bytes(try encoded(first, "latin1")))
    case .encode:
      guard let first = arguments.first else { throw badCall("bytes") }
      var encoding = "utf-8"
      if arguments.count > 1, case .string(let name) = nodes[arguments[1]] { encoding = name }
      return add(.bytes(try encoded(first, encoding)))
    case .path:
      var parts: [String] = []
      for argument in arguments {
        guard case .string(let part) = nodes[argument] else { throw badCall("a path") }
        try spend(part.utf8.count + 1)
        parts.append(part)
      }
      return add(.string(parts.joined(separator: "/").replacing("//", with: "/")))
    case .container(let type): return addObject(type, arguments)
    case .reconstructor:
      guard let first = arguments.first, case .global(let type) = nodes[first],
        type != .reconstructor
      else { throw badCall("an object") }
      return try call(type, [])
    case .device:
      guard let first = arguments.first, case .string = nodes[first] else {
        throw badCall("a device")
      }
      return first
    case .rebuiltTensor(let hasElementType):
      return try tensor(arguments, hasElementType: hasElementType)
    case .rebuiltFromType:
      guard arguments.count >= 3, case .global(let rebuild) = nodes[arguments[0]],
        case .rebuiltTensor = rebuild
      else { throw badCall("a tensor of a class of its own") }
      return try call(rebuild, listItems(arguments[2]))
    case .firstArgument:
      guard let first = arguments.first, case .tensor = nodes[first] else {
        throw badCall("a parameter")
      }
      return first
    case .numpyType:
      guard let first = arguments.first, case .string(let name) = nodes[first] else {
        throw badCall("a number format")
      }
      numpyTypes.append(PickledNumpyType(name: name))
      return add(.numpyType(numpyTypes.count - 1))
    case .numpyReconstruct, .numpyArray:
      arrays.append(PickledArray())
      return add(.array(arrays.count - 1))
    case .numpyScalar: return try numpyScalar(arguments)
    case .unreadableElement(let name): throw unreadable(name)
    case .named(let name):
      guard arguments.isEmpty else { throw .refusedName(file: file, name: name) }
      return addObject(name, [])
    case .storage, .untypedStorage, .elementType: throw badCall("a storage")
    }
  }

  private mutating func addObject(_ type: String, _ arguments: [Int]) -> Int {
    items.append(arguments)
    objects.append(PickledObject(type: type, arguments: items.count - 1))
    return add(.object(objects.count - 1))
  }

  /// Without arguments, of a dictionary, or of pairs as Python 2 writes them.
  private mutating func dictionaryCall(_ arguments: [Int]) throws(FileError) -> Int {
    guard let first = arguments.first else { return add(dictionary([])) }
    switch nodes[first] {
    case .dictionary: return first
    case .list(let index):
      var contents: [Int] = []
      for pair in items[index] {
        let pair = try listItems(pair)
        guard pair.count == 2 else { throw badCall("a dictionary") }
        contents += pair
      }
      try spend(contents.count)
      return add(dictionary(contents))
    default: throw badCall("a dictionary")
    }
  }

  /// Text as bytes.
  private mutating func encoded(_ node: Int, _ encoding: String) throws(FileError) -> Data {
    guard case .string(let text) = nodes[node] else { throw badCall("bytes") }
    try spend(text.utf8.count)
    switch encoding.lowercased() {
    case "latin1", "latin-1", "iso-8859-1":
      var bytes = Data(capacity: text.utf8.count)
      for scalar in text.unicodeScalars {
        guard let byte = UInt8(exactly: scalar.value) else { throw badCall("bytes") }
        bytes.append(byte)
      }
      return bytes
    case "utf-8", "utf8", "ascii": return Data(text.utf8)
    default: throw badCall("bytes")
    }
  }

  /// Counts what is made of other values, which must not grow without end.
  private mutating func spend(_ count: Int) throws(FileError) {
    convertibleBytes -= count
    guard convertibleBytes >= 0 else { throw malformed("it uses the same text again and again") }
  }

  // MARK: States

  /// Restores what an object was told to keep.
  ///
  /// - Throws: `FileError` for a NumPy array or format whose description is wrong.
  mutating func build(_ node: Int, _ state: Int) throws(FileError) {
    switch nodes[node] {
    case .object(let index): objects[index].state = state
    case .numpyType(let index):
      let parts = try listItems(state)
      guard parts.count > 1, case .string(let order) = nodes[parts[1]] else {
        throw badCall("a number format")
      }
      numpyTypes[index].isBigEndian = order == ">"
    case .array(let index):
      let parts = try listItems(state)
      guard parts.count == 5, case .numpyType(let type) = nodes[parts[2]],
        case .bool(let isColumnMajor) = nodes[parts[3]]
      else { throw badCall("a NumPy array") }
      let bytes: Data
      switch nodes[parts[4]] {
      case .bytes(let data): bytes = data
      // Bytes of Python 2 that happen to be text.
      case .string(let text):
        try spend(text.utf8.count)
        bytes = Data(text.utf8)
      // Arrays of objects have a list here.
      default: return
      }
      arrays[index] = PickledArray(
        shape: try naturals(parts[1]), type: numpyTypes[type], isColumnMajor: isColumnMajor,
        bytes: bytes)
    // What tensors, dictionaries and the like are given beside their content is not needed.
    default: break
    }
  }

  // MARK: Tensors

  /// The storage that a persistent identifier describes.
  ///
  /// - Throws: `FileError` for an identifier of another form.
  mutating func persistent(_ node: Int) throws(FileError) -> Int {
    let parts = try listItems(node)
    if let first = parts.first, case .string("module") = nodes[first] {
      throw .unsupported(
        file: file, what: "the program of a network, not only its weights",
        instead: "Save the weights alone: torch.save(model.state_dict(), path).")
    }
    guard parts.count >= 5, case .string("storage") = nodes[parts[0]],
      case .global(let type) = nodes[parts[1]], let key = text(parts[2]),
      case .integer(let count) = nodes[parts[4]], count >= 0
    else { throw malformed("its pickle refers to numbers in an unknown way") }
    let element: StoredArray.Element?
    switch type {
    case .storage(let stored): element = stored
    case .untypedStorage: element = nil
    case .unreadableElement(let name): throw unreadable(name)
    default: throw malformed("its pickle refers to numbers in an unknown way")
    }
    var view = 0..<count
    if parts.count > 5, case .list(let index) = nodes[parts[5]] {
      let numbers = items[index].dropFirst().map { nodes[$0] }
      guard numbers.count == 2, case .integer(let start) = numbers[0],
        case .integer(let length) = numbers[1], start >= 0, length >= 0, start <= count,
        length <= count - start
      else { throw malformed("a part of the storage ‘\(key)’ lies outside of it") }
      view = start..<start + length
    }
    return add(
      .storage(index(of: PickledStorage(key: key, element: element, count: count, view: view))))
  }

  private func text(_ node: Int) -> String? {
    switch nodes[node] {
    case .string(let text): text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  private mutating func tensor(
    _ arguments: [Int], hasElementType: Bool
  ) throws(FileError) -> Int {
    guard arguments.count >= (hasElementType ? 7 : 4),
      case .storage(let index) = nodes[arguments[0]],
      case .integer(let offset) = nodes[arguments[1]], offset >= 0
    else { throw badCall("a tensor") }
    let shape = try naturals(arguments[2])
    let strides = try naturals(arguments[3])
    let storage = storages[index]
    var element = storage.element ?? .uint8
    if hasElementType {
      switch nodes[arguments[6]] {
      case .global(.elementType(let type, _)): element = type
      case .global(.unreadableElement(let name)): throw unreadable(name)
      default: throw badCall("a tensor")
      }
    }
    guard shape.count == strides.count, storage.element == nil || storage.element == element,
      let size = StoredArray.byteCount(shape: shape, element: element)
    else { throw badCall("a tensor") }
    let scale = storage.element == nil ? element.size : 1
    let start = storage.view.lowerBound / scale
    let available = storage.view.count / scale
    if size > 0 {
      // The position of the last number, should no step of the sum overflow.
      var last: Int? = offset
      for (length, stride) in zip(shape, strides) {
        let (span, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        last = last.flatMap { last in
          let (sum, carry) = last.addingReportingOverflow(span)
          return overflow || carry ? nil : sum
        }
      }
      guard let last, last < available else {
        throw malformed(
          "a tensor of shape \(shape) reaches beyond the \(available) numbers of its storage "
            + "‘\(storage.key)’")
      }
    }
    tensors.append(
      PickledTensor(
        storage: index, element: element, offset: size > 0 ? start + offset : start, shape: shape,
        strides: strides))
    return add(.tensor(tensors.count - 1))
  }

  /// Numbers from 0 of a tuple, as shapes and strides are.
  private func naturals(_ node: Int) throws(FileError) -> [Int] {
    var numbers: [Int] = []
    let contents = try listItems(node)
    guard contents.count <= Self.greatestRank else { throw badCall("a tensor") }
    for item in contents {
      guard case .integer(let number) = nodes[item], number >= 0 else { throw badCall("a tensor") }
      numbers.append(number)
    }
    return numbers
  }

  // MARK: NumPy

  private mutating func numpyScalar(_ arguments: [Int]) throws(FileError) -> Int {
    guard arguments.count == 2, case .numpyType(let index) = nodes[arguments[0]] else {
      throw badCall("a NumPy number")
    }
    let type = numpyTypes[index]
    guard case .bytes(let bytes) = nodes[arguments[1]],
      let element = StoredArray.Element(numpy: type.name), element.size == bytes.count
    else { return addObject("numpy.\(type.name)", []) }
    let array = StoredArray(
      shape: [], element: element, isBigEndian: type.isBigEndian, bytes: bytes)
    if element == .bool { return add(.bool(array.integers() != [0])) }
    if let integer = array.integers()?.first { return add(.integer(integer)) }
    return add(.float(array.doubles()?.first ?? .nan))
  }

  // MARK: Errors

  private func badCall(_ what: String) -> FileError {
    malformed("its pickle describes \(what) in an unknown way")
  }

  private func unreadable(_ name: String) -> FileError {
    .unsupported(
      file: file, what: "numbers of the type \(name)",
      instead: "Convert the weights to float32, float16 or bfloat16 before saving them; "
        + "quantized weights by dequantize().")
  }
}
