import CredenceFiles
public import Foundation

/// How the weights of a model were trained and want their images: timm's `config.json` on a hub.
///
/// What the file leaves out has timm's default.
public struct HubConfiguration: Codable, Hashable, Sendable {
  /// The architecture's name, such as `resnet50`.
  public var architecture: String
  /// The weights' name among those of the architecture, such as `a1_in1k`; empty where there is none.
  public var tag: String
  public var classCount: Int
  /// Channels, height and width of an image.
  public var inputSize: [Int]
  /// The same for evaluation, where it differs; else empty.
  public var testInputSize: [Int]
  /// Whether images of another size can't be used.
  public var hasFixedInputSize: Bool
  public var interpolation: String
  /// The part of the shorter side that is kept, in training and where evaluation has none of its own.
  public var cropFraction: Double
  /// The part that is kept in evaluation.
  public var testCropFraction: Double
  /// `center`, `squash` or `border`.
  public var cropMode: String
  /// One number per channel, of pixels from 0 to 1.
  public var mean: [Double]
  /// One number per channel.
  public var standardDeviation: [Double]
  /// The name of the first convolution, or of several.
  public var firstConvolution: [String]
  /// The name of the last layer, or of several.
  public var classifier: [String]
  /// The classes' names in order, such as WordNet ids; empty where the file has none.
  public var labelNames: [String]
  /// What the names mean.
  public var labelDescriptions: [String: String]
  /// `avg`, `token` and so on; empty for the architecture's own.
  public var globalPooling: String
  /// What else the architecture was made with, as JSON.
  public var modelArguments: String
  public var license: String

  /// Reads a file.
  ///
  /// - Throws: `HubError.badConfiguration`.
  public init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw HubError.badConfiguration(
        file: url.relativePath, problem: error.localizedDescription)
    }
    try self.init(data, file: url.relativePath)
  }

  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - data: The JSON.
  ///   - file: Its name in errors.
  /// - Throws: `HubError.badConfiguration`.
  public init(_ data: Data, file: String) throws(HubError) {
    func bad(_ problem: String) -> HubError { .badConfiguration(file: file, problem: problem) }
    guard data.count < 20_000_000 else { throw bad("it has \(data.count) bytes") }
    guard let top = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
      throw bad("it is no JSON object")
    }
    // Old files have everything at one level.
    let fields = ConfigurationFields(top: top, inner: top["pretrained_cfg"]?.object ?? top)
    guard let architecture = fields.text("architecture"), !architecture.isEmpty else {
      throw bad("it names no architecture")
    }
    self.architecture = architecture
    tag = fields.text("tag") ?? ""
    classCount = fields.integer("num_classes") ?? 1000
    inputSize = fields.integers("input_size") ?? [3, 224, 224]
    testInputSize = fields.integers("test_input_size") ?? []
    hasFixedInputSize = fields.bool("fixed_input_size") ?? false
    interpolation = fields.text("interpolation") ?? "bicubic"
    cropFraction = fields.number("crop_pct") ?? 0.875
    testCropFraction = fields.number("test_crop_pct") ?? cropFraction
    cropMode = fields.text("crop_mode") ?? "center"
    mean = fields.numbers("mean") ?? [0.485, 0.456, 0.406]
    standardDeviation = fields.numbers("std") ?? [0.229, 0.224, 0.225]
    firstConvolution = fields.texts("first_conv") ?? []
    classifier = fields.texts("classifier") ?? []
    labelNames = fields.texts("label_names") ?? fields.texts("labels") ?? []
    labelDescriptions = fields.dictionary("label_descriptions") ?? [:]
    globalPooling = fields.text("global_pool") ?? ""
    license = fields.text("license") ?? ""
    let arguments = top["model_args"]?.object ?? [:]
    modelArguments = arguments.isEmpty ? "" : JSONValue.object(arguments).text ?? ""
    if let channels = arguments["in_chans"]?.integer, !inputSize.isEmpty { inputSize[0] = channels }
    for (name, size) in [("input_size", inputSize), ("test_input_size", testInputSize)] {
      guard size.isEmpty && name != "input_size" || size.count == 3,
        size.allSatisfy({ (1...100_000).contains($0) })
      else { throw bad("‘\(name)’ is \(size), not channels, height and width") }
    }
    guard (0...10_000_000).contains(classCount) else { throw bad("‘num_classes’ is \(classCount)") }
    guard mean.count == standardDeviation.count, !mean.isEmpty,
      (mean + standardDeviation).allSatisfy(\.isFinite), standardDeviation.allSatisfy({ $0 > 0 })
    else { throw bad("‘mean’ is \(mean) and ‘std’ \(standardDeviation)") }
    for (name, fraction) in [("crop_pct", cropFraction), ("test_crop_pct", testCropFraction)] {
      guard fraction > 0, fraction <= 4 else { throw bad("‘\(name)’ is \(fraction)") }
    }
  }
}

/// Entries of the outer object, then of the inner one; those of another type count as absent.
private struct ConfigurationFields {
  let top: [String: JSONValue]
  let inner: [String: JSONValue]

  private func value(_ name: String) -> JSONValue? {
    let value = top[name] ?? inner[name]
    return value == .null ? nil : value
  }

  func text(_ name: String) -> String? { value(name)?.string }
  func bool(_ name: String) -> Bool? { value(name)?.bool }
  func integer(_ name: String) -> Int? { value(name)?.integer }
  func number(_ name: String) -> Double? { value(name)?.number }

  func integers(_ name: String) -> [Int]? { all(value(name)?.array, \.integer) }
  func numbers(_ name: String) -> [Double]? { all(value(name)?.array, \.number) }

  func dictionary(_ name: String) -> [String: String]? {
    value(name)?.object?.compactMapValues(\.string)
  }

  /// One text or a list of them; a list may also be given as an object by index.
  func texts(_ name: String) -> [String]? {
    if let text = text(name) { return [text] }
    if let list = value(name)?.array { return all(list, \.string) }
    guard let object = dictionary(name) else { return nil }
    let ordered = (0..<object.count).compactMap { object["\($0)"] }
    return ordered.count == object.count ? ordered : nil
  }

  /// Every entry as one type; `nil` where one is of another.
  private func all<Entry>(_ list: [JSONValue]?, _ entry: (JSONValue) -> Entry?) -> [Entry]? {
    guard let list else { return nil }
    let entries = list.compactMap(entry)
    return entries.count == list.count ? entries : nil
  }
}
