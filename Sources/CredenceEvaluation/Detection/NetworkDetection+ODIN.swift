public import CredenceData
import CredenceMetrics
import CredencePredictions
import CredenceUncertainty

extension NetworkDetection {
  /// ODIN over the images of every set that is tested, with parameters chosen on the validation sets where those have images, too.
  ///
  /// - Parameters:
  ///   - request: The parameters that the user fixes.
  ///   - members: All sets; those whose `images` are named are run.
  ///   - folder: Where named data sets lie.
  ///   - imageRoot: The folder of an image list's images; by default one of its usual places.
  ///   - report: Told what is being done.
  /// - Returns: The uncertainties by file, for `DetectionEvaluator.external`.
  /// - Throws: `DetectionError.otherImages`, `DatasetError`, `EngineError`.
  public func odin(
    _ request: DetectionRequest, over members: [DetectionMember],
    in folder: String = DatasetRegistry.defaultFolder, imageRoot: String? = nil,
    report: @escaping (String) -> Void = { _ in }
  ) throws -> ExternalDetection {
    let descriptor = DetectionDescriptor.odin
    func images(_ roles: [DetectionInput.Role]) throws -> [(DetectionMember, any ImageDataset)] {
      try members.filter { roles.contains($0.role) && !$0.images.isEmpty }.map {
        ($0, try $0.images(in: folder, imageRoot: imageRoot))
      }
    }
    // Opened before anything is run, so that wrong paths fail at once.
    let tests = try images([.inDistribution, .covariateShifted, .outliers])
    let validation = try images([.validation])
    let validationOutliers = try images([.validationOutliers])
    var method = DetectedMethod(
      id: descriptor.id, title: descriptor.title, source: descriptor.source,
      parameters: try descriptor.completed(request.settings))
    let grid = try descriptor.grid(fixed: request.settings).map { try descriptor.completed($0) }
    if !validation.isEmpty, !validationOutliers.isEmpty, grid.count > 1 {
      func scores(_ sets: [(DetectionMember, any ImageDataset)]) throws -> [[Double]] {
        var values = grid.map { _ in [Double]() }
        for (member, images) in sets {
          progress = { report("choosing ODIN's parameters: \(member.name), \($0) of \($1)") }
          for (index, part) in try odin(grid.map { ODIN($0) }, over: images).enumerated() {
            values[index] += part
          }
        }
        return values
      }
      let inliers = try scores(validation)
      let outliers = try scores(validationOutliers)
      for index in grid.indices {
        guard
          let outcomes = try? ScoredOutcomes(inliers: inliers[index], outliers: outliers[index]),
          let area = try? AUROC().value(for: outcomes), area > method.validationAUROC ?? -1
        else { continue }
        method.validationAUROC = area
        method.parameters = grid[index]
        method.candidateCount = grid.count
      }
    }
    var values: [String: [Double]] = [:]
    for (member, images) in tests {
      progress = { report("ODIN on \(member.name): \($0) of \($1)") }
      values[member.source.file] = try odin(ODIN(method.parameters), over: images)
    }
    return ExternalDetection(method: method, uncertainties: values)
  }
}

extension DetectionMember {
  /// The images of the samples, in their order: found by name, of which either may lack folders at the front.
  ///
  /// - Parameters:
  ///   - folder: Where named data sets lie.
  ///   - imageRoot: The folder of an image list's images, where the member names none.
  /// - Returns: One image per sample.
  /// - Throws: `DatasetError`; `DetectionError.otherImages` for a sample without an image, or with two that fit.
  package func images(in folder: String, imageRoot: String?) throws -> any ImageDataset {
    let root = self.imageRoot.isEmpty ? imageRoot : self.imageRoot
    let datasets = try NamedDataset.open(path: images, imageRoot: root, in: folder)
    guard datasets.count == 1 else {
      throw DetectionError.otherImages(
        path: images, file: source.file, problem: "it is \(datasets.count) data sets")
    }
    let dataset = datasets[0].images
    guard let ids = source.set.sampleIDs else {
      guard dataset.count == source.sampleCount else {
        throw DetectionError.otherImages(
          path: images, file: source.file,
          problem: "it has \(dataset.count) images for \(source.sampleCount) samples")
      }
      return dataset
    }
    let finder = SampleFinder(try SampleIDs((0..<dataset.count).map { dataset.id(at: $0) }))
    let rows = try (0..<ids.count).map { row in
      switch finder.row(of: ids[row]) {
      case .row(let index): return index
      case .none:
        throw DetectionError.otherImages(
          path: images, file: source.file, problem: "it has no image ‘\(ids[row])’")
      case .several(let names):
        throw DetectionError.otherImages(
          path: images, file: source.file,
          problem: "the image of ‘\(ids[row])’ may be ‘\(names.0)’ or ‘\(names.1)’")
      }
    }
    return rows == Array(0..<dataset.count) ? dataset : SelectedImages(all: dataset, rows: rows)
  }
}

/// Some images of a data set.
private struct SelectedImages: ImageDataset {
  let all: any ImageDataset
  let rows: [Int]

  var path: String { all.path }
  var classNames: [String] { all.classNames }
  var count: Int { rows.count }
  func id(at index: Int) -> String { all.id(at: rows[index]) }
  func label(at index: Int) -> Int? { all.label(at: rows[index]) }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    try all.content(at: rows[index])
  }
}
