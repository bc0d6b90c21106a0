public import Foundation

/// Why an image cannot be corrupted.
public enum CorruptionError: LocalizedError, Hashable, Sendable {
  /// No corruption has this name.
  case unknownCorruption(name: String, known: [String])
  /// No benchmark has this name.
  case unknownBenchmark(name: String, known: [String])
  /// A severity outside 1...5.
  case invalidSeverity(Int)
  /// JPEG compression was asked for without an encoder and decoder.
  case missingJPEGCodec
  /// The codec returned an image of another size.
  case changedSize(corruption: String)
  /// The draws are more or fewer than the image needs.
  case drawsMismatch(expected: Int, found: Int)
  /// A draw is infinite or not a number.
  case drawNotFinite(index: Int)

  public var errorDescription: String? {
    switch self {
    case .unknownCorruption(let name, _): "there is no corruption ‘\(name)’"
    case .unknownBenchmark(let name, _): "there is no corruption benchmark ‘\(name)’"
    case .invalidSeverity(let severity): "severity is \(severity); it must be from 1 to 5"
    case .missingJPEGCodec: "JPEG compression has no JPEG encoder and decoder"
    case .changedSize(let corruption): "\(corruption) returned an image of another size"
    case .drawsMismatch(let expected, let found):
      "the image needs \(expected) random draws, \(found) were given"
    case .drawNotFinite(let index): "random draw \(index) is not a finite number"
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownCorruption(_, let known): "The corruptions are \(known.joined(separator: ", "))."
    case .unknownBenchmark(_, let known): "The benchmarks are \(known.joined(separator: ", "))."
    case .invalidSeverity: "The published benchmarks define five severities."
    case .missingJPEGCodec: "The corruption compresses with a codec that its caller provides."
    case .changedSize: "A corruption keeps the size of an image."
    case .drawsMismatch: "The draws were made for an image of another size."
    case .drawNotFinite: "Noise is made of finite numbers."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownCorruption, .unknownBenchmark: "Choose one of these."
    case .invalidSeverity: "Choose 1, 2, 3, 4 or 5."
    case .missingJPEGCodec: "Set `CorruptionResources.jpegRoundTrip`."
    case .changedSize: "Correct the codec."
    case .drawsMismatch, .drawNotFinite: "Draw for the image that is corrupted."
    }
  }
}
