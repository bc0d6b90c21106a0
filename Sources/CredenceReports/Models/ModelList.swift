import CredenceData
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation

/// The architectures that Credence knows and their published weights, as `credence models` lists them.
///
/// Rows stand in the catalog's order: families together, within one from small to large as the family's table has them.
public struct ModelList: Hashable, Sendable {
  /// The version of the list's JSON form.
  public static let schema = "credence.models/1"

  /// An architecture with one of its sets of weights, or without any.
  public struct Row: Codable, Hashable, Sendable, Identifiable {
    /// The name that means this network with these weights, such as `resnet50.a1_in1k`.
    public var id: String
    public var architecture: String
    public var family: String
    /// How many numbers are learned; nil where the engine that counts them is missing.
    public var parameters: Int?
    /// Channels, height and width of the input, in pixels.
    public var inputSize: [Int]
    /// The part of the resized image's side that is kept.
    public var cropFraction: Double
    /// How the image is resized, such as `bicubic`.
    public var interpolation: String
    /// Tells the weights of one architecture apart; empty without published weights.
    public var tag: String
    /// Whether the plain name of the architecture means these weights.
    public var isDefault: Bool
    /// Where the weights are on the model hub; empty without published weights.
    public var hubID: String
    /// The weights' license; empty where none is stated.
    public var license: String
    /// The number of logits; 0 for weights without a classifier.
    public var classCount: Int

    public init(
      id: String, architecture: String, family: String, parameters: Int?, inputSize: [Int],
      cropFraction: Double, interpolation: String, tag: String, isDefault: Bool, hubID: String,
      license: String, classCount: Int
    ) {
      self.id = id
      self.architecture = architecture
      self.family = family
      self.parameters = parameters
      self.inputSize = inputSize
      self.cropFraction = cropFraction
      self.interpolation = interpolation
      self.tag = tag
      self.isDefault = isDefault
      self.hubID = hubID
      self.license = license
      self.classCount = classCount
    }
  }

  public var rows: [Row]
  /// Why rows have no parameter count; empty where they have one.
  public var uncountedReason: String

  /// A list of given rows.
  public init(rows: [Row], uncountedReason: String = "") {
    self.rows = rows
    self.uncountedReason = uncountedReason
  }

  /// Looks up architectures; all of them without words and family.
  ///
  /// - Parameters:
  ///   - words: What a name must contain, every one of them, in upper or lower case; a word with `*`, `?` or `[` is a pattern that
  ///     must match the whole name, of the architecture or of the architecture with its tag.
  ///   - family: The only family to list, in upper or lower case.
  ///   - listsAllWeights: Whether every set of weights has its row, not only the default one.
  /// - Throws: `ModelError.unknownModel` for a family that does not exist, naming those that do.
  public init(words: [String] = [], family: String? = nil, listsAllWeights: Bool = false) throws {
    if let family, !Self.families.contains(where: { Self.isSame($0, family) }) {
      throw ModelError.unknownModel(name: family, suggestions: Self.families)
    }
    var rows: [Row] = []
    for descriptor in ModelCatalog.all {
      if let family, !Self.isSame(descriptor.family, family) { continue }
      rows += Self.rows(of: descriptor, listsAllWeights: listsAllWeights).filter { row in
        words.allSatisfy { row.matches($0) }
      }
    }
    let counts = try ParameterCounts(rows)
    for index in rows.indices { rows[index].parameters = counts.count(rows[index]) }
    self.init(rows: rows, uncountedReason: counts.failure)
  }

  /// Names like one that is unknown: the nearest one, and some that contain it.
  public static func suggestions(for name: String) -> [String] {
    let known = ModelCatalog.all.map(\.id)
    let letters = name.lowercased().filter { !"*?[]".contains($0) }
    let nearest = nearestName(to: letters, in: known).map { [$0] } ?? []
    let containing = letters.isEmpty ? [] : known.filter { $0.contains(letters) }.prefix(6)
    return Set(nearest + containing).sorted()
  }

  /// The families' names in the order of the catalog.
  static var families: [String] {
    var families: [String] = []
    for descriptor in ModelCatalog.all where !families.contains(descriptor.family) {
      families.append(descriptor.family)
    }
    return families
  }

  private static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }

  /// An architecture's rows, before its parameters are counted.
  private static func rows(of descriptor: ModelDescriptor, listsAllWeights: Bool) -> [Row] {
    let published = PretrainedConfiguration.configurations(of: descriptor.id)
      .filter { !$0.hubID.isEmpty }
    let shown = listsAllWeights ? published : published.filter(\.isDefault)
    guard shown.isEmpty else {
      return shown.map { configuration in
        Row(
          id: configuration.id, architecture: descriptor.id, family: descriptor.family,
          parameters: nil, inputSize: configuration.inputSize,
          cropFraction: configuration.cropFraction,
          interpolation: configuration.interpolation.rawValue, tag: configuration.tag,
          isDefault: configuration.isDefault, hubID: configuration.hubID,
          license: configuration.license, classCount: configuration.classCount)
      }
    }
    let preprocessing = descriptor.preprocessing
    return [
      Row(
        id: descriptor.id, architecture: descriptor.id, family: descriptor.family,
        parameters: nil, inputSize: preprocessing.inputSize,
        cropFraction: preprocessing.cropFraction,
        interpolation: preprocessing.interpolation.rawValue, tag: "", isDefault: false,
        hubID: "", license: "", classCount: descriptor.settings.classCount)
    ]
  }
}

extension ModelList.Row {
  /// Whether a word is part of the name, or a pattern matches it.
  fileprivate func matches(_ word: String) -> Bool {
    let word = word.lowercased()
    let names = [architecture.lowercased(), id.lowercased()]
    guard word.contains(where: { "*?[".contains($0) }) else { return names[1].contains(word) }
    return names.contains { fnmatch(word, $0, 0) == 0 }
  }
}

/// The parameters of networks, which are made without numbers to count them.
private struct ParameterCounts {
  /// An architecture with a number of classes, which several rows may share.
  private struct Network: Hashable {
    let architecture: String
    let classCount: Int
  }

  /// Why nothing could be counted; empty where the engine is there.
  let failure: String
  private let counts: [Network: Int]

  /// Counts each network once, on all cores.
  init(_ rows: [ModelList.Row]) throws {
    var seen = Set<Network>()
    let networks = rows.map { Network(architecture: $0.architecture, classCount: $0.classCount) }
      .filter { seen.insert($0).inserted }
    do {
      let found = try parallelBlocks(count: networks.count, blockSize: 8) { block in
        try networks[block].map { try Self.count($0) }
      }.joined()
      counts = Dictionary(
        uniqueKeysWithValues: zip(networks, found).compactMap { network, count in
          count.map { (network, $0) }
        })
      failure = ""
    } catch let error as EngineError {
      counts = [:]
      failure = error.localizedDescription
    }
  }

  /// Nil where the engine is missing, or the architecture can't be made with that many classes.
  func count(_ row: ModelList.Row) -> Int? {
    counts[Network(architecture: row.architecture, classCount: row.classCount)]
  }

  /// - Throws: `EngineError` where the engine can't be loaded.
  private static func count(_ network: Network) throws -> Int? {
    guard let descriptor = ModelCatalog[network.architecture] else { return nil }
    var settings = descriptor.settings
    settings.classCount = network.classCount
    let store = ParameterStore(.awaitingWeights)
    do {
      _ = try descriptor.make(store.root, settings)
      return store.learnedCount
    } catch let error as EngineError {
      switch error {
      case .libraryMissing, .libraryUnusable, .libraryVersion: throw error
      default: return nil
      }
    } catch {
      return nil
    }
  }
}
