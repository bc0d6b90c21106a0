import CredenceTensor

/// A linear map of rows in single precision, x ↦ W x + b.
///
/// On the CPU oneDNN computes it, whose products use the widest vectors of every maker's processor.
struct FloatProduct: Sendable {
  /// `[outputs, inputs]`.
  private let weight: Tensor
  private let bias: Tensor?

  /// A map.
  ///
  /// - Parameters:
  ///   - weight: W, `[outputs, inputs]`, of any element type.
  ///   - bias: b, `[outputs]`.
  /// - Throws: `EngineError`.
  init(_ weight: Tensor, bias: Tensor? = nil) throws {
    self.weight = try weight.to(.float32).contiguous()
    self.bias = bias
  }

  /// The images of rows `[rows, inputs]`, `[rows, outputs]`.
  ///
  /// - Throws: `EngineError`.
  func callAsFunction(_ rows: Tensor) throws -> Tensor {
    if rows.device == .cpu, Self.hasOneDNN { return try Self.fused(rows, weight, bias) }
    let products = try rows.matrixProduct(weight.transposed())
    return try bias.map { try products + $0 } ?? products
  }

  private static func fused(_ rows: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    try Operator.fusedLinear(
      .tensor(rows), .tensor(weight), bias.map { .tensor($0) } ?? .none, .text("none"),
      .doubles([]), .text(""))
  }

  /// Whether the engine's LibTorch was built with oneDNN.
  private static let hasOneDNN: Bool = {
    guard let one = try? Tensor([Float(1)], shape: [1, 1]) else { return false }
    return (try? fused(one, one, nil)) != nil
  }()
}

extension Operator {
  fileprivate static let fusedLinear = Operator("mkldnn::_linear_pointwise")
}
