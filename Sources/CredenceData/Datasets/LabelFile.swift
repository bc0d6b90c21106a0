import CredenceFiles
import Foundation

/// The classes of images, read from a file beside them.
///
/// - Text: one class a line in the order of the images, or `image class`; separated by commas, tabs or spaces, with or without a header.
///   Classes are numbers, or names such as WordNet ids.
/// - JSON: an array of classes, or an object of images and classes.
/// - `.npy`: an array of integers. IDX: a list of bytes, also compressed.
struct LabelFile {
  private let path: String
  /// Images' names; empty where classes come in the images' order.
  private var images: [String] = []
  /// Classes as numbers or names.
  private var classes: [String] = []
  /// The names of numbered classes.
  private var names: [Int: String] = [:]

  /// The files that are taken for labels when they lie in a data set's folder.
  static let usualNames = [
    "labels.csv", "labels.txt", "labels.json", "labels.npy", "val_annotations.txt", "val.txt",
    "LOC_val_solution.csv", "validation_labels.txt",
  ]

  /// Reads a file.
  ///
  /// - Throws: `DatasetError`.
  init(path: String) throws(DatasetError) {
    self.path = path
    if path.hasSuffix("ILSVRC2012_validation_ground_truth.txt") {
      throw .unsupported(
        path: path, what: "class numbers in the order of the ILSVRC development kit, from 1",
        instead: "Use WordNet ids, or numbers from 0 in the order of the sorted WordNet ids.")
    }
    let data = try FileContent.bytes(of: path)
    let start = [UInt8](data.prefix(4))
    if start.starts(with: [0x93, 0x4e, 0x55, 0x4d]) {
      classes = try Self.numbers(data, path: path).map(String.init)
    } else if start.starts(with: [0, 0, 8]) {
      classes = try IDX(data, file: path).bytes(dimensions: 1).map { String($0) }
    } else if let first = start.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      try readJSON(data)
    } else {
      try readTable(LabelTable(data, file: path))
    }
  }

  /// The classes of images.
  ///
  /// - Parameters:
  ///   - ids: The images' names or paths.
  ///   - classMap: The numbers of classes given by name; by default they are numbered in the order of their names.
  /// - Returns: A class for each image.
  /// - Throws: `DatasetError.badLabels` where images and labels do not fit together.
  func classes(of ids: [String], _ classMap: ClassMap?) throws(DatasetError) -> ImageClasses {
    var ordered = classes
    if images.isEmpty {
      guard classes.count == ids.count else {
        throw .badLabels(
          file: path, problem: "it has \(classes.count) labels for \(ids.count) images")
      }
    } else {
      ordered = try matched(ids)
    }
    if ordered.allSatisfy({ Int($0) != nil }) {
      let labels = ordered.map { Int($0) }
      let largest = labels.reduce(-1) { max($0, $1 ?? -1) }
      guard largest < 1_000_000 else {
        throw .badLabels(file: path, problem: "\(largest) is no class number")
      }
      let all = classMap?.names ?? (0..<max(largest + 1, 0)).map { names[$0] ?? "" }
      return ImageClasses(
        labels: labels.map { $0.flatMap { $0 < 0 ? nil : $0 } },
        names: names.isEmpty && classMap == nil ? [] : all)
    }
    if let classMap {
      return ImageClasses(labels: try classMap.numbers(of: ordered), names: classMap.names)
    }
    let sorted = Set(ordered).sorted(by: FileTree.precedes)
    var number: [String: Int] = [:]
    for (index, name) in sorted.enumerated() { number[name] = index }
    return ImageClasses(
      labels: ordered.map { number[$0] }, names: sorted, areNumberedByName: true)
  }

  /// Class numbers of images without names, the labels repeated where there are several times as many images.
  ///
  /// - Throws: `DatasetError.badLabels`.
  func numbers(ofRows count: Int) throws(DatasetError) -> [Int?] {
    guard images.isEmpty, !classes.isEmpty, count.isMultiple(of: classes.count) else {
      throw .badLabels(
        file: path, problem: "it has \(classes.count) labels for \(count) images")
    }
    var numbers: [Int?] = []
    numbers.reserveCapacity(count)
    for text in classes {
      guard let number = Int(text) else {
        throw .badLabels(file: path, problem: "‘\(text)’ is no class number")
      }
      numbers.append(number < 0 ? nil : number)
    }
    return (0..<count).map { numbers[$0 % numbers.count] }
  }

  /// The labels in the order of images, found by path, by name, or by name without its ending.
  private func matched(_ ids: [String]) throws(DatasetError) -> [String] {
    var byName: [String: String] = [:]
    for (image, name) in zip(images, classes) {
      if let other = byName.updateValue(name, forKey: image), other != name {
        throw .badLabels(file: path, problem: "it gives ‘\(image)’ two classes")
      }
    }
    var ordered: [String] = []
    ordered.reserveCapacity(ids.count)
    for id in ids {
      let name = String(id[(id.lastIndex(of: "/").map(id.index(after:)) ?? id.startIndex)...])
      let stem = String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
      guard let label = byName[id] ?? byName[name] ?? byName[stem] else {
        throw .badLabels(file: path, problem: "it has no label for ‘\(id)’")
      }
      ordered.append(label)
    }
    return ordered
  }

  // MARK: Formats

  private mutating func readTable(_ table: LabelTable) throws(DatasetError) {
    let header = (table.rows.first ?? []).map { $0.lowercased() }
    func column(_ names: [String]) -> Int? {
      names.lazy.compactMap { header.firstIndex(of: $0) }.first
    }
    let imageColumn = column(["file", "filename", "file_name", "image", "path", "imageid"])
    let numberColumn = column(
      ["class_index", "label", "target", "class_id", "class", "labels", "predictionstring"])
    let nameColumn = column(["wnid", "synset", "name"])
    if let labelColumn = numberColumn ?? nameColumn {
      for (row, fields) in table.rows.dropFirst().enumerated() {
        guard fields.count == header.count else {
          throw .badLabels(
            file: path,
            problem: "row \(row + 1) has \(fields.count) fields, its header has \(header.count)")
        }
        if let imageColumn { images.append(fields[imageColumn]) }
        // The ImageNet challenge writes the class and its boxes into one field.
        let label = String(fields[labelColumn].prefix { $0 != " " })
        classes.append(label)
        if let nameColumn, let number = Int(label) { names[number] = fields[nameColumn] }
      }
      return
    }
    let hasImages = table.rows[0].count > 1
    for (row, fields) in table.rows.enumerated() {
      guard fields.count > 1 || !hasImages else {
        throw .badLabels(file: path, problem: "line \(row + 1) has no label")
      }
      if hasImages { images.append(fields[0]) }
      classes.append(fields[hasImages ? 1 : 0])
    }
  }

  private mutating func readJSON(_ data: Data) throws(DatasetError) {
    func text(_ value: Any) -> String? {
      (value as? Int).map { String($0) } ?? value as? String
    }
    let json = try? JSONSerialization.jsonObject(with: data)
    let values: [Any]
    if let object = json as? [String: Any] {
      images = object.keys.sorted(by: FileTree.precedes)
      values = images.compactMap { object[$0] }
    } else if let list = json as? [Any] {
      values = list
    } else {
      throw .badLabels(file: path, problem: "it is not correct JSON")
    }
    classes = values.compactMap(text)
    guard classes.count == values.count else {
      throw .badLabels(file: path, problem: "it has labels that are neither numbers nor names")
    }
  }

  /// The integers of a NumPy array of one dimension.
  private static func numbers(_ data: Data, path: String) throws(DatasetError) -> [Int] {
    let array: StoredArray
    do {
      array = try NPY.read(data, file: path)
    } catch {
      throw .badLabels(file: path, problem: "\(error.localizedDescription)")
    }
    guard array.shape.count == 1, let numbers = array.integers() else {
      throw .badLabels(
        file: path,
        problem: "an array of shape \(array.shape) is no list of whole numbers")
    }
    return numbers
  }
}
