import CredenceData
import CredenceFiles
import CredenceModels
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct ImageTextFailureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ url: URL? = nil) -> (any Error)? {
    do {
      _ = try ImageTextDescription(contentsOf: url ?? folder.url)
      return nil
    } catch {
      return error
    }
  }

  @Test func `missing files are named with where to get weights`() throws {
    let absent = folder.url.appending(path: "clip")
    guard case .missingFile(_, ["clip"], _)? = error(absent) as? ImageTextError,
      case .missingFile(_, ["config.json", "open_clip_config.json"], _)? = error()
        as? ImageTextError
    else {
      Issue.record("other errors")
      return
    }
    #expect((error() as? ImageTextError)?.recoverySuggestion?.contains("openai/clip-vit") == true)
    _ = try folder.file("config.json", #"{"model_type": "clip"}"#)
    guard
      case .missingFile(_, ["model.safetensors", "pytorch_model.bin"], _)? = error()
        as? ImageTextError
    else {
      Issue.record("another error: \(String(describing: error()))")
      return
    }
  }

  @Test(arguments: [
    #"{"model_type": "bert"}"#, #"{}"#, #"[1]"#, "{",
    #"{"model_type": "clip", "text_config": {"hidden_size": 7}}"#,
    #"{"model_type": "clip", "text_config": {"num_hidden_layers": 1000000}}"#,
    #"{"model_type": "clip", "text_config": {"vocab_size": -1}}"#,
    #"{"model_type": "clip", "text_config": {"hidden_size": "wide"}}"#,
    #"{"model_type": "clip", "text_config": {"hidden_act": "swish"}}"#,
    #"{"model_type": "clip", "vision_config": {"image_size": [224, 336]}}"#,
    #"{"model_type": "clip", "vision_config": {"patch_size": 500}}"#,
    #"{"model_type": "clip", "projection_dim": 0}"#,
    #"{"model_type": "siglip", "vision_config": {"hidden_size": 1152}}"#,
  ])
  func `descriptions of what can't be are refused`(_ text: String) throws {
    _ = try folder.file("config.json", text)
    _ = try folder.file("model.safetensors", Data())
    #expect(error() is ImageTextError)
  }

  @Test(arguments: [
    #"{"image_mean": [1, 2]}"#, #"{"resample": 9}"#, #"{"do_normalize": false}"#,
    #"{"rescale_factor": 1}"#, #"{"size": 256, "crop_size": 336}"#,
    #"{"size": {"height": 100, "width": 100}, "do_center_crop": false}"#,
  ])
  func `images that the network can't take are refused`(_ text: String) throws {
    _ = try folder.file("config.json", #"{"model_type": "clip"}"#)
    _ = try folder.file("model.safetensors", Data())
    #expect(error() == nil)
    _ = try folder.file("preprocessor_config.json", text)
    #expect(error() is ImageTextError)
  }

  @Test func `images are prepared as the files say`() throws {
    _ = try folder.file("config.json", #"{"model_type": "clip"}"#)
    _ = try folder.file("model.safetensors", Data())
    _ = try folder.file(
      "preprocessor_config.json",
      #"{"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}, "resample": 2}"#
    )
    let clip = try ImageTextCheckpoint(contentsOf: folder.url).preprocessing
    #expect(clip.inputSize == [3, 224, 224] && clip.cropMode == .center)
    #expect(clip.cropFraction == 224 / 256 && clip.interpolation == .bilinear)
    #expect(clip.mean == [0.48145466, 0.4578275, 0.40821073])
    #expect(clip.std == [0.26862954, 0.26130258, 0.27577711])
  }

  @Test(arguments: [
    #"{"vision_cfg": {"timm_model_name": "resnet50"}}"#,
    #"{"vision_cfg": {"attentional_pool": true}}"#, #"{"text_cfg": {"hf_model_name": "roberta"}}"#,
    #"{"vision_cfg": {"pool_type": "avg"}}"#, #"{"text_cfg": {"no_causal_mask": true}}"#,
    #"{"custom_text": true}"#, #"{"vision_cfg": {"head_width": 0}}"#,
    #"{"vision_cfg": {"layers": [1, 2, 3]}}"#,
  ])
  func `towers that are not known are refused`(_ text: String) throws {
    _ = try folder.file("open_clip_model.safetensors", Data())
    func write(_ changes: [String: Any]) throws {
      var model: [String: Any] = [
        "embed_dim": 512, "vision_cfg": ["width": 768], "text_cfg": ["width": 512],
      ]
      for (key, value) in changes {
        let inner = (model[key] as? [String: Any] ?? [:])
        model[key] = (value as? [String: Any]).map { inner.merging($0) { $1 } } ?? value
      }
      _ = try folder.file(
        "open_clip_config.json", JSONSerialization.data(withJSONObject: ["model_cfg": model]))
    }
    try write([:])
    #expect(error() == nil)
    let changes = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    try write(changes)
    #expect(error() is ImageTextError)
  }

  @Test func `weights of another network are compared name by name`() throws {
    let example = try #require(try ImageTextExample.all().first)
    _ = try example.write(to: folder.url)
    var arrays = example.arrays
    arrays.removeFirst()
    arrays.append(OutgoingArray("extra", [Float(1).bitPattern], element: .float32))
    try SafetensorsWriter.write(
      arrays, metadata: [:], to: folder.url.appending(path: "model.safetensors"))
    let description = try ImageTextDescription(contentsOf: folder.url)
    let found = #expect(throws: ModelError.self) { try description.network() }
    guard case .weightsMismatch(_, _, let differences)? = found else {
      Issue.record("another error: \(String(describing: found))")
      return
    }
    #expect(differences.missing == [example.tensors[0].name])
    #expect(differences.unexpected == ["extra"])
  }

  @Test func `a file that does not tell its activation, and one of another network, are refused`()
    throws
  {
    let example = try #require(try ImageTextExample.all().first { $0.layout == "openai" })
    let file = folder.url.appending(path: "weights.pt")
    try StateDictionaryWriter.write(example.arrays, to: file)
    #expect(error(file) as? ImageTextError == .unknownActivation(file: file.relativePath))
    try StateDictionaryWriter.write(
      [OutgoingArray("fc.weight", [Float(1).bitPattern], element: .float32)], to: file)
    guard case .unknownLayout(_, ["fc.weight"])? = error(file) as? ImageTextError else {
      Issue.record("another error: \(String(describing: error(file)))")
      return
    }
  }

  @Test func `a vocabulary of another network is refused`() throws {
    // The small network knows 64 tokens, and the vocabulary that Credence brings along has 49,408.
    let example = try #require(try ImageTextExample.all().first)
    _ = try example.write(to: folder.url)
    #expect(throws: TokenizerError.vocabularyTooLarge(tokens: 49_408, network: 64)) {
      try ImageTextCheckpoint(contentsOf: folder.url)
    }
  }
}
