import CredenceFiles
public import CredenceModels
public import CredenceTensor
public import Foundation

/// What a user names as a model.
public enum ModelReference: Hashable, Sendable {
  /// An architecture with weights from a file: `resnet50=best.pth`.
  case weights(architecture: String, file: URL)
  /// A file of weights that says which network it is for.
  case checkpoint(URL)
  /// Published weights of a known architecture: `resnet50`, `resnet50.a1_in1k`.
  case published(PretrainedConfiguration)
  /// A repository of a model hub: `timm/resnet50.a1_in1k`, `hf-hub:someone/model@revision`.
  case repository(String)
  /// A folder with `config.json` and weights, as a hub has it.
  case folder(URL)
  /// A TorchScript file or an AOTInductor package.
  case program(URL, ExportedProgram.Kind)

  /// What the model is called before its weights are read.
  public var name: String {
    switch self {
    case .weights(_, let file), .checkpoint(let file): Self.stem(file)
    case .published(let configuration): configuration.id
    case .repository(let name): name
    case .folder(let url): url.standardizedFileURL.lastPathComponent
    case .program(let url, _): Self.stem(url)
    }
  }

  /// A file's name without its ends.
  private static func stem(_ file: URL) -> String {
    var name = file.lastPathComponent
    for end in [".tar", ".safetensors", ".pth", ".pt", ".pt2", ".th", ".bin", ".model", ".ts"]
    where name.hasSuffix(end) && name.count > end.count {
      name.removeLast(end.count)
    }
    return name
  }

  /// Splits `NAME+key=value+key=value` into what names the model and what is said of its images.
  ///
  /// Keys are those of `PreprocessingOverrides`; anything else belongs to the name.
  ///
  /// - Throws: `EvaluationError.invalidSetting`.
  public static func parts(_ text: String) throws -> (
    name: String, overrides: PreprocessingOverrides
  ) {
    var overrides = PreprocessingOverrides()
    var rest = text
    while let plus = rest.lastIndex(of: "+") {
      let pair = rest[rest.index(after: plus)...].split(separator: "=", maxSplits: 1)
      guard pair.count == 2, PreprocessingOverrides.keys.contains(String(pair[0])) else { break }
      try overrides.set(String(pair[0]), String(pair[1]))
      rest = String(rest[..<plus])
    }
    return (rest, overrides)
  }

  /// Reads what a user wrote; patterns such as `vit_*` stand for every architecture with published weights that they match.
  ///
  /// - Throws: `ModelError`, naming what is unknown.
  public static func references(_ text: String) throws -> [ModelReference] {
    if let separator = text.firstIndex(of: "="), separator != text.startIndex,
      !FileManager.default.fileExists(atPath: text)
    {
      let architecture = String(text[..<separator])
      let published = DDUModel[architecture]?.modelID
      guard let known = ModelCatalog[architecture]?.id ?? published else {
        throw unknown(architecture)
      }
      return [
        .weights(
          architecture: known,
          file: URL(fileURLWithPath: String(text[text.index(after: separator)...])))
      ]
    }
    if text.contains(where: { "*?[".contains($0) }), !text.contains("/") {
      return try matching(text)
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) {
      let url = URL(fileURLWithPath: text)
      if isFolder.boolValue { return [.folder(url)] }
      if NetworkCheckpoint.describesItself(url) { return [.checkpoint(url)] }
      return [.program(url, try ProgramFile.kind(of: url))]
    }
    for prefix in ["hf-hub:", "hf_hub:"] where text.hasPrefix(prefix) {
      return [.repository(String(text.dropFirst(prefix.count)))]
    }
    if let configuration = PretrainedConfiguration.named(text) {
      return [.published(configuration)]
    }
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, ModelCatalog[parts[0]] != nil, !text.contains("/") {
      throw ModelError.unknownTag(
        architecture: parts[0], tag: parts[1],
        known: PretrainedConfiguration.configurations(of: parts[0]).map(\.tag))
    }
    if text.split(separator: "/").count == 2, !text.hasPrefix("."), !text.hasPrefix("/") {
      return [.repository(text)]
    }
    if ModelCatalog[text] != nil {
      throw ModelError.noPublishedWeights(name: text, tags: [])
    }
    throw unknown(text)
  }

  private static func unknown(_ name: String) -> ModelError {
    let known = ModelCatalog.all.map(\.id)
    let containing = known.filter { $0.contains(name.lowercased()) }.prefix(6)
    let nearest = nearestName(to: name, in: known).map { [$0] } ?? []
    return .unknownModel(
      name: name, suggestions: Array(Set(nearest + containing)).sorted())
  }

  private static func matching(_ pattern: String) throws -> [ModelReference] {
    let found = ModelCatalog.all.filter { fnmatch(pattern, $0.id, 0) == 0 }
      .compactMap { PretrainedConfiguration.named($0.id) }.filter { !$0.hubID.isEmpty }
    let tagged = PretrainedConfiguration.all.filter {
      ModelCatalog[$0.architecture] != nil && !$0.hubID.isEmpty
        && fnmatch(pattern, $0.id, 0) == 0 && !$0.tag.isEmpty && pattern.contains(".")
    }
    let all = found + tagged
    guard !all.isEmpty else { throw ModelError.unknownModel(name: pattern, suggestions: []) }
    return all.map { .published($0) }
  }
}
