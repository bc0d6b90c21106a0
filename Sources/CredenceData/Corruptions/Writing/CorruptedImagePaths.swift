/// Where the images of a data set stand below `corruption/severity`.
struct CorruptedImagePaths {
  /// `class/…/name` for each image, or `…/name` where the classes are not known.
  let paths: [String]

  /// Keeps class folders and names; endings change where the encoding does.
  ///
  /// - Throws: `CorruptionError.unsafeName` for a name that leads out of the folder, `sameName` for two images that would get one file.
  init(
    _ dataset: any ImageDataset, _ encoding: CorruptedDatasetSettings.Encoding
  ) throws(CorruptionError) {
    let ids = (0..<dataset.count).map(dataset.id(at:))
    let labels = (0..<dataset.count).map(dataset.label(at:))
    // Numbers of one length, so that the order of folders is that of classes.
    let largest = labels.reduce(0) { max($0, $1 ?? 0) }
    let width = String(largest).count
    func folder(of label: Int) -> String {
      let name = dataset.classNames.indices.contains(label) ? dataset.classNames[label] : ""
      guard name.isEmpty || name.contains("/") || name.hasPrefix(".") else { return name }
      let digits = String(label)
      return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
    let hasClassFolders = zip(ids, labels).allSatisfy { id, label in
      label.map { id.hasPrefix(folder(of: $0) + "/") } ?? false
    }
    var taken: [String: String] = [:]
    var paths: [String] = []
    paths.reserveCapacity(ids.count)
    for (id, label) in zip(ids, labels) {
      let parts = id.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.utf8.contains(0) }) else {
        throw .unsafeName(id)
      }
      var path = Self.named(id, encoding)
      if !hasClassFolders, let label { path = "\(folder(of: label))/\(path)" }
      if let other = taken.updateValue(id, forKey: path) {
        throw .sameName(first: other, second: id)
      }
      paths.append(path)
    }
    self.paths = paths
  }

  private static func named(
    _ id: String, _ encoding: CorruptedDatasetSettings.Encoding
  ) -> String {
    guard let dot = id.lastIndex(of: "."), !id[dot...].contains("/") else {
      return "\(id).\(encoding.usualExtension)"
    }
    return encoding.isOwn(String(id[id.index(after: dot)...]))
      ? id : "\(id[..<dot]).\(encoding.usualExtension)"
  }
}
