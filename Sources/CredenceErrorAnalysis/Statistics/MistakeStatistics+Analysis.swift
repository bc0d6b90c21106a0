import Foundation

extension MistakeStatistics {
  /// Counts the mistakes of analyzed models.
  ///
  /// Tables of ImageNet-A also say how accurate the models are on ImageNet: from the metadata and the analysis below the same
  /// artefacts, where these are there.
  ///
  /// - Parameters:
  ///   - tables: One table per model.
  ///   - knowledge: What the tables were made from.
  ///   - inputs: Where ImageNet's own analysis is looked for.
  /// - Throws: `MistakeStatisticsError` naming the model and the image.
  public init(
    of tables: [ErrorTable], knowledge: ErrorKnowledge, inputs: ErrorAnalysisInputs
  ) throws {
    var imageNet: [String: MistakeCounter.ImageNetAccuracy]?
    var warnings: [String] = []
    if knowledge.samples.dataset != AnnotatedSamples.imageNet {
      var found: [String: MistakeCounter.ImageNetAccuracy] = [:]
      if inputs.hasImageNetClasses {
        (found, warnings) = Self.imageNet(of: tables, inputs)
      }
      imageNet = found
    }
    self = try MistakeCounter(knowledge).statistics(
      of: tables, imageNet: imageNet, marks: knowledge.marks)
    self.warnings += warnings
  }

  /// What is known of the models' accuracies on ImageNet, and why some of it is not.
  private static func imageNet(
    of tables: [ErrorTable], _ inputs: ErrorAnalysisInputs
  ) -> (accuracies: [String: MistakeCounter.ImageNetAccuracy], warnings: [String]) {
    var inputs = inputs
    inputs.dataset = AnnotatedSamples.imageNet
    // Numbers that have been decided need no features.
    for path in [\ErrorAnalysisInputs.neighbors, \.imageFeatures, \.textFeatures] {
      inputs[keyPath: path] = .usual
    }
    inputs = inputs.followingAnalysis()
    let folder = ErrorTableFolder(inputs)
    var accuracies: [String: MistakeCounter.ImageNetAccuracy] = [:]
    for table in tables {
      let record = try? folder.record(of: table.model.folder)
      accuracies[table.model.folder] = MistakeCounter.ImageNetAccuracy(
        top1: record?.top1Percent, mla: record?.multiLabelPercent)
    }
    do {
      let knowledge = try ErrorKnowledge(opening: inputs, for: .statistics)
      let own = try folder.tables(knowledge).tables
      accuracies.merge(try MistakeCounter(knowledge).imageNetAccuracies(of: own)) { $1 }
      return (accuracies, [])
    } catch {
      return (accuracies, ["ImageNet's own analysis can't be used: \(error.localizedDescription)"])
    }
  }

  /// The published tables by their paths, `stats-imagenet/non_problematic_stats_all.csv` and so on.
  public var csvFiles: [String: String] {
    Dictionary(
      uniqueKeysWithValues: groups.map { group in
        let folder = MistakeStatisticsCSV.folderName(dataset: dataset)
        let file = MistakeStatisticsCSV.fileName(group: group.name, marks: marks)
        return ("\(folder)/\(file)", csv(group: group.name))
      })
  }

  /// A group's published table; empty for a group that is not there.
  public func csv(group name: String) -> String {
    self[group: name].map { group in
      MistakeStatisticsCSV.text(
        group, hasImageNetM: dataset == AnnotatedSamples.imageNet, marks: marks)
    } ?? ""
  }
}

extension ErrorAnalysisInputs {
  /// The same inputs without what the last analysis left out, so that its tables can be counted without saying so again.
  ///
  /// Inputs that the user named stay; where nothing has been analyzed nothing changes.
  public func followingAnalysis() -> Self {
    guard let options = try? ErrorTableFolder(self).manifest().options else { return self }
    var inputs = self
    if options["oov"] == "skipped", neighbors == .usual, imageFeatures == .usual,
      textFeatures == .usual
    {
      inputs.usesOutOfVocabulary = false
    }
    if options["non-prototypical"] == "skipped", mistakes == .usual { inputs.mistakes = .none }
    if options["co-occurrences"] == "skipped", pairs == .usual, real == .usual {
      inputs.pairs = .none
      inputs.real = .none
    }
    return inputs
  }
}
