import Foundation

/// How images become a network's input: resized, cropped and normalized.
///
/// The same settings give what timm's evaluation transforms give, and the settings that come with its weights have the same meaning.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// How the image fills the network's input.
  public enum CropMode: String, Codable, Hashable, Sendable, CaseIterable {
    /// The shorter side becomes the input's side divided by the crop fraction; the center is cut out.
    case center
    /// Both sides become the input's sides divided by the crop fraction, whatever the shape; the center is cut out.
    case squash
    /// The longer side becomes the input's side divided by the crop fraction; the rest is filled with the mean color.
    case border
    /// The image has the input's size already.
    case none
    /// An image of the input's size stays as it is, a smaller one is centered on black, and a larger one becomes as large as fits.
    ///
    /// So a network for small images can be given those of other data sets.
    case fit
  }

  /// Channels (1 or 3), height and width of the network's input.
  public var inputSize: [Int]
  public var interpolation: Interpolation
  /// The part of the resized image's side that is kept, above 0; above 1 a border is added.
  public var cropFraction: Double
  public var cropMode: CropMode
  /// The value that becomes 0, for each channel, on a scale from 0 (black) to 1 (white).
  public var mean: [Double]
  /// What a step of 1 is on that scale, for each channel.
  public var std: [Double]

  /// Settings that default to those of most networks trained on ImageNet.
  public init(
    inputSize: [Int] = [3, 224, 224], interpolation: Interpolation = .bicubic,
    cropFraction: Double = 0.875, cropMode: CropMode = .center,
    mean: [Double] = Self.imageNetMean, std: [Double] = Self.imageNetStd
  ) {
    self.inputSize = inputSize
    self.interpolation = interpolation
    self.cropFraction = cropFraction
    self.cropMode = cropMode
    self.mean = mean
    self.std = std
  }

  public static let imageNetMean = [0.485, 0.456, 0.406]
  public static let imageNetStd = [0.229, 0.224, 0.225]

  /// Channels of the input: 3, or 1 for images turned gray.
  public var channels: Int { inputSize.first ?? 0 }
  /// Rows of the input.
  public var height: Int { inputSize.dropFirst().first ?? 0 }
  /// Columns of the input.
  public var width: Int { inputSize.last ?? 0 }

  /// Checks that the settings can be carried out.
  ///
  /// - Throws: `DatasetError.badPreprocessing`, naming the setting.
  public func validate() throws(DatasetError) {
    guard inputSize.count == 3, [1, 3].contains(channels) else {
      throw .badPreprocessing(
        problem: "the input size \(inputSize) is not [channels, height, width] of 1 or 3 channels")
    }
    guard 1...Self.largestSide ~= height, 1...Self.largestSide ~= width else {
      throw .badPreprocessing(
        problem: "the input of \(height) × \(width) pixels is beyond 1 to \(Self.largestSide)")
    }
    guard cropFraction > 0, cropFraction <= 16, Double(max(height, width)) / cropFraction < 1e6,
      Double(min(height, width)) / cropFraction >= 1
    else {
      throw .badPreprocessing(
        problem: "the crop fraction \(cropFraction) is not above 0 and at most "
          + "\(min(16, min(height, width)))")
    }
    guard mean.count == channels, std.count == channels else {
      throw .badPreprocessing(
        problem: "\(mean.count) means and \(std.count) deviations were given for \(channels) "
          + "\(channels == 1 ? "channel" : "channels")")
    }
    guard mean.allSatisfy(\.isFinite), std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .badPreprocessing(
        problem: "the means \(mean) must be finite and the deviations \(std) above 0")
    }
  }

  static let largestSide = 16_384
}
