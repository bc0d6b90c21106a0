import CredenceData
public import CredencePredictions
import CredenceUncertainty
public import Foundation

/// Reads the sets of a detection as the command line names them, or as a benchmark does.
public struct DetectionMemberReader {
  /// Reads a file of predictions.
  public var read: (String) throws -> PredictionSet
  /// Told what is being done.
  public var progress: (String) -> Void = { _ in }

  public init(read: @escaping (String) throws -> PredictionSet) { self.read = read }

  /// Reads `FILE`, `FILE@LIST` for the samples that an image list names, or `GROUP:` and one of these.
  ///
  /// A path that exists is that file, whatever characters it holds.
  ///
  /// - Parameters:
  ///   - argument: What the user wrote.
  ///   - role: What the set is used as; only outliers have a group.
  ///   - images: The path or name of its images; empty where they are not known.
  /// - Returns: The set in its role.
  /// - Throws: What reading throws; `DatasetError` for a damaged list, `DetectionError.unlistedSamples`.
  public func member(
    _ argument: String, role: DetectionInput.Role, images: String = ""
  ) throws -> DetectionMember {
    let (group, rest) = role == .outliers ? Self.group(argument) : ("", argument)
    let (file, list) = Self.list(rest)
    return try member(
      file: file, list: list, role: role,
      name: list.isEmpty ? nil : ImageList.name(of: list).dataset,
      group: group, images: images)
  }

  private func member(
    file: String, list: String, role: DetectionInput.Role, name: String?, group: String,
    images: String
  ) throws -> DetectionMember {
    progress("reading \(file)")
    var source = DetectionSource(try read(file), file: file)
    if !list.isEmpty { source = try source.restricted(to: ImageList(path: list), list) }
    return DetectionMember(
      source, role: role, name: name, group: group, list: list, images: images)
  }

  private static func group(_ argument: String) -> (group: String, file: String) {
    guard !FileManager.default.fileExists(atPath: argument),
      let colon = argument.firstIndex(of: ":"),
      argument[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }),
      colon > argument.startIndex
    else { return ("", argument) }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  private static func list(_ argument: String) -> (file: String, list: String) {
    guard !FileManager.default.fileExists(atPath: argument), let at = argument.lastIndex(of: "@"),
      at > argument.startIndex, argument.index(after: at) < argument.endIndex
    else { return (argument, "") }
    return (String(argument[..<at]), String(argument[argument.index(after: at)...]))
  }

  /// Reads the sets of a benchmark, found by name in a folder of predictions.
  ///
  /// - Parameters:
  ///   - preset: The benchmark.
  ///   - folder: Where the predictions are, named `<model>__<data set>__<split>`.
  ///   - lists: The data folder, below which the benchmark's image lists are; `nil` takes every sample of the files.
  /// - Returns: The sets that are there, and the names of those that are not. With lists, they know their images.
  /// - Throws: `FileError`, `EvaluationError` where several files can be a set, `DatasetError.noSuchPath` for a missing list.
  public func members(
    of preset: DetectionPreset, in folder: URL, lists: String? = nil
  ) throws -> (members: [DetectionMember], missing: [String]) {
    let files = try DetectionPresetFiles(folder: folder)
    var members: [DetectionMember] = []
    var missing: [String] = []
    func add(
      _ dataset: DetectionPreset.DataSet, _ role: DetectionInput.Role, group: String = ""
    ) throws {
      if dataset.name.isEmpty { return }
      let list = lists.flatMap { dataset.list.isEmpty ? nil : "\($0)/\(dataset.list)" } ?? ""
      guard let file = try files.file(of: dataset, isListed: !list.isEmpty)?.relativePath else {
        missing.append([dataset.name, dataset.split].filter { !$0.isEmpty }.joined(separator: " "))
        return
      }
      if !list.isEmpty, !FileManager.default.fileExists(atPath: list) {
        throw DatasetError.noSuchPath(path: list, nearest: nil)
      }
      var member = try member(
        file: file, list: list, role: role, name: dataset.name, group: group, images: list)
      if let lists, !dataset.root.isEmpty { member.imageRoot = "\(lists)/\(dataset.root)" }
      members.append(member)
    }
    try add(preset.inDistribution, .inDistribution)
    for dataset in preset.covariateShifted { try add(dataset, .covariateShifted) }
    try add(preset.training, .training)
    try add(preset.validation, .validation)
    if members.contains(where: { $0.role == .validation }) {
      try add(preset.validationOutliers, .validationOutliers)
    }
    for group in preset.groups {
      for dataset in group.datasets { try add(dataset, .outliers, group: group.name) }
    }
    return (members, missing)
  }
}

extension DetectionPreset {
  /// The images of the benchmark's lists: what a network has to be run over.
  ///
  /// - Parameter folder: The data folder, below which the lists and the images are.
  /// - Returns: Every set whose list is there, outliers without labels, and the lists that are not there.
  /// - Throws: `DatasetError`.
  public func datasets(in folder: String) throws -> (datasets: [NamedDataset], missing: [String]) {
    var datasets: [NamedDataset] = []
    var missing: [String] = []
    func add(_ set: DataSet, hasLabels: Bool) throws {
      if set.name.isEmpty { return }
      let path = "\(folder)/\(set.list)"
      guard !set.list.isEmpty, FileManager.default.fileExists(atPath: path) else {
        missing.append(set.list.isEmpty ? set.name : path)
        return
      }
      let images = try DatasetCatalog.open(path: path, imageRoot: "\(folder)/\(set.root)")
      let split = set.split.isEmpty ? ImageList.name(of: set.list).split : set.split
      let named = NamedDataset(images, name: set.name, split: split)
      datasets.append(hasLabels ? named : named.withoutLabels())
    }
    for set in [inDistribution, training, validation] + covariateShifted {
      try add(set, hasLabels: true)
    }
    for set in [validationOutliers] + groups.flatMap(\.datasets) {
      try add(set, hasLabels: false)
    }
    return (datasets, missing)
  }
}
