/// The few Python functions and classes that checkpoints of weights refer to, and what stands for each of them here.
///
/// A name that is not in the table is refused. Nothing is imported, and no code of the file is run.
enum PickleGlobal: Hashable, Sendable {
  // Plain containers.
  case dictionary
  case dictionaryOfDefaults
  case list
  case bytes
  case path
  /// An object without behavior, of which only the fields are kept.
  case container(String)
  /// Makes an object of a class, a base and a state.
  case reconstructor
  /// Turns text into bytes.
  case encode

  // Tensors.
  case storage(StoredArray.Element)
  case untypedStorage
  case elementType(StoredArray.Element, name: String)
  case device
  /// Makes a tensor of a storage, an offset, a shape and strides, and perhaps an element type.
  case rebuiltTensor(hasElementType: Bool)
  /// Calls its first argument with its third.
  case rebuiltFromType
  /// Stands for its first argument: a parameter for its tensor.
  case firstArgument
  /// A class that is only named.
  case named(String)
  /// Elements that no array here can have.
  case unreadableElement(String)

  // NumPy.
  case numpyScalar
  case numpyReconstruct
  case numpyArray
  case numpyType

  /// What a name stands for; `nil` for all but the known ones.
  static func find(module: String, name: String) -> PickleGlobal? {
    var module = module
    for (old, new) in renamedModules where module == old || module.hasPrefix(old + ".") {
      module = new + module.dropFirst(old.count)
      break
    }
    // The modules of a TorchScript program: of them only the fields are kept.
    if module.hasPrefix("__torch__.") || module == "__torch__" {
      return .container("\(module).\(name)")
    }
    return table["\(module).\(name)"]
  }

  /// Modules of Python 2 and of older libraries, and what they are called now.
  private static let renamedModules = [
    ("__builtin__", "builtins"), ("copy_reg", "copyreg"), ("numpy.core", "numpy._core"),
    ("torch.cuda", "torch"),
  ]

  private static let table: [String: PickleGlobal] = {
    var table: [String: PickleGlobal] = [
      "collections.OrderedDict": .dictionary, "builtins.dict": .dictionary,
      "collections.Counter": .dictionary, "collections.defaultdict": .dictionaryOfDefaults,
      "builtins.list": .list, "builtins.tuple": .list, "builtins.set": .list,
      "builtins.frozenset": .list, "torch.Size": .list,
      "builtins.bytes": .bytes, "builtins.bytearray": .bytes,
      "copyreg._reconstructor": .reconstructor, "_codecs.encode": .encode,
      "torch._utils._rebuild_tensor": .rebuiltTensor(hasElementType: false),
      "torch._utils._rebuild_tensor_v2": .rebuiltTensor(hasElementType: false),
      "torch._utils._rebuild_tensor_v3": .rebuiltTensor(hasElementType: true),
      "torch._utils._rebuild_parameter": .firstArgument,
      "torch._utils._rebuild_parameter_with_state": .firstArgument,
      "torch.nn.parameter.Parameter": .firstArgument,
      "torch.autograd.variable.Variable": .firstArgument,
      "torch._tensor._rebuild_from_type": .rebuiltFromType,
      "torch._tensor._rebuild_from_type_v2": .rebuiltFromType,
      "torch.storage.UntypedStorage": .untypedStorage, "torch.UntypedStorage": .untypedStorage,
      "torch.device": .device, "numpy._core.multiarray.scalar": .numpyScalar,
      "numpy._core.multiarray._reconstruct": .numpyReconstruct, "numpy.ndarray": .numpyArray,
      "numpy.dtype": .numpyType,
    ]
    for name in [
      "argparse.Namespace", "types.SimpleNamespace", "builtins.complex",
      "builtins.slice", "builtins.range",
    ] {
      table[name] = .container(name)
    }
    for name in ["PosixPath", "PurePosixPath", "Path", "WindowsPath", "PureWindowsPath"] {
      table["pathlib.\(name)"] = .path
      table["pathlib._local.\(name)"] = .path
    }
    for name in ["int", "double", "bool", "tensor"] {
      table["torch.jit._pickle.build_\(name)list"] = .list
    }
    for name in ["int", "float", "bool", "str", "object"] {
      table["builtins.\(name)"] = .named("builtins.\(name)")
    }
    for name in ["torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Buffer"] {
      table[name] = .named(name)
    }
    for (name, element) in storages { table["torch.\(name)Storage"] = .storage(element) }
    for (name, element) in elementTypes {
      table["torch.\(name)"] = .elementType(element, name: "torch.\(name)")
    }
    for name in [
      "ComplexFloat", "ComplexDouble", "QInt8", "QUInt8", "QInt32", "QUInt4x2", "QUInt2x4",
    ] {
      table["torch.\(name)Storage"] = .unreadableElement("torch.\(name)Storage")
    }
    for name in [
      "complex32", "complex64", "complex128", "cfloat", "cdouble", "qint8", "quint8", "qint32",
      "quint4x2", "quint2x4", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
      "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2",
    ] {
      table["torch.\(name)"] = .unreadableElement("torch.\(name)")
    }
    table["torch._utils._rebuild_qtensor"] = .unreadableElement("quantized tensors")
    return table
  }()

  private static let storages: [(String, StoredArray.Element)] = [
    ("Double", .float64), ("Float", .float32), ("Half", .float16), ("BFloat16", .bfloat16),
    ("Long", .int64), ("Int", .int32), ("Short", .int16), ("Char", .int8), ("Byte", .uint8),
    ("Bool", .bool),
  ]

  private static let elementTypes: [(String, StoredArray.Element)] = [
    ("float64", .float64), ("double", .float64), ("float32", .float32), ("float", .float32),
    ("float16", .float16), ("half", .float16), ("bfloat16", .bfloat16), ("int64", .int64),
    ("long", .int64), ("int32", .int32), ("int", .int32), ("int16", .int16), ("short", .int16),
    ("int8", .int8), ("uint8", .uint8), ("uint16", .uint16), ("uint32", .uint32),
    ("uint64", .uint64), ("bool", .bool),
  ]
}
