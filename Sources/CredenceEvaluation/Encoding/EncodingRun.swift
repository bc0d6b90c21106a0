import CredenceData
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation

/// What a file of features was made of; written into the file, or beside it.
struct EncodingRun: Codable, Hashable {
  /// The network's name.
  var model: String
  var weightsSHA256: String
  /// What the network computed in.
  var precision: String
  /// How images were prepared; `nil` for prompts.
  var preprocessing: Preprocessing?
  /// The SHA-256 of all names in order.
  var namesSHA256: String
  var count: Int

  init(_ encoder: ImageTextEncoder, names: [String], areImages: Bool) {
    model = encoder.checkpoint.name
    weightsSHA256 = encoder.weightsSHA256
    precision = areImages ? encoder.settings.elementType.rawValue : "float32"
    preprocessing = areImages ? encoder.checkpoint.preprocessing : nil
    var hash = SHA256()
    for name in names { hash.update(Data("\(name.utf8.count) \(name)\n".utf8)) }
    namesSHA256 = hash.hexadecimal()
    count = names.count
  }

  /// The key in a file's metadata.
  static let metadataKey = "credence.run"

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init?(json: String) {
    guard let run = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
    self = run
  }

  /// In what another run differs, in words.
  ///
  /// The network's name is left out: the weights' fingerprint tells.
  func differences(from other: Self?) -> [String] {
    guard let other else { return ["its origin"] }
    let pairs = [
      (weightsSHA256 == other.weightsSHA256, "the weights"),
      (precision == other.precision, "the precision"),
      (preprocessing == other.preprocessing, "how images are prepared"),
      (namesSHA256 == other.namesSHA256 && count == other.count, "the images or prompts"),
    ]
    return pairs.filter { !$0.0 }.map(\.1)
  }
}
