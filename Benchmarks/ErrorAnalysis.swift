import Credence
import CredenceFiles
import Foundation

extension BenchmarkCase {
  /// The mistakes of 962 models, each time anew, from process start to the tables on disk.
  static let errorAnalysis = Self(
    id: "errors-962",
    title:
      "kinds of mistakes of 962 models on 20,000 images, time per model, beside the published work in Python with features given",
    target: 500
  ) { folder in
    let data = try SyntheticErrors(in: folder, modelCount: 962)
    return Contest(
      credence: { try data.run() },
      reference: { try ChildProcess.python("errors.py", [folder.path, "2"], timesItself: true) })
  }
}

/// An artefacts tree with the real classes and WordNet, and everything else drawn: labels, neighbors, features, predictions.
///
/// Predictions of a sample come from a short list of classes, some of the target's kind and some from anywhere, so that models share
/// mistakes as real ones do.
private struct SyntheticErrors {
  private let folder: URL
  private let modelCount: Int

  private static let sampleCount = 20_000
  private static let dimension = 768

  init(in folder: URL, modelCount: Int) throws {
    self.folder = folder
    self.modelCount = modelCount
    let artefacts = folder.appendingPathComponent("artefacts")
    let dataset = artefacts.appendingPathComponent("imagenet")
    let manager = FileManager.default
    for name in ["imagenet", "wordnet", "imagenet-mistakes/metadata"] {
      try manager.createDirectory(
        at: artefacts.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    // The nouns that ImageNet needs.
    let nouns = artefacts.appendingPathComponent("wordnet/data.noun.gz")
    try manager.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tests/FileSupport/Fixtures/wordnet/data.noun.gz"), to: nouns)
    let classes = try ClassList.imageNet()
    try Data(classes.ids.joined(separator: "\n").utf8).write(
      to: folder.appendingPathComponent("classes.txt"))
    let definitions = try SuperclassDefinitions.proposed()
    try Data(
      definitions.definitions.map { definition in
        let encoded = try JSONEncoder().encode([definition.name: definition.alternatives])
        return String(decoding: encoded, as: UTF8.self) + "\n"
      }.joined().utf8
    ).write(to: artefacts.appendingPathComponent("superclasses.json"))
    let hierarchy = try WordNet.nouns(contentsOf: nouns)
    let superclasses = try Superclasses(
      definitions, classes: classes,
      ancestorNames: classes.concepts.map { try hierarchy.ancestorNames(of: $0 ?? 0) })

    var generator = SplitMix64(seed: 7)
    func anyClass() -> Int32 { Int32.random(in: 0..<1000, using: &generator) }
    let targets = (0..<Self.sampleCount).map { Int32($0 / (Self.sampleCount / 1000)) }
    let files = targets.enumerated().map { row, target in
      let digits = "\(row + 1)"
      return "\(classes.ids[Int(target)])/ILSVRC2012_val_"
        + String(repeating: "0", count: 8 - digits.count) + digits + ".JPEG"
    }
    var pairs: Set<ClassPair> = []
    while pairs.count < 1019 {
      let pair = ClassPair(anyClass(), anyClass())
      if !superclasses.sharesSuperclass(pair.first, pair.second) { pairs.insert(pair) }
    }
    try Data(
      ("[" + pairs.sorted().map { "[\($0.first),\($0.second)]" }.joined(separator: ",") + "]").utf8
    )
    .write(to: dataset.appendingPathComponent("cooccurrence_pairs.json"))
    var partners: [Int32: [Int32]] = [:]
    for pair in pairs.sorted() {
      partners[pair.first, default: []].append(pair.second)
      partners[pair.second, default: []].append(pair.first)
    }

    // What models take each sample for, other than the target: of its kind, what occurs with it, and anything.
    let confusions = targets.map { target in
      (0..<8).map { position -> Int32 in
        let alike = superclasses.classesSharing(with: target)
        if position < 4, alike.count > 1 { return alike.randomElement(using: &generator) ?? 0 }
        if position == 4, let other = partners[target]?.randomElement(using: &generator) {
          return other
        }
        return anyClass()
      }
    }
    var csv = "id,proposed_labels,unclear_multi_labels,is_problematic\n"
    for row in files.indices {
      let name = files[row].split(separator: "/")[1]
      let isProblematic = Int.random(in: 0..<15, using: &generator) == 0
      var labels = isProblematic ? [] : [targets[row]]
      if Int.random(in: 0..<5, using: &generator) == 0, confusions[row][5] != targets[row] {
        labels.append(confusions[row][5])
      }
      csv +=
        "\(name),\"\(labels.map { "\($0)" }.joined(separator: ", "))\",,\(isProblematic ? "True" : "False")\n"
    }
    try Data(csv.utf8).write(to: artefacts.appendingPathComponent("multilabel.csv"))
    let untypical = (0..<36).map { number in
      let name = files[number * 500].split(separator: "/")[1]
      return
        "\"\(name)\":{\"top_prediction\":1,\"failure category\":\"Non-prototypical\",\"failure severity\":\"Minor\"}"
    }
    for name in ["greedy_soups", "vit3b"] {
      try Data("{\(untypical.joined(separator: ","))}".utf8).write(
        to: artefacts.appendingPathComponent("imagenet-mistakes/metadata/\(name)_mistakes.json"))
    }

    let neighbors = confusions.enumerated().flatMap { row, others in
      (0..<10).map { position in
        Int64(position < 6 ? targets[row] : others[Int.random(in: 0..<8, using: &generator)])
      }
    }
    try NPZWriter.write(
      [
        OutgoingArray(
          "topk_train_targets", neighbors, element: .int64, shape: [Self.sampleCount, 10]),
        OutgoingArray(
          "topk_train_indices", neighbors, element: .int64, shape: [Self.sampleCount, 10]),
      ], to: dataset.appendingPathComponent("valid_clip_knn.npz"))
    try NPZWriter.write(
      [
        Self.texts("sample_files", files),
        OutgoingArray("targets", targets.map { Int64($0) }, element: .int64),
      ], to: dataset.appendingPathComponent("samples_info.npz"))
    let vocabulary = try ProposalVocabulary(
      classes: classes, hierarchy: hierarchy, superclasses: superclasses)
    try Self.features(files, seed: 1).write(
      to: dataset.appendingPathComponent("clip_image_features.safetensors"))
    try Self.features(vocabulary.prompts, seed: 2).write(
      to: artefacts.appendingPathComponent("clip_text_features.safetensors"))

    for model in 0..<modelCount {
      let accuracy = 0.65 + 0.25 * Double(model) / Double(modelCount)
      let top1 = targets.indices.map { row -> Int64 in
        let draw = Double.random(in: 0..<1, using: &generator)
        if draw < accuracy { return Int64(targets[row]) }
        // Now and then a mistake that no other model makes.
        if draw > 0.985 { return Int64(anyClass()) }
        return Int64(confusions[row][Int.random(in: 0..<8, using: &generator)])
      }
      let number = "\(model)"
      let place = dataset.appendingPathComponent(
        "model--" + String(repeating: "0", count: 4 - number.count) + number)
      try manager.createDirectory(at: place, withIntermediateDirectories: true)
      try NPZWriter.write(
        [OutgoingArray("top1", top1, element: .int64)],
        to: place.appendingPathComponent("preds.npz"))
    }
  }

  /// Analyzes all models in a process of its own.
  func run() throws -> Measurement {
    let dataset = folder.appendingPathComponent("artefacts/imagenet")
    for name in try FileManager.default.contentsOfDirectory(atPath: dataset.path) {
      let table = dataset.appendingPathComponent(name).appendingPathComponent(ErrorTable.fileName)
      if FileManager.default.fileExists(atPath: table.path) {
        try FileManager.default.removeItem(at: table)
      }
    }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("credence")
    let artefacts = folder.appendingPathComponent("artefacts").path
    let (output, run) = try ChildProcess(
      program: program,
      arguments: [
        "errors", "analyze", "--json", "--artefacts", artefacts, "--wordnet",
        "\(artefacts)/wordnet",
      ]
    ).run()
    let summary = try JSONDecoder().decode(AnalysisSummary.self, from: output)
    var measurement = run
    measurement.seconds = run.seconds / Double(modelCount)
    measurement.values["all_models_seconds"] = run.seconds
    measurement.values["decisions"] = Double(summary.decisions)
    return measurement
  }

  private static func texts(_ name: String, _ values: [String]) -> OutgoingArray {
    let width = values.map(\.unicodeScalars.count).max() ?? 1
    return OutgoingArray(name, shape: [values.count], element: .text(width)) { body in
      for value in values {
        var scalars = value.unicodeScalars.map(\.value.littleEndian)
        scalars += Array(repeating: 0, count: width - scalars.count)
        try body(scalars.withUnsafeBytes { Data($0) })
      }
    }
  }

  private static func features(_ names: [String], seed: UInt64) throws -> StoredFeatures {
    var generator = SplitMix64(seed: seed)
    return try StoredFeatures(
      names: names, dimension: dimension,
      values: (0..<names.count * dimension).map { _ in Float.random(in: -1...1, using: &generator)
      },
      model: "synthetic", source: "synthetic features")
  }
}
