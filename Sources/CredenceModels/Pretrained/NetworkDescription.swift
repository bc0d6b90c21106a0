import Foundation

/// What a checkpoint says of its network, so that a path alone suffices to make it again.
///
/// Written as JSON under `metadataKey` into the file's metadata.
public struct NetworkDescription: Codable, Hashable, Sendable {
  /// The metadata's key.
  public static let metadataKey = "credence.model"

  /// The architecture in `ModelCatalog`.
  public var model: String
  public var settings: NetworkSettings
  /// The data set it was trained on; empty where unknown.
  public var dataset: String
  /// The names of its classes; empty where unknown.
  public var classNames: [String]
  /// What becomes 0 per channel, of values from 0 to 1; empty where unknown.
  public var mean: [Double]
  /// A step of 1 on that scale, per channel; empty where unknown.
  public var std: [Double]
  /// How many epochs it was trained; 0 where unknown.
  public var epoch: Int
  /// Last layers side by side, each with its own logits among the `settings.classCount`; 1 for a usual network.
  public var heads: Int

  public init(
    model: String, settings: NetworkSettings, dataset: String = "", classNames: [String] = [],
    mean: [Double] = [], std: [Double] = [], epoch: Int = 0, heads: Int = 1
  ) {
    self.model = model
    self.settings = settings
    self.dataset = dataset
    self.classNames = classNames
    self.mean = mean
    self.std = std
    self.epoch = epoch
    self.heads = heads
  }

  /// Files of earlier versions say nothing of heads.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decode(String.self, forKey: .model)
    settings = try values.decode(NetworkSettings.self, forKey: .settings)
    dataset = try values.decode(String.self, forKey: .dataset)
    classNames = try values.decode([String].self, forKey: .classNames)
    mean = try values.decode([Double].self, forKey: .mean)
    std = try values.decode([Double].self, forKey: .std)
    epoch = try values.decode(Int.self, forKey: .epoch)
    heads = try values.decodeIfPresent(Int.self, forKey: .heads) ?? 1
    guard heads >= 1, settings.classCount % heads == 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .heads, in: values,
        debugDescription: "\(heads) heads can't share \(settings.classCount) logits")
    }
  }

  /// Reads the description among a file's metadata.
  ///
  /// - Parameters:
  ///   - metadata: Of the file.
  ///   - file: The file's name in errors.
  /// - Returns: `nil` where the file has none.
  /// - Throws: `ModelError.unreadableDescription`.
  public static func of(_ metadata: [String: String], file: String) throws -> Self? {
    guard let text = metadata[metadataKey] else { return nil }
    do {
      return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch {
      throw ModelError.unreadableDescription(file: file, reason: "\(error)")
    }
  }

  /// The description as JSON, its keys in order.
  ///
  /// - Throws: Foundation's error for numbers that JSON can't hold.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
