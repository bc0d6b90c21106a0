import Foundation

/// What the published code for Deep Deterministic Uncertainty says of a network in its file's name.
///
/// `wide_resnet_sn_3.0_mod_1_350.model` is a network, the bound of its norms, whether its blocks are modified, the seed and the epoch.
struct DDUCheckpointName {
  /// `nil` where the name starts otherwise.
  let model: DDUModel?
  /// `nil` where the name has no `_sn_` with a number behind it.
  let coefficient: Double?
  let isModified: Bool
  /// 0 where the name does not end with one.
  let epoch: Int

  init(_ file: URL) {
    let name = file.deletingPathExtension().lastPathComponent
    // The longest name wins, should one be the beginning of another.
    model = DDUModel.all.filter { name.hasPrefix($0.name + "_") }
      .max { $0.name.count < $1.name.count }
    let parts = name.split(separator: "_")
    coefficient = parts.firstIndex(of: "sn").flatMap { index in
      index + 1 < parts.count ? Double(parts[index + 1]) : nil
    }.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    isModified = parts.contains("mod")
    epoch = parts.count > 2 ? parts.last.flatMap { Int($0) } ?? 0 : 0
  }
}
