import CredenceFiles
import Foundation

extension CorruptedDatasetWriter {
  /// Writes image files; each clean image is read once.
  func writeTree(_ paths: [String], to root: URL, _ counter: CorruptionCounter) throws {
    let levels = settings.corruptions.flatMap { corruption in
      settings.severities.map { severity in
        (corruption, severity, root.appendingPathComponent("\(corruption.id)/\(severity)"))
      }
    }
    for folder in Set(paths.map { ($0 as NSString).deletingLastPathComponent }) {
      for (_, _, level) in levels { try OutputFolder.make(level.appendingPathComponent(folder)) }
    }
    let resources = CorruptionResources(frostImages: settings.frostImages)
    let (crop, encoding) = (settings.crop, settings.encoding)
    let skips = settings.unreadableImages == .skip
    let dataset = dataset
    try OrderedWorkers.run(count: paths.count, workers: settings.workerCount) { index in
      let missing = levels.filter { level in
        access(level.2.appendingPathComponent(paths[index]).path, F_OK) != 0
      }
      counter.add(made: 0, passed: levels.count - missing.count)
      if missing.isEmpty { return }
      let image: PixelImage
      do throws(DatasetError) {
        image = try crop.image(of: dataset, at: index)
      } catch {
        guard skips else { throw error }
        counter.add(
          made: 0, passed: missing.count,
          skipped: SkippedImage(index: index, id: dataset.id(at: index), error: error))
        return
      }
      for (corruption, severity, folder) in missing {
        let result = try corrupted(image, corruption, severity, at: index, resources)
        let data =
          switch encoding {
          case .jpeg(let quality): try ImageEncoder.jpeg(result, quality: quality)
          case .png: try ImageEncoder.png(result)
          }
        try OutputFolder.write(data, to: folder.appendingPathComponent(paths[index]))
        counter.add(made: 1)
      }
    }
  }
}
