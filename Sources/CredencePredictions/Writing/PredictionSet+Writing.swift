public import Foundation

/// The file formats in which sets are written.
public enum PredictionFileFormat: String, Codable, Hashable, Sendable, CaseIterable {
  case safetensors
  case npz
}

extension PredictionSet {
  /// Writes every part of the set, in pieces: the matrices are never copied as a whole.
  ///
  /// Numbers keep their stored format and value; matrices become row-major and little-endian. NumPy has no bfloat16, which
  /// becomes float32 in its archives. The file appears when it is complete, over one that is there.
  ///
  /// - Throws: `FileError.unwritable`; `PredictionError` where parts were changed and no longer fit together.
  public func write(to url: URL, format: PredictionFileFormat) throws {
    try checkParts()
    let arrays = outgoingArrays(widensBrainFloats: format == .npz)
    let texts = try metadata.texts()
    switch format {
    case .safetensors: try SafetensorsWriter.write(arrays, metadata: texts, to: url)
    case .npz:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let json = String(decoding: try encoder.encode(texts), as: UTF8.self)
      try NPZWriter.write(arrays + [OutgoingArray(Role.metadata.name, text: json)], to: url)
    }
  }

  private func outgoingArrays(widensBrainFloats: Bool) -> [OutgoingArray] {
    var arrays: [OutgoingArray] = []
    func add(_ role: Role, _ matrix: Matrix?) {
      guard let matrix else { return }
      arrays.append(
        OutgoingArray(
          role.name, [matrix], isStacked: false, widensBrainFloats: widensBrainFloats))
    }
    switch output {
    case .logits(let matrix): add(.logits, matrix)
    case .probabilities(let matrix): add(.probabilities, matrix)
    case .scores(let matrix): add(.scores, matrix)
    case .topK(let top):
      arrays.append(
        OutgoingArray(
          Role.topIndices.name, top.indices, element: .int32,
          shape: [top.values.rowCount, top.count]))
      add(.topValues, top.values)
    case .decisions(let decisions):
      arrays.append(
        OutgoingArray(Role.predictions.name, decisions.predictions, element: .int32))
      arrays.append(OutgoingArray(Role.confidences.name, decisions.confidences))
    }
    if let labels { arrays.append(OutgoingArray(Role.labels.name, labels, element: .int32)) }
    add(.embeddings, embeddings)
    if let head {
      add(.headWeight, head.weight)
      arrays.append(OutgoingArray(Role.headBias.name, head.bias))
    }
    for (name, values) in uncertainties.sorted(by: { $0.key < $1.key }) {
      arrays.append(OutgoingArray(Role.uncertainty(name).name, values))
    }
    if !memberLogits.isEmpty {
      arrays.append(
        OutgoingArray(
          Role.memberLogits.name, memberLogits, isStacked: true,
          widensBrainFloats: widensBrainFloats))
    }
    add(.softLabels, softLabels)
    if let multiLabels {
      arrays.append(
        OutgoingArray(Role.multiLabelValues.name, multiLabels.values, element: .int32))
      arrays.append(
        OutgoingArray(Role.multiLabelOffsets.name, multiLabels.offsets, element: .int64))
    }
    if let (bytes, offsets) = sampleIDs?.storage {
      arrays.append(OutgoingArray(Role.sampleIDBytes.name, bytes: bytes))
      arrays.append(OutgoingArray(Role.sampleIDOffsets.name, offsets, element: .int64))
    }
    return arrays
  }
}

extension PredictionMetadata {
  /// The name of a file with these predictions: `<model>__<dataset>__<split>.safetensors`, with `-` for `/`.
  ///
  /// Parts that are empty are left out.
  public func fileName(_ format: PredictionFileFormat = .safetensors) -> String {
    let parts = [model, dataset, split].filter { !$0.isEmpty }
    let stem = parts.isEmpty ? "predictions" : parts.joined(separator: "__")
    return stem.replacing("/", with: "-") + ".\(format.rawValue)"
  }
}
