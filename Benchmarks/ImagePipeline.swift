import Credence
import CredenceData
import Foundation

extension BenchmarkCase {
  /// JPEG files to normalized batches.
  static let imagePipeline = Self(
    id: "image-pipeline",
    title:
      "JPEG files decoded, resized (bicubic), cropped to 224 and normalized with 2 workers, beside PIL and torchvision",
    target: 1.5
  ) { folder in
    let images = try imageFolder(folder)
    let dataset = Repeated(dataset: try DatasetCatalog.open(path: images), times: 10)
    return Contest(
      credence: {
        var settings = LoaderSettings()
        settings.workerCount = 2
        let start = DispatchTime.now().uptimeNanoseconds
        let loader = try Loader(dataset, Preprocessing(), settings)
        var (count, sum) = (0, 0.0)
        while let batch = try loader.next() {
          count += batch.count
          sum += batch.withFloats { Double($0[0]) }
        }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        return Measurement(
          seconds: seconds,
          values: ["images_per_second": Double(count) / seconds, "first_pixels": sum])
      },
      reference: {
        try ChildProcess.python(
          "image_pipeline.py", [images, "\(dataset.times)"], timesItself: true)
      })
  }

  /// The ImageNet samples in the folder that `CREDENCE_DATA` names, or 100 made images of their usual size.
  static func imageFolder(_ folder: URL) throws -> String {
    if let data = ProcessInfo.processInfo.environment["CREDENCE_DATA"] {
      return "\(data)/imagenet-samples/images"
    }
    for number in 0..<100 {
      let (width, height) = (500, 375)
      let pixels = (0..<width * height * 3).map { index -> UInt8 in
        let (row, column) = (index / (3 * width), index / 3 % width)
        let wave = sin(Double(column * (index % 3 + 1) + number) / 17) * cos(Double(row) / 23)
        let grain = Double((index &* 2_654_435_761) >> 7 & 31)
        return UInt8(max(0, min(255, 120 + 95 * wave + grain)))
      }
      let image = PixelImage(width: width, height: height, pixels: pixels)
      try ImageEncoder.jpeg(image, quality: 90)
        .write(to: folder.appendingPathComponent("\(number).jpg"))
    }
    return folder.path
  }

  /// The same images several times, so that starting weighs little.
  private struct Repeated: ImageDataset {
    let dataset: any ImageDataset
    let times: Int

    var path: String { dataset.path }
    var count: Int { dataset.count * times }
    var classNames: [String] { dataset.classNames }
    func id(at index: Int) -> String { dataset.id(at: index % dataset.count) }
    func label(at index: Int) -> Int? { dataset.label(at: index % dataset.count) }
    func content(at index: Int) throws(DatasetError) -> ImageContent {
      try dataset.content(at: index % dataset.count)
    }
  }
}
