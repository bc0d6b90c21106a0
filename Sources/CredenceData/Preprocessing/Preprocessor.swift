import CImageCodecs
import Foundation

/// Turns images into a network's input, one after another, in memory that it keeps for the next.
///
/// Only what the crop keeps is decoded and computed. Each thread needs one of its own.
public final class Preprocessor {
  public let preprocessing: Preprocessing
  public let format: PixelFormat

  private let table: NormalizationTable
  private let file = ScratchMemory()
  private let decoded = ScratchMemory()
  private let gray = ScratchMemory()
  private let shortened = ScratchMemory()
  private let resampled = ScratchMemory()
  private let expanded = ScratchMemory()
  private let row = ScratchMemory()

  /// A preprocessor of the given settings.
  ///
  /// - Throws: `DatasetError.badPreprocessing`.
  public init(_ preprocessing: Preprocessing, format: PixelFormat) throws(DatasetError) {
    try preprocessing.validate()
    self.preprocessing = preprocessing
    self.format = format
    table = NormalizationTable(preprocessing)
  }

  /// Numbers per prepared image.
  public var elementCount: Int {
    preprocessing.channels * preprocessing.height * preprocessing.width
  }

  /// Bytes per prepared image.
  public var byteCount: Int { elementCount * format.byteCount }

  /// Prepares one image.
  ///
  /// - Parameters:
  ///   - content: The image.
  ///   - name: Its name in errors.
  ///   - output: Receives `byteCount` bytes, `[height, width, channels]`.
  /// - Throws: `DatasetError`; the output is then undefined.
  public func prepare(
    _ content: ImageContent, name: String, into output: UnsafeMutableRawPointer
  ) throws(DatasetError) {
    switch content {
    case .file(let path):
      try prepare(FileBytes.read(path, name: name, into: file), name: name, into: output)
    case .encoded(let data):
      let result = data.withUnsafeBytes { bytes in
        Result { () throws(DatasetError) in try prepare(bytes, name: name, into: output) }
      }
      try result.get()
    case .pixels(let image):
      try prepare(image, name: name, into: output)
    }
  }

  /// Prepares one image file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: Its name in errors.
  ///   - output: Receives `byteCount` bytes, `[height, width, channels]`.
  /// - Throws: `DatasetError`; the output is then undefined.
  public func prepare(
    _ bytes: UnsafeRawBufferPointer, name: String, into output: UnsafeMutableRawPointer
  ) throws(DatasetError) {
    let image = try OpenImage(bytes, name: name)
    let plan = try plan(width: image.width, height: image.height, name: name)
    let stride = plan.source.columns.count * 3
    let pixels = decoded.reserve(stride * plan.source.rows.count)
      .assumingMemoryBound(to: UInt8.self)
    try image.read(
      columns: plan.source.columns, rows: plan.source.rows, into: pixels, stride: stride)
    write(
      plan, UnsafePointer(pixels), stride: stride,
      end: UnsafePointer(pixels) + stride * plan.source.rows.count + ScratchMemory.slack,
      into: output)
  }

  /// Prepares one decoded image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - name: Its name in errors.
  ///   - output: Receives `byteCount` bytes, `[height, width, channels]`.
  /// - Throws: `DatasetError`; the output is then undefined.
  public func prepare(
    _ image: PixelImage, name: String, into output: UnsafeMutableRawPointer
  ) throws(DatasetError) {
    let plan = try plan(width: image.width, height: image.height, name: name)
    image.pixels.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { return }
      let first =
        (plan.source.rows.lowerBound * image.width + plan.source.columns.lowerBound) * 3
      write(plan, start + first, stride: image.width * 3, end: start + pixels.count, into: output)
    }
  }

  /// The prepared image, not normalized.
  ///
  /// - Throws: `DatasetError`.
  public static func image(
    _ content: ImageContent, name: String, _ preprocessing: Preprocessing
  ) throws(DatasetError) -> [UInt8] {
    let preprocessor = try Preprocessor(preprocessing, format: .uint8)
    var failure: DatasetError?
    let bytes = [UInt8](unsafeUninitializedCapacity: preprocessor.byteCount) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      do throws(DatasetError) {
        try preprocessor.prepare(content, name: name, into: UnsafeMutableRawPointer(start))
        filled = buffer.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  // MARK: Steps

  /// What is to be done with an image of one size.
  private struct Plan {
    let geometry: CropGeometry
    /// The part of the image that is needed.
    let source: (columns: Range<Int>, rows: Range<Int>)
    /// The change of width and height; `nil` where a length stays.
    let horizontal: ResamplingWeights?
    let vertical: ResamplingWeights?
    /// Whether the height changes before the width.
    let isVerticalFirst: Bool
  }

  private func plan(width: Int, height: Int, name: String) throws(DatasetError) -> Plan {
    let geometry: CropGeometry
    do {
      geometry = try CropGeometry(width: width, height: height, preprocessing)
    } catch .badPreprocessing(let problem) {
      throw .unreadableImage(image: name, reason: problem)
    }
    func weights(_ side: CropGeometry.Side, from length: Int) -> ResamplingWeights? {
      side.resized == length
        ? nil
        : ResamplingWeights(
          outputs: side.visible, of: side.resized, from: length, preprocessing.interpolation)
    }
    let horizontal = weights(geometry.columns, from: width)
    let vertical = weights(geometry.rows, from: height)
    return Plan(
      geometry: geometry,
      source: (
        horizontal?.inputRange ?? geometry.columns.visible,
        vertical?.inputRange ?? geometry.rows.visible
      ),
      horizontal: horizontal, vertical: vertical,
      // Found by experiment with Pillow 13; earlier versions always change the width first.
      isVerticalFirst: geometry.rows.resized < height
        && 2 * (width - geometry.columns.resized) < height - geometry.rows.resized)
  }

  /// Resamples the needed part of an image and writes it in its place of the output.
  private func write(
    _ plan: Plan, _ pixels: UnsafePointer<UInt8>, stride: Int, end: UnsafePointer<UInt8>,
    into output: UnsafeMutableRawPointer
  ) {
    let channels = preprocessing.channels
    var (input, stride, end) = (pixels, stride, end)
    let rowCount = plan.source.rows.count
    if channels == 1 {
      let width = plan.source.columns.count
      let luma = gray.reserve(width * rowCount).assumingMemoryBound(to: UInt8.self)
      for row in 0..<rowCount { ci_luma(input + row * stride, width, luma + row * width) }
      (input, stride) = (UnsafePointer(luma), width)
      end = UnsafePointer(luma) + width * rowCount + ScratchMemory.slack
    }

    let geometry = plan.geometry
    let rowSize = geometry.columns.visible.count * channels
    var vertical = plan.vertical
    if let horizontal = plan.horizontal {
      // The pass that Pillow takes first, as each rounds to bytes.
      var rowCount = rowCount
      if plan.isVerticalFirst, let weights = vertical {
        (input, stride) = shrunken(input, stride, plan.source.columns.count * channels, weights)
        rowCount = geometry.rows.visible.count
        end = input + stride * rowCount + ScratchMemory.slack
        vertical = nil
      }
      let target = resampled.reserve(rowSize * rowCount).assumingMemoryBound(to: UInt8.self)
      horizontal.withKernelWeights { weights in
        withUnsafePointer(to: weights) { weights in
          ci_resample_rows(
            input, stride, end, UInt32(rowCount), UInt32(channels), weights,
            expanded.reserve(ci_horizontal_scratch_size(weights)), target, rowSize)
        }
      }
      (input, stride) = (UnsafePointer(target), rowSize)
    }

    if geometry.isPadded(for: preprocessing) { fillBorder(of: output) }
    let outputRow = preprocessing.width * channels * format.byteCount
    var target =
      output + geometry.rows.offset * outputRow
      + geometry.columns.offset * channels * format.byteCount
    let line = row.reserve(rowSize).assumingMemoryBound(to: UInt8.self)
    table.values.withUnsafeBufferPointer { table in
      for number in 0..<geometry.rows.visible.count {
        var bytes = input + number * stride
        if let vertical {
          let result = format == .uint8 ? target.assumingMemoryBound(to: UInt8.self) : line
          resampleColumn(input, stride, rowSize, vertical, number, into: result)
          bytes = UnsafePointer(result)
        } else if format == .uint8 {
          target.copyMemory(from: bytes, byteCount: rowSize)
        }
        if format == .float32 {
          ci_look_up(
            bytes, geometry.columns.visible.count, UInt32(channels), table.baseAddress,
            target.assumingMemoryBound(to: Float.self))
        }
        target += outputRow
      }
    }
  }

  /// All rows after the vertical pass alone.
  private func shrunken(
    _ input: UnsafePointer<UInt8>, _ stride: Int, _ rowSize: Int, _ weights: ResamplingWeights
  ) -> (UnsafePointer<UInt8>, stride: Int) {
    let target = shortened.reserve(rowSize * weights.starts.count)
      .assumingMemoryBound(to: UInt8.self)
    for number in weights.starts.indices {
      resampleColumn(input, stride, rowSize, weights, number, into: target + number * rowSize)
    }
    return (UnsafePointer(target), rowSize)
  }

  /// One row of the vertical pass.
  private func resampleColumn(
    _ input: UnsafePointer<UInt8>, _ stride: Int, _ rowSize: Int, _ vertical: ResamplingWeights,
    _ number: Int, into output: UnsafeMutablePointer<UInt8>
  ) {
    vertical.weights.withUnsafeBufferPointer { weights in
      ci_resample_column(
        input + Int(vertical.starts[number]) * stride, stride, vertical.counts[number],
        weights.baseAddress.map { $0 + number * vertical.stride }, rowSize, output)
    }
  }

  /// Fills the whole output with the color of the border: black, or the mean where it is asked for.
  private func fillBorder(of output: UnsafeMutableRawPointer) {
    let channels = preprocessing.channels
    let color = preprocessing.mean.map { mean -> UInt8 in
      guard preprocessing.cropMode == .border else { return 0 }
      return UInt8(max(0, min(255, (255 * mean).rounded(.toNearestOrEven))))
    }
    for index in 0..<preprocessing.width * preprocessing.height {
      for channel in 0..<channels {
        let position = index * channels + channel
        switch format {
        case .uint8: output.storeBytes(of: color[channel], toByteOffset: position, as: UInt8.self)
        case .float32:
          output.storeBytes(
            of: table.values[256 * channel + Int(color[channel])], toByteOffset: 4 * position,
            as: Float.self)
        }
      }
    }
  }
}
