import CredenceData
import Foundation

/// Images by their names, looked for in a folder.
struct NamedImages: ImageDataset {
  let path: String
  let classNames: [String] = []
  private let names: [String]
  private let files: [String]

  /// Looks for each image as `class/file` and as `file`, in the folder and in its part `val`.
  ///
  /// - Throws: `EncodingError.missingImages`, after all were looked for.
  init(_ names: [String], in folder: String) throws(EncodingError) {
    let manager = FileManager.default
    let roots = [folder, "\(folder)/val"]
    var files: [String] = []
    var missing: [String] = []
    // Most often all images are found the same way, so that is tried first.
    var usual = 0
    for name in names {
      let base = name.split(separator: "/").last.map(String.init) ?? name
      let places = roots.flatMap { ["\($0)/\(name)", "\($0)/\(base)"] }
      let order = [usual] + places.indices.filter { $0 != usual }
      if let place = order.first(where: { manager.fileExists(atPath: places[$0]) }) {
        usual = place
        files.append(places[place])
      } else {
        missing.append(name)
      }
    }
    if let first = missing.first {
      throw .missingImages(
        folder: folder, count: missing.count, total: names.count, first: first)
    }
    path = folder
    self.names = names
    self.files = files
  }

  var count: Int { names.count }
  func id(at index: Int) -> String { names[index] }
  func label(at index: Int) -> Int? { nil }
  func content(at index: Int) -> ImageContent { .file(files[index]) }
}
