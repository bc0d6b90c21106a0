import Foundation

extension DatasetDescriptor {
  /// Images whose classes a file gives, as in the validation part of ImageNet.
  static let flatFolder = Self(
    id: "flat-folder",
    title: "a folder of images with a file of labels (\(LabelFile.usualNames[0]), or --labels)",
    recognizes: { location in
      location.isFolder
        && (location.files.contains(where: ImageFormat.isImage)
          || location.files.contains(where: LabelFile.usualNames.contains))
    },
    open: { request throws(DatasetError) in
      let location = request.location
      guard request.split == nil else { throw .splitNotKnown(request) }
      let images = try FileTree.images(below: location.path)
      let beside = LabelFile.usualNames.first(where: location.files.contains)
      var classes = ImageClasses.unknown(count: images.count)
      if let labels = request.labels ?? beside.map({ "\(location.path)/\($0)" }) {
        classes = try LabelFile(path: labels).classes(of: images, request.classMap)
      }
      return try FileDataset(path: location.path, images: images, classes)
    })
}
