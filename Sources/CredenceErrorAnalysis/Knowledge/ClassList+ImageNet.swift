import Foundation

extension ClassList {
  /// ImageNet's 1000 classes, with the names of WordNet 3.0; those of ImageNet-A are among them.
  public static func imageNet() throws(ErrorAnalysisError) -> Self {
    var ids: [String] = []
    var descriptions: [String] = []
    for line in ImageNetClasses.text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      ids.append(String(parts[0]))
      descriptions.append(String(parts[1]))
    }
    return try Self(ids: ids, descriptions: descriptions, source: "ImageNet's classes (built in)")
  }
}
