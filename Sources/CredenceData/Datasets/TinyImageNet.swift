import Foundation

extension DatasetDescriptor {
  /// Tiny ImageNet as it is published: `train/WNID/images`, and `val/images` with a list of their classes.
  static let tinyImageNet = Self(
    id: "tiny-imagenet", title: "Tiny ImageNet (wnids.txt, train/WNID/images, val/images)",
    recognizes: { location in
      location.isFolder && location.files.contains("wnids.txt")
        && (location.folders.contains("train") || location.folders.contains("val"))
    },
    open: { request throws(DatasetError) in
      let root = request.location.path
      guard let split = request.split else {
        throw .unsupported(
          path: root, what: "training and validation images",
          instead: "Choose by --split train or --split val.")
      }
      // Numbers are ranks of the sorted identifiers, as everywhere; the order in the file means nothing.
      let identifiers = try LabelTable(
        FileContent.bytes(of: "\(root)/wnids.txt"), file: "\(root)/wnids.txt"
      ).lines.sorted(by: FileTree.precedes)
      let classes = ClassMap(names: identifiers)
      switch split {
      case "train":
        let folder = "\(root)/train"
        let images = try FileTree.images(below: folder)
        let labels = try classes.numbers(of: images.map { String($0.prefix { $0 != "/" }) })
        return try FileDataset(
          path: folder, images: images, ImageClasses(labels: labels, names: identifiers))
      case "val", "test":
        let folder = "\(root)/val"
        let images = try FileTree.images(below: "\(folder)/images").map { "images/\($0)" }
        let list = try LabelFile(path: request.labels ?? "\(folder)/val_annotations.txt")
        return try FileDataset(path: folder, images: images, list.classes(of: images, classes))
      default: throw .splitNotKnown(request)
      }
    })
}
