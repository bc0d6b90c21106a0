public import CredenceFiles

/// A published file of a data set.
public struct DatasetFile: Codable, Hashable, Sendable {
  /// The path below the folder of the data set.
  public let name: String
  /// The part that it belongs to; `nil` where it belongs to several.
  public let part: DatasetEntry.Part?
  /// Where it is published, the best place first.
  public let urls: [String]
  /// Of the file as it is published.
  public let checksum: Checksum
  /// Of what a compressed file holds.
  public let contentChecksum: Checksum
  /// Bytes; 0 where not known.
  public let size: Int
  /// Whether other bytes are no error: the file can be made anew.
  public let canDiffer: Bool

  public init(
    name: String, part: DatasetEntry.Part? = nil, urls: [String], checksum: Checksum,
    contentChecksum: Checksum = .none, size: Int = 0, canDiffer: Bool = false
  ) {
    self.name = name
    self.part = part
    self.urls = urls
    self.checksum = checksum
    self.contentChecksum = contentChecksum
    self.size = size
    self.canDiffer = canDiffer
  }
}
