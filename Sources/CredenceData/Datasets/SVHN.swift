import CredenceFiles
import Foundation

extension DatasetDescriptor {
  /// The cropped digits of SVHN.
  static let svhn = Self(
    id: "svhn", title: "SVHN's cropped digits (…_32x32.mat), or a folder of them",
    recognizes: { location in
      location.isFolder
        ? location.files.contains { $0.hasSuffix("_32x32.mat") }
        : location.start.starts(with: "MATLAB".utf8)
    },
    open: { request throws(DatasetError) in
      let location = request.location
      var file = location.path
      if location.isFolder {
        let names = location.files.filter {
          $0.hasSuffix("_32x32.mat") && (request.split == nil || $0.hasPrefix(request.split ?? ""))
        }
        guard let name = names.first else { throw .splitNotKnown(request) }
        guard names.count == 1 else {
          throw .unsupported(
            path: location.path, what: names.joined(separator: ", "),
            instead: "Choose one by --split train, test or extra, or name the file.")
        }
        file += "/" + name
      } else if request.split != nil {
        throw .splitNotKnown(request)
      }
      return try svhn(file, request)
    })

  /// The images `X` `[rows, columns, 3, count]` and the digits `y` of a file, of which 10 stands for 0.
  private static func svhn(
    _ file: String, _ request: DatasetRequest
  ) throws(DatasetError) -> PixelArrayDataset {
    let (images, digits): (StoredArray?, StoredArray?)
    do {
      let matlab = try MAT(contentsOf: URL(fileURLWithPath: file))
      (images, digits) = (try matlab.array("X"), try matlab.array("y"))
    } catch {
      throw .malformed(file: file, format: "SVHN", problem: error.localizedDescription)
    }
    guard let images, images.shape.count == 4 || images.shape.count == 3, images.shape[2] == 3,
      images.element == .uint8
    else {
      throw .malformed(
        file: file, format: "SVHN",
        problem: images.map { "‘X’ has the shape \($0.shape), not [32, 32, 3, images] of bytes" }
          ?? "it has no array ‘X’")
    }
    // MATLAB drops a last dimension of 1.
    let count = images.shape.count == 4 ? images.shape[3] : 1
    var labels = [Int?](repeating: nil, count: count)
    if let labelFile = request.labels {
      labels = try LabelFile(path: labelFile).numbers(ofRows: count)
    } else if let numbers = digits?.doubles() {
      guard numbers.count == count else {
        throw .badLabels(file: file, problem: "it has \(numbers.count) labels for \(count) images")
      }
      for (index, number) in numbers.enumerated() {
        guard let digit = Int(exactly: number), 0...10 ~= digit else {
          throw .badLabels(file: file, problem: "\(number) is no digit from 1 to 10")
        }
        labels[index] = digit % 10
      }
    }
    return try PixelArrayDataset(
      path: file,
      parts: [
        .init(
          data: images.bytes, recordSize: 3 * images.shape[0] * images.shape[1], offset: 0,
          labels: labels)
      ],
      layout: .planarColumns, height: images.shape[0], width: images.shape[1],
      classNames: request.classMap?.names ?? digitNames)
  }
}
