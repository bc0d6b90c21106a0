import CredenceFiles

/// A part of the training samples held out for validation.
///
/// The samples' indices are shuffled by NumPy's legacy generator, and the first of them are held out, as the published programs of
/// Deep Deterministic Uncertainty do. Samples of one group, such as the ten copies of an ambiguous digit, stay on one side: else
/// validation would see what training has seen.
///
/// ```swift
/// let split = try HeldOutSplit(digits, fraction: 0.1, seed: 1)
/// ```
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct HeldOutSplit: Codable, Hashable, Sendable {
  /// Samples to train on, in the order of the shuffle.
  public let training: [Int]
  /// Samples held out, ⌊`fraction` · `count`⌋ where every group is one sample.
  public let validation: [Int]

  /// Which samples stay together.
  public enum Grouping: String, Codable, Hashable, Sendable, CaseIterable {
    /// Those that show the same image.
    case images
    /// None, as published.
    case none
  }

  /// Splits samples that come in groups of one size.
  ///
  /// - Parameters:
  ///   - count: The number of samples.
  ///   - fraction: The part to hold out, from 0 to below 1.
  ///   - seed: Of the shuffle, as for `numpy.random.seed`.
  ///   - groupSize: How many samples in a row stay together; 1 for the published split.
  /// - Throws: `DatasetError.badSetting`.
  public init(count: Int, fraction: Double, seed: UInt32, groupSize: Int = 1) throws(DatasetError) {
    guard groupSize > 0, count.isMultiple(of: groupSize) else {
      throw .badSetting(
        name: "The size of a group", value: "\(groupSize)",
        allowed: "1 or more, and a divisor of the \(count) samples")
    }
    try self.init(
      starts: Array(stride(from: 0, to: count, by: groupSize)), count: count, fraction: fraction,
      seed: seed)
  }

  /// Splits a data set.
  ///
  /// - Parameters:
  ///   - dataset: The samples, those of a group side by side.
  ///   - fraction: The part to hold out, from 0 to below 1.
  ///   - seed: Of the shuffle.
  ///   - grouping: What stays together.
  /// - Throws: `DatasetError.badSetting`.
  public init(
    _ dataset: any ImageDataset, fraction: Double, seed: UInt32,
    keeping grouping: Grouping = .images
  ) throws(DatasetError) {
    var starts: [Int] = []
    for index in 0..<dataset.count
    where grouping == .none || index == 0
      || dataset.group(at: index) != dataset.group(at: index - 1)
    {
      starts.append(index)
    }
    try self.init(starts: starts, count: dataset.count, fraction: fraction, seed: seed)
  }

  /// Splits groups that begin at the given samples.
  ///
  /// A group is held out as long as it fits into what is to be held out.
  private init(
    starts: [Int], count: Int, fraction: Double, seed: UInt32
  ) throws(DatasetError) {
    guard fraction >= 0, fraction < 1 else {
      throw .badSetting(
        name: "The fraction held out", value: "\(fraction)", allowed: "from 0 to below 1")
    }
    guard count <= UInt32.max else {
      throw .badSetting(
        name: "The number of samples", value: "\(count)", allowed: "below 2³²")
    }
    var groups = Array(starts.indices)
    var random = NumPyRandom(seed: seed)
    random.shuffle(&groups)
    var missing = Int((fraction * Double(count)).rounded(.down))
    var (training, validation): ([Int], [Int]) = ([], [])
    validation.reserveCapacity(missing)
    training.reserveCapacity(count - missing)
    for group in groups {
      let end = group + 1 < starts.count ? starts[group + 1] : count
      let samples = starts[group]..<end
      if samples.count <= missing {
        validation += samples
        missing -= samples.count
      } else {
        training += samples
      }
    }
    self.training = training
    self.validation = validation
  }
}
