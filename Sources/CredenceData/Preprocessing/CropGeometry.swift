import Foundation

/// Where an image lies after resizing, and which part of it the network sees.
struct CropGeometry: Hashable {
  /// One direction, rows or columns.
  struct Side: Hashable {
    /// The length of the resized image.
    let resized: Int
    /// The part of the resized image that is kept.
    let visible: Range<Int>
    /// Where that part starts in the output.
    let offset: Int

    /// Cuts the center out, or centers what is too short.
    ///
    /// Halves are rounded to even numbers when cutting and down when padding, as torchvision does.
    init(resized: Int, output: Int) {
      self.resized = resized
      if resized < output {
        offset = (output - resized) / 2
        visible = 0..<resized
      } else {
        offset = 0
        let start = Int((Double(resized - output) / 2).rounded(.toNearestOrEven))
        visible = start..<start + output
      }
    }
  }

  let columns: Side
  let rows: Side

  /// Whether the kept part is smaller than the output.
  func isPadded(for preprocessing: Preprocessing) -> Bool {
    columns.visible.count < preprocessing.width || rows.visible.count < preprocessing.height
  }

  /// The geometry of one image.
  ///
  /// - Throws: `DatasetError.badPreprocessing` where the image would have no pixels left, or must have the input's size and has another.
  init(width: Int, height: Int, _ preprocessing: Preprocessing) throws(DatasetError) {
    let (outputWidth, outputHeight) = (preprocessing.width, preprocessing.height)
    let fraction = preprocessing.cropFraction
    let targetWidth = Int((Double(outputWidth) / fraction).rounded(.down))
    let targetHeight = Int((Double(outputHeight) / fraction).rounded(.down))
    var resized: (width: Int, height: Int)
    switch preprocessing.cropMode {
    case .none:
      guard width == outputWidth, height == outputHeight else {
        throw .badPreprocessing(
          problem: "an image of \(height) × \(width) pixels has not the input's size "
            + "\(outputHeight) × \(outputWidth), and resizing is off; --crop-mode fit fits it in")
      }
      resized = (width, height)
    case .fit:
      let ratio = max(
        1, Double(height) / Double(outputHeight), Double(width) / Double(outputWidth))
      resized = (
        Int((Double(width) / ratio).rounded(.toNearestOrEven)),
        Int((Double(height) / ratio).rounded(.toNearestOrEven))
      )
    case .squash:
      resized = (targetWidth, targetHeight)
    case .center where targetWidth == targetHeight:
      // A square is reached through its shorter side, the other rounded down.
      if width <= height {
        resized = (targetWidth, Int(Double(targetWidth * height) / Double(width)))
      } else {
        resized = (Int(Double(targetHeight * width) / Double(height)), targetHeight)
      }
    case .center, .border:
      let ratios = (
        Double(height) / Double(targetHeight), Double(width) / Double(targetWidth)
      )
      let ratio =
        preprocessing.cropMode == .border ? max(ratios.0, ratios.1) : min(ratios.0, ratios.1)
      resized = (
        Int((Double(width) / ratio).rounded(.toNearestOrEven)),
        Int((Double(height) / ratio).rounded(.toNearestOrEven))
      )
    }
    guard resized.width > 0, resized.height > 0 else {
      throw .badPreprocessing(
        problem: "an image of \(height) × \(width) pixels is too narrow to be resized")
    }
    columns = Side(resized: resized.width, output: outputWidth)
    rows = Side(resized: resized.height, output: outputHeight)
  }
}
