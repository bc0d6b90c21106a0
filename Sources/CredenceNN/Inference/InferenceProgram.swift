public import CredenceTensor

/// A network's evaluation, recorded once and replayed for batches of any size.
///
/// Recording follows the images through the network, so whatever depends on parameters alone is computed once. Then batch
/// normalization is folded into convolutions, weights take the order in memory and the element type that the device likes,
/// and on a CPU activations and sums are joined to the convolutions and products before them. Used by one task at a time.
public final class InferenceProgram {
  private let steps: [Step]
  private let outputs: [Int]
  private let input: Int
  private let valueCount: Int
  private let settings: InferenceSettings

  private struct Step {
    let operation: Operator
    let arguments: [RecordedArgument]
    let results: Range<Int>
    /// Values that nobody needs afterwards.
    let released: [Int]
  }

  /// Records a computation.
  ///
  /// - Parameters:
  ///   - images: An example of the input, `[1, channels, height, width]`; later ones differ in the first length only.
  ///   - settings: How it is to run.
  ///   - forward: The computation, over parameters in float32 on the CPU; its results are the program's.
  /// - Throws: `EngineError`.
  public init(
    recording images: Tensor, _ settings: InferenceSettings = InferenceSettings(),
    _ forward: (Tensor) throws -> [Tensor]
  ) throws {
    self.settings = settings
    let graph: InferenceGraph = try withInference {
      let recording = Recording()
      let marked = try recording.input(images)
      let results = try forward(marked)
      let outputs = try results.map { result in
        guard let index = recording.index(of: result) else {
          throw EngineError.failed(
            operation: "recording", reason: "A result does not depend on the images.")
        }
        return index
      }
      var graph = InferenceGraph(recording, input: 0, outputs: outputs)
      try Self.prepare(&graph, settings)
      return graph
    }
    input = graph.input
    outputs = graph.outputs
    valueCount = graph.valueCount
    let uses = graph.uses()
    steps = graph.nodes.enumerated().map { position, node in
      let values = Set(node.arguments.flatMap(\.values)).union(node.results)
      return Step(
        operation: node.operation, arguments: node.arguments, results: node.results,
        released: values.filter { (uses[$0]?.max() ?? -1) <= position })
    }
  }

  private static func prepare(_ graph: inout InferenceGraph, _ settings: InferenceSettings)
    throws
  {
    if settings.fusesOperations { try graph.foldBatchNorms() }
    if settings.elementType != .float32 { try graph.convert(to: settings.elementType) }
    if settings.device == .cpu, settings.fusesOperations, settings.elementType != .float16 {
      let makers = graph.makers()
      let heads = graph.outputs.filter { output in
        makers[output].map { graph.nodes[$0].operation === Operator.linear } ?? false
      }
      try graph.fuseWithOneDNN(except: Set(heads))
    } else {
      for position in graph.nodes.indices {
        let isConvolution = graph.nodes[position].operation === Operator.convolution
        try graph.mapConstants(at: position) { tensor in
          let moved = try tensor.to(settings.device)
          return isConvolution && moved.rank == 4 ? try moved.contiguous(.channelsLast) : moved
        }
      }
    }
  }

  /// Runs the program.
  ///
  /// - Parameter images: `[batch, channels, height, width]`, on the program's device.
  /// - Returns: What the recorded computation returned, in float32.
  /// - Throws: `EngineError`.
  public func callAsFunction(_ images: Tensor) throws -> [Tensor] {
    try withInference {
      var values = [Tensor?](repeating: nil, count: valueCount)
      values[input] = images.rank == 4 ? try images.contiguous(.channelsLast) : images
      var arguments: [Operand] = []
      for step in steps {
        arguments.removeAll(keepingCapacity: true)
        for argument in step.arguments {
          switch argument {
          case .constant(let constant): arguments.append(constant)
          case .value(let index): arguments.append(values[index].map { .tensor($0) } ?? .none)
          case .list(let elements):
            arguments.append(
              .tensors(
                elements.compactMap { element in
                  switch element {
                  case .value(let index): values[index]
                  case .tensor(let tensor): tensor
                  }
                }))
          }
        }
        let results = try step.operation.tensors(arguments, capacity: step.results.count)
        for (index, result) in zip(step.results, results) { values[index] = result }
        for index in step.released where !outputs.contains(index) { values[index] = nil }
      }
      return outputs.compactMap { values[$0] }
    }
  }
}
