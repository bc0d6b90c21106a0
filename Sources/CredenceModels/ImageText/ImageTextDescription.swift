import CredenceData
import CredenceFiles
package import CredenceNN
package import Foundation

/// What the files beside weights, or the weights themselves, say of an image–text network.
package struct ImageTextDescription: Sendable {
  /// What turns prompts into tokens.
  enum Vocabulary: Hashable {
    /// OpenAI's pairs of bytes, which Credence brings along.
    case bundled
    /// The files of the folder.
    case files
  }

  package var configuration: ImageTextConfiguration
  package var layout: ImageTextLayout
  var preprocessing: Preprocessing
  var vocabulary: Vocabulary
  /// The file of the weights.
  package var weights: URL

  /// What OpenAI's networks, and most others, want images to be.
  static let clipMean = [0.48145466, 0.4578275, 0.40821073]
  static let clipStd = [0.26862954, 0.26130258, 0.27577711]

  /// Opens a folder with a description and weights, or a state dictionary of OpenAI's; weights are not read yet.
  ///
  /// - Throws: `ImageTextError`, `FileError`.
  package init(contentsOf url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw ImageTextError.missingFile(
        folder: url.deletingLastPathComponent().relativePath, names: [url.lastPathComponent],
        purpose: "which is to be an image–text network")
    }
    guard isFolder.boolValue else {
      // What OpenAI published are programs.
      try self.init(openAI: TensorArchive(contentsOf: url, readsPrograms: true), weights: url)
      return
    }
    func found(_ names: [String]) -> URL? {
      names.lazy.map { url.appending(path: $0) }.first {
        FileManager.default.fileExists(atPath: $0.path)
      }
    }
    let openCLIP = found([ImageTextCheckpoint.openCLIPDescription])
    let transformers = found([ImageTextCheckpoint.transformersDescription])
    if let openCLIP, let weights = found(ImageTextCheckpoint.openCLIPWeights) {
      try self.init(openCLIP: openCLIP, weights: weights)
    } else if transformers != nil, let weights = found(ImageTextCheckpoint.transformersWeights) {
      try self.init(transformers: url, weights: weights)
    } else {
      let (names, purpose) =
        if openCLIP != nil {
          (ImageTextCheckpoint.openCLIPWeights, "the weights in one file")
        } else if transformers != nil {
          (ImageTextCheckpoint.transformersWeights, "the weights in one file")
        } else {
          (
            [ImageTextCheckpoint.transformersDescription, ImageTextCheckpoint.openCLIPDescription],
            "the description of the network"
          )
        }
      throw ImageTextError.missingFile(folder: url.relativePath, names: names, purpose: purpose)
    }
  }

  /// Makes the network and reads its weights, in float32 on the CPU.
  ///
  /// - Parameter name: The network's name in errors.
  /// - Returns: The network, and its parameters.
  /// - Throws: `ModelError.weightsMismatch`, `FileError`, `EngineError`.
  package func network(
    named name: String = "the network"
  ) throws -> (network: ImageTextNetwork, store: ParameterStore) {
    let store = ParameterStore(.awaitingWeights)
    let network = try ImageTextNetwork(store.root, configuration)
    try store.load(
      TensorArchive(contentsOf: weights, readsPrograms: true), layout, model: name)
    return (network, store)
  }
}

/// Fields of a JSON object by name, with the names of the file and the object in errors.
struct DescriptionFields {
  let fields: [String: JSONValue]
  let file: String
  /// Where the object stands, such as `text_config`; empty for the whole file.
  let place: String

  /// Reads a file that is a JSON object.
  ///
  /// - Throws: `FileError`, `ImageTextError.badConfiguration`.
  init(contentsOf url: URL) throws {
    let data = try MappedFile.bytes(of: url)
    file = url.relativePath
    place = ""
    guard data.count <= 1 << 24,
      let fields = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object
    else { throw ImageTextError.badConfiguration(file: file, problem: "there is no JSON object") }
    self.fields = fields
  }

  private init(_ fields: [String: JSONValue], file: String, place: String) {
    self.fields = fields
    self.file = file
    self.place = place
  }

  /// An object inside; empty where there is none.
  ///
  /// Fields of a second one replace those of the first.
  func inner(_ name: String, replacedBy other: String? = nil) -> Self {
    var found = fields[name]?.object ?? [:]
    if let other, let replacing = fields[other]?.object {
      found.merge(replacing) { _, new in new }
    }
    return Self(found, file: file, place: name)
  }

  func has(_ name: String) -> Bool { fields[name].map { $0 != .null } ?? false }

  func bad(_ name: String, _ wanted: String) -> ImageTextError {
    .badConfiguration(
      file: file, problem: "‘\(place.isEmpty ? name : "\(place).\(name)")’ is no \(wanted)")
  }

  func integer(_ name: String, or usual: Int) throws(ImageTextError) -> Int {
    guard let value = fields[name], value != .null else { return usual }
    if let integer = value.integer { return integer }
    // Some programs write 224.0.
    guard let number = value.number, let integer = Int(exactly: number) else {
      throw bad(name, "integer")
    }
    return integer
  }

  func number(_ name: String, or usual: Double) throws(ImageTextError) -> Double {
    guard let value = fields[name], value != .null else { return usual }
    guard let number = value.number, number.isFinite else { throw bad(name, "number") }
    return number
  }

  func flag(_ name: String, or usual: Bool) throws(ImageTextError) -> Bool {
    guard let value = fields[name], value != .null else { return usual }
    guard let flag = value.bool else { throw bad(name, "truth value") }
    return flag
  }

  func text(_ name: String, or usual: String) throws(ImageTextError) -> String {
    guard let value = fields[name], value != .null else { return usual }
    guard let text = value.string else { throw bad(name, "text") }
    return text
  }

  func numbers(_ name: String, count: Int, or usual: [Double]) throws(ImageTextError) -> [Double] {
    guard let value = fields[name], value != .null else { return usual }
    let numbers = value.array?.compactMap(\.number) ?? []
    guard numbers.count == count, numbers.allSatisfy(\.isFinite) else {
      throw bad(name, "list of \(count) numbers")
    }
    return numbers
  }

  /// One number, or a list with the same number twice.
  func side(_ name: String, or usual: Int) throws(ImageTextError) -> Int {
    guard let list = fields[name]?.array else { return try integer(name, or: usual) }
    guard list.count == 2, let side = list[0].integer, list[1].integer == side else {
      throw .unsupported(file: file, what: "images that are no squares")
    }
    return side
  }
}
