import CredenceFiles
import Foundation

/// A made-up image–text network with CLIP's vocabulary and images of 16 × 16 pixels, as OpenAI's files store it.
enum SmallImageTextModel {
  /// Writes the state dictionary.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - seed: Other weights for each.
  ///   - width: Of features.
  /// - Throws: `FileError.unwritable`.
  static func write(to file: URL, seed: UInt64 = 1, width: Int = 6) throws {
    var generator = SplitMix64(seed: seed)
    var arrays: [OutgoingArray] = []
    func add(_ name: String, _ shape: [Int], around center: Float = 0) {
      let scale = shape.count > 1 ? Float(1 / Double(shape[1]).squareRoot()) : 0.1
      let values = (0..<shape.reduce(1, *)).map { _ in
        center + scale * (Float(generator.next() >> 40) * 0x1p-23 - 1)
      }
      arrays.append(
        OutgoingArray(name, values.map(\.bitPattern), element: .float32, shape: shape))
    }
    func addNorm(_ name: String) {
      add(name + ".weight", [8], around: 1)
      add(name + ".bias", [8])
    }
    func addTower(_ prefix: String) {
      let block = prefix + "transformer.resblocks.0."
      addNorm(block + "ln_1")
      addNorm(block + "ln_2")
      for (name, outputs, inputs) in [
        ("attn.in_proj_", 24, 8), ("attn.out_proj.", 8, 8), ("mlp.c_fc.", 32, 8),
        ("mlp.c_proj.", 8, 32),
      ] {
        add(block + name + "weight", [outputs, inputs])
        add(block + name + "bias", [outputs])
      }
    }
    add("visual.class_embedding", [8])
    add("visual.positional_embedding", [5, 8])
    add("visual.conv1.weight", [8, 3, 8, 8])
    add("visual.proj", [8, width])
    addNorm("visual.ln_pre")
    addNorm("visual.ln_post")
    addTower("visual.")
    add("token_embedding.weight", [49_408, 8])
    add("positional_embedding", [77, 8])
    add("text_projection", [8, width])
    addNorm("ln_final")
    addTower("")
    add("logit_scale", [], around: 4)
    for name in ["input_resolution", "context_length", "vocab_size"] {
      arrays.append(OutgoingArray(name, [Int64(0)], element: .int64, shape: []))
    }
    try StateDictionaryWriter.write(arrays, to: file)
  }
}
