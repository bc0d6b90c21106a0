public import CredenceErrorAnalysis
import CredenceFiles
import CredenceModels
public import Foundation

/// A model whose predictions are collected.
public struct CollectionItem {
  /// What is known of it before it runs.
  public var record: ModelRecord
  /// How it can be run; `nil` where it can't.
  let source: (reference: ModelReference, overrides: PreprocessingOverrides)?
  /// Why it can't be run.
  let availability: ModelAvailability?

  /// A published model.
  init(_ model: PublishedModel) {
    record = ModelRecord(model)
    availability = model.availability
    if case .published(let configuration) = model.availability {
      source = (.published(configuration), PreprocessingOverrides())
    } else {
      source = nil
    }
  }

  init(
    _ record: ModelRecord, _ reference: ModelReference, _ overrides: PreprocessingOverrides
  ) {
    self.record = record
    source = (reference, overrides)
    availability = nil
  }

  /// Whether the weights are a file that the user named, which may change under one name.
  var isNamedFile: Bool {
    switch source?.reference {
    case .weights, .checkpoint, .folder, .program: true
    case .published, .repository, nil: false
    }
  }
}

extension CollectionItem {
  /// Gives the model another name.
  public mutating func rename(_ modelID: String) {
    record.modelID = modelID
    record.folder = ModelRecord.folderName(of: modelID)
  }

  /// Models with what a file says of them.
  ///
  /// - Parameters:
  ///   - items: The models.
  ///   - file: A JSON object with published keys for the only model, or with one such object for the name of each model that it describes.
  /// - Returns: As many models.
  /// - Throws: `CollectionError.undescribedModel`, `ArtifactError.badMetadata`, `FileError`.
  public static func described(_ items: [Self], by file: URL) throws -> [Self] {
    let name = file.relativePath
    let data = try MappedFile.bytes(of: file)
    let entries: [String: JSONValue]
    do {
      entries = try JSONDecoder().decode([String: JSONValue].self, from: data)
    } catch {
      throw FileError.malformed(file: name, format: "JSON", problem: error.localizedDescription)
    }
    var items = items
    func describe(_ place: Int, _ data: Data) throws {
      let before = items[place].record.modelID
      try items[place].record.readStatic(data, file: name)
      let after = items[place].record.modelID
      if after != before { items[place].rename(after) }
    }
    if entries.values.contains(where: { $0.object == nil }) {
      guard items.count == 1 else {
        throw CollectionError.undescribedModel(
          file: name, name: items.first?.record.modelID ?? "", known: entries.keys.sorted())
      }
      try describe(0, data)
      return items
    }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      guard let place = items.firstIndex(where: { $0.record.modelID == key }) else {
        throw CollectionError.unknownModel(
          name: key, nearest: Array(items.prefix(8).map(\.record.modelID)))
      }
      try describe(place, Data((value.text ?? "{}").utf8))
    }
    return items
  }

  /// The models of the given modules and names, each once, in that order.
  ///
  /// - Parameters:
  ///   - modules: Published modules, or `all` alone.
  ///   - models: Published names (`torchvision/resnet50`), with `=FILE` behind them for weights, and what else `credence predict` takes.
  /// - Returns: The models, none of them made yet.
  /// - Throws: `CollectionError`, `ModelError`, naming what is unknown; `EvaluationError.invalidSetting`.
  public static func items(modules: [String], models: [String]) throws -> [Self] {
    if modules.contains("all"), modules.count > 1 { throw CollectionError.allNotAlone }
    var items: [Self] = []
    var places: [String: Int] = [:]
    func add(_ item: Self) throws {
      if let place = places[item.record.modelID] {
        // A model of a module may be named again, with weights.
        guard items[place].availability != nil, item.availability == nil else {
          if items[place].availability != nil, item.availability != nil { return }
          throw CollectionError.duplicateModel(id: item.record.modelID)
        }
        items[place] = item
      } else {
        places[item.record.modelID] = items.count
        items.append(item)
      }
    }
    for module in modules == ["all"] ? PublishedModule.all.map(\.id) : modules {
      guard let found = PublishedModule[module] else {
        let known = PublishedModule.all.map(\.id)
        throw CollectionError.unknownModule(
          name: module, nearest: nearestName(to: module, in: known), known: known)
      }
      for model in found.models { try add(Self(model)) }
    }
    for text in models {
      for item in try Self.items(text) { try add(item) }
    }
    return items
  }

  /// The models that a text stands for.
  private static func items(_ text: String) throws -> [Self] {
    let (name, overrides) = try ModelReference.parts(text)
    if let separator = name.firstIndex(of: "="),
      let published = PublishedModel.exactly(String(name[..<separator]))
    {
      let file = URL(fileURLWithPath: String(name[name.index(after: separator)...]))
      let architecture: String
      switch published.availability {
      case .published(let configuration): architecture = configuration.architecture
      case .needsWeights(let name): architecture = name
      case .unknownArchitecture:
        throw CollectionError.unknownArchitecture(
          name: published.architecture, models: [published.id])
      }
      return [
        Self(
          ModelRecord(published), .weights(architecture: architecture, file: file), overrides)
      ]
    }
    if let published = PublishedModel.exactly(name) {
      guard overrides != PreprocessingOverrides(),
        case .published(let configuration) = published.availability
      else { return [Self(published)] }
      return [Self(ModelRecord(published), .published(configuration), overrides)]
    }
    try refuseUnknownOwner(name)
    return try ModelReference.references(name).map { reference in
      Self(record(reference), reference, overrides)
    }
  }

  /// Refuses names that look published and are not, before a hub is asked for them.
  private static func refuseUnknownOwner(_ name: String) throws {
    let parts = name.split(separator: "/")
    guard parts.count == 2, !FileManager.default.fileExists(atPath: name),
      ["timm", "torchvision", "facebook"].contains(parts[0]),
      PretrainedConfiguration.named(name) == nil || parts[0] != "timm"
    else { return }
    let containing = PublishedModel.all.map(\.id).filter { $0.contains(parts[1].lowercased()) }
    let nearest = nearestName(to: name, in: PublishedModel.all.map(\.id)).map { [$0] } ?? []
    throw CollectionError.unknownModel(
      name: name, nearest: Array((nearest + containing.filter { !nearest.contains($0) }).prefix(8)))
  }

  /// What is known of a model that the user names.
  private static func record(_ reference: ModelReference) -> ModelRecord {
    switch reference {
    case .published(let configuration):
      let id = "timm/\(configuration.id)"
      if let published = PublishedModel.exactly(id) { return ModelRecord(published) }
      var record = ModelRecord(modelID: id, architecture: configuration.architecture)
      record.source = "timm"
      return record
    case .weights(let architecture, _):
      return ModelRecord(modelID: reference.name, architecture: architecture)
    case .checkpoint, .repository, .folder, .program:
      return ModelRecord(modelID: reference.name, architecture: "")
    }
  }
}

extension PublishedModel {
  /// The model of a full name.
  static func exactly(_ name: String) -> Self? {
    guard let found = PublishedModel[name], found.id == name else { return nil }
    return found
  }
}
