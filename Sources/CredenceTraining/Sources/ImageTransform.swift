public import CredenceTensor

/// How images on a device become a network's input: cut and mirrored at random in training, then normalized.
public struct ImageTransform {
  /// What changes images in training.
  public struct Augmentation: Codable, Hashable, Sendable {
    /// Black rows and columns added on each side, from which a part of the image's own size is cut; 0 for none.
    public var cropPadding = 0
    /// Whether half of the images are mirrored left to right.
    public var flips = false
    /// The standard deviation of normal noise added after normalization; 0 for none.
    public var noise = 0.0

    public static let none = Self()

    public init(cropPadding: Int = 0, flips: Bool = false, noise: Double = 0) {
      precondition(cropPadding >= 0 && noise >= 0)
      self.cropPadding = cropPadding
      self.flips = flips
      self.noise = noise
    }
  }

  public let augmentation: Augmentation
  public let memoryFormat: MemoryFormat
  /// What stored values are multiplied by, and what is added, by channel: (*x* / 255 − mean) / std.
  private let scale: Tensor
  private let offset: Tensor

  /// - Parameters:
  ///   - mean: The value that becomes 0, by channel, on a scale from 0 to 1.
  ///   - deviation: What a step of 1 is on that scale, by channel, above 0.
  ///   - white: The stored value of white: 255 for bytes, 1 for fractions.
  ///   - augmentation: What changes images in training.
  ///   - memoryFormat: The order of the result in memory.
  ///   - device: Where the images are.
  /// - Throws: `EngineError`.
  public init(
    mean: [Double], deviation: [Double], white: Double = 255,
    augmentation: Augmentation = .none, memoryFormat: MemoryFormat = .channelsLast,
    device: Device = .cpu
  ) throws {
    precondition(mean.count == deviation.count && deviation.allSatisfy { $0 > 0 })
    self.augmentation = augmentation
    self.memoryFormat = memoryFormat
    scale = try Tensor(deviation.map { Float(1 / ($0 * white)) }, shape: [mean.count])
      .to(device)
    offset = try Tensor(
      zip(mean, deviation).map { Float(-$0 / $1) }, shape: [mean.count]
    ).to(device)
  }

  /// A network's input.
  ///
  /// - Parameters:
  ///   - images: `[batch, height, width, channels]`, as stored.
  ///   - purpose: Whether the network learns from them.
  /// - Returns: `[batch, channels, height, width]`, float32.
  /// - Throws: `EngineError`.
  public func callAsFunction(_ images: Tensor, for purpose: BatchPurpose) throws -> Tensor {
    guard case .training(let generator) = purpose else { return try normalized(images) }
    let changed = try augmentation.isGeometric ? moved(images, using: generator) : images
    let input = try normalized(changed)
    guard augmentation.noise > 0 else { return input }
    let noise = try Tensor.normal(
      input.shape, deviation: augmentation.noise, using: generator)
    return try input + noise
  }

  private func normalized(_ images: Tensor) throws -> Tensor {
    let values = try (images.to(.float32) * scale + offset).permuted([0, 3, 1, 2])
    // The permuted view is in the order of channelsLast already.
    return memoryFormat == .channelsLast ? values : try values.contiguous()
  }

  /// Each image cut out of its black border and mirrored, by one selection of pixels.
  private func moved(_ images: Tensor, using generator: Generator) throws -> Tensor {
    let (batch, height, width) = (images.shape[0], images.shape[1], images.shape[2])
    let device = images.device
    func positions(_ count: Int, _ shape: [Int]) throws -> Tensor {
      try Tensor.range(to: Double(count), elementType: .int64, device: device).reshaped(shape)
    }
    func drawn(below limit: Int) throws -> Tensor {
      // Rounding could reach the limit itself.
      try Tensor.uniform([batch, 1, 1], high: Double(limit), using: generator)
        .clamped(high: Double(limit) - 0.5).to(.int64)
    }
    let padding = augmentation.cropPadding
    var rows = try positions(height, [1, height, 1])
    var columns = try positions(width, [1, 1, width])
    var source = images
    if augmentation.flips {
      let isMirrored = try drawn(below: 2).isGreater(than: 0.5)
      columns = try isMirrored.choosing(columns.flipped([2]), else: columns)
    }
    if padding > 0 {
      source = try images.padded([0, 0, padding, padding, padding, padding])
      rows = try rows + drawn(below: 2 * padding + 1)
      columns = try columns + drawn(below: 2 * padding + 1)
    }
    return try source.selecting([positions(batch, [batch, 1, 1]), rows, columns])
  }
}

extension ImageTransform.Augmentation {
  fileprivate var isGeometric: Bool { cropPadding > 0 || flips }
}
