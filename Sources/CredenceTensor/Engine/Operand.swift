internal import CTorch

/// What an operator is given.
public enum Operand: Sendable {
  case none
  /// What the operator's schema says.
  case `default`
  case tensor(Tensor)
  case int(Int)
  case double(Double)
  case bool(Bool)
  case text(String)
  case ints([Int])
  case doubles([Double])
  case tensors([Tensor])
  case elementType(ElementType)
  case memoryFormat(MemoryFormat)
  case device(Device)
  case generator(Generator)

  /// A tensor, or nothing.
  static func optional(_ tensor: Tensor?) -> Operand { tensor.map { .tensor($0) } ?? .none }

  /// How many 8-byte words its list takes.
  var wordCount: Int {
    switch self {
    case .ints(let values): values.count
    case .doubles(let values): values.count
    case .tensors(let tensors): tensors.count
    case .text(let text): (text.utf8.count + 7) / 8
    default: 0
    }
  }

  /// The argument as the engine takes it; lists are put into `words`, which must stay while the value is used.
  func value(_ words: UnsafeMutableRawPointer) -> ct_value {
    var value = ct_value()
    func tag(_ tag: ct_tag) { value.tag = Int32(tag.rawValue) }
    func list(_ kind: ct_tag, _ count: Int) {
      tag(kind)
      value.count = Int32(count)
      value.pointer = UnsafeRawPointer(words)
    }
    switch self {
    case .none: tag(CT_NONE)
    case .default: tag(CT_DEFAULT)
    case .tensor(let tensor):
      tag(CT_TENSOR)
      value.tensor = tensor.handle.pointer
    case .int(let number):
      tag(CT_INTEGER)
      value.integer = Int64(number)
    case .double(let number):
      tag(CT_REAL)
      value.real = number
    case .bool(let flag):
      tag(CT_BOOLEAN)
      value.integer = flag ? 1 : 0
    case .text(var text):
      text.withUTF8 { utf8 in
        if let base = utf8.baseAddress { words.copyMemory(from: base, byteCount: utf8.count) }
        list(CT_TEXT, utf8.count)
      }
    case .ints(let numbers):
      let target = words.assumingMemoryBound(to: Int64.self)
      for (index, number) in numbers.enumerated() { target[index] = Int64(number) }
      list(CT_INTEGERS, numbers.count)
    case .doubles(let numbers):
      let target = words.assumingMemoryBound(to: Double.self)
      for (index, number) in numbers.enumerated() { target[index] = number }
      list(CT_REALS, numbers.count)
    case .tensors(let tensors):
      let target = words.assumingMemoryBound(to: ct_tensor?.self)
      for (index, tensor) in tensors.enumerated() { target[index] = tensor.handle.pointer }
      list(CT_TENSORS, tensors.count)
    case .elementType(let type):
      tag(CT_INTEGER)
      value.integer = Int64(type.code)
    case .memoryFormat(let format):
      tag(CT_INTEGER)
      value.integer = Int64(format.code)
    case .device(let device):
      tag(CT_DEVICE)
      value.integer = Int64(device.code.kind)
      value.count = device.code.index
    case .generator(let generator):
      tag(CT_GENERATOR)
      value.generator = generator.pointer
    }
    return value
  }
}

/// The order in which the entries of a batch of images stand in memory.
public enum MemoryFormat: String, Codable, Hashable, Sendable {
  /// Row-major.
  case contiguous
  /// Channels change fastest, as convolutions like it.
  case channelsLast

  var code: Int {
    switch self {
    case .contiguous: 0
    case .channelsLast: 2
    }
  }
}
