import CredenceData
import CredenceErrorAnalysis
import CredenceEvaluation
import CredenceFiles
import CredenceHub
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import FileSupport
import Foundation
import Testing

/// A LeNet for the 1000 classes of ImageNet and a few gray images of three of them.
private final class TinyTree {
  let folder: TemporaryFolder
  let weights: URL
  /// In the order of their class numbers: 0, 1 and 999.
  static let wordNetIDs = ["n01440764", "n01443537", "n15075141"]

  init(wordNetIDs: [String] = TinyTree.wordNetIDs) throws {
    folder = try TemporaryFolder()
    weights = folder.url.appending(path: "lenet.safetensors")
    try Self.writeWeights(seed: 3, to: weights)
    for (index, id) in wordNetIDs.enumerated() {
      for image in 0..<3 + index { try add(image, of: id) }
    }
  }

  static func writeWeights(seed: UInt64, to file: URL) throws {
    let descriptor = try TinyRun.descriptor()
    var settings = descriptor.settings
    settings.classCount = 1000
    let store = ParameterStore(.random(try Generator(seed: seed)))
    _ = try descriptor.make(store.root, settings)
    try TinyRun.write(store, to: file)
  }

  func add(_ image: Int, of id: String) throws {
    let classFolder = images.appending(path: "val/\(id)")
    try FileManager.default.createDirectory(at: classFolder, withIntermediateDirectories: true)
    let seed = id.utf8.reduce(image * 37) { $0 &* 31 &+ Int($1) }
    let pixels = (0..<28 * 28 * 3).map { UInt8(truncatingIfNeeded: ($0 / 3 &* 29 &+ seed) % 251) }
    try ImageEncoder.png(PixelImage(width: 28, height: 28, pixels: pixels))
      .write(to: classFolder.appending(path: "\(image).png"))
  }

  var images: URL { folder.url.appending(path: "images") }
  var artefacts: URL { folder.url.appending(path: "artefacts") }

  func dataset(_ name: String = "imagenet") throws -> CollectionDataset {
    try CollectionDataset(
      name: name, folder: name == "imagenet" ? images.path : images.path + "/val", environment: [:])
  }

  func items(_ ids: [String] = ["lab/lenet"]) throws -> [CollectionItem] {
    try ids.map { id in
      var item = try CollectionItem.items(
        modules: [],
        models: ["lenet=\(weights.path)+img-size=28+mean=0.5+std=0.25+crop-mode=none"])[0]
      item.rename(id)
      return item
    }
  }

  func collect(
    _ items: [CollectionItem]? = nil, _ dataset: CollectionDataset? = nil,
    _ change: (inout ErrorCollection) -> Void = { _ in }
  ) throws -> (collected: [CollectedModel], failureCount: Int) {
    var settings = CollectionSettings()
    settings.loading.batchSize = 4
    settings.loading.workerCount = 1
    var hub = try HubSettings()
    hub.isOffline = true
    var collection = ErrorCollection(ModelResolver(hub: HubClient(hub)), settings)
    change(&collection)
    return try collection.run(items ?? self.items(), over: dataset ?? self.dataset(), to: artefacts)
  }

  func url(_ path: String) -> URL { artefacts.appending(path: path) }
  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }
}

@Suite struct ErrorCollectionTests {
  @Test func `leaves the published files, keys and types`() throws {
    let tree = try TinyTree()
    let (collected, failureCount) = try tree.collect()
    #expect(collected.count == 1 && failureCount == 0)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: tree.url("imagenet/lab--lenet").path)
    #expect(names.sorted() == ["collection.json", "metadata.json", "preds.npz"])
    let archive = try NPZ(contentsOf: tree.url("imagenet/lab--lenet/preds.npz"))
    #expect(archive.names == ["top1", "top5", "probs"])
    let (top1, top5) = (
      try #require(try archive.array("top1")), try #require(try archive.array("top5"))
    )
    let probs = try #require(try archive.array("probs"))
    #expect(top1.shape == [12] && top1.element == .int64)
    #expect(top5.shape == [12, 5] && top5.element == .int64)
    #expect(probs.shape == [12, 1000] && probs.element == .float32)
    let (ranked, values) = (try #require(top5.integers()), try #require(probs.doubles()))
    for row in 0..<12 {
      let order = (0..<1000).sorted { values[1000 * row + $0] > values[1000 * row + $1] }
      #expect(Array(ranked[5 * row..<5 * row + 5]) == Array(order.prefix(5)))
      #expect(top1.integers()?[row] == order[0])
      #expect(abs(values[1000 * row..<1000 * row + 1000].reduce(0, +) - 1) < 1e-5)
    }
    let samples = try SampleList(contentsOf: tree.url("imagenet/samples_info.npz"))
    #expect(samples.files.first == "n01440764/0.png" && samples.files.last == "n15075141/4.png")
    #expect(samples.targets == [0, 0, 0, 1, 1, 1, 1, 999, 999, 999, 999, 999])
    let text = try String(
      contentsOf: tree.url("imagenet/lab--lenet/metadata.json"), encoding: .utf8)
    let keys = text.split(separator: "\"").map(String.init).filter {
      (ModelRecord.staticKeys + ["top1_val_acc", "top1_val_acc_subset_3", "preds_comp_time"])
        .contains($0)
    }
    #expect(
      keys == ModelRecord.staticKeys
        + ["top1_val_acc", "top1_val_acc_subset_3", "preds_comp_time"])
    let record = try ModelRecord(folder: tree.url("imagenet/lab--lenet"))
    let descriptor = try TinyRun.descriptor()
    var settings = descriptor.settings
    settings.classCount = 1000
    let store = ParameterStore(.random(try Generator(seed: 3)))
    _ = try descriptor.make(store.root, settings)
    #expect(record.parameterCount == store.learnedCount)
    #expect(record.modelID == "lab/lenet" && record.batchSize == 4)
    let subset = (0..<12).count { row in
      let best = [0, 1, 999].max { values[1000 * row + $0] < values[1000 * row + $1] }
      return best == Int(samples.targets[row])
    }
    #expect(record.accuracies.map(\.percent)[1] == 100 * Double(subset) / 12)
    #expect(
      try ModelPredictions(
        contentsOf: tree.url("imagenet/lab--lenet"), samples: samples
      ).top1.count == 12)
  }

  @Test func `compressed and plain archives hold the same`() throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    _ = try tree.collect(tree.items(["plain"])) { $0.settings.isCompressed = false }
    let compressed = tree.url("imagenet/lab--lenet/preds.npz")
    let plain = tree.url("imagenet/plain/preds.npz")
    for name in ["top1", "top5", "probs"] {
      #expect(
        try NPZ(contentsOf: compressed).array(name)?.doubles()
          == NPZ(contentsOf: plain).array(name)?.doubles())
    }
    #expect(try Data(contentsOf: compressed).count < Data(contentsOf: plain).count)
  }

  @Test(arguments: [ProbabilityStorage.float16, .none])
  func `probabilities take less or no space`(storage: ProbabilityStorage) throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    _ = try tree.collect(tree.items(["small"])) { $0.settings.probabilities = storage }
    let exact = try #require(
      try NPZ(contentsOf: tree.url("imagenet/lab--lenet/preds.npz")).array("probs")?.doubles())
    let archive = try NPZ(contentsOf: tree.url("imagenet/small/preds.npz"))
    guard storage != .none else {
      #expect(archive.names == ["top1", "top5"])
      return
    }
    let half = try #require(try archive.array("probs"))
    #expect(half.element == .float16)
    let values = try #require(half.doubles())
    // Eleven bits, and steps of 2⁻²⁴ at the lower end.
    #expect(zip(values, exact).allSatisfy { abs($0 - $1) <= max($1 / 2048, 3e-8) })
  }

  @Test func `collecting again renews what is known of the model alone`() throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    let metadata = tree.url("imagenet/lab--lenet/metadata.json")
    var text = try String(contentsOf: metadata, encoding: .utf8)
    text.removeLast()
    try Data((text + ", \"note\": \"kept\"}").utf8).write(to: metadata)
    let before = try ModelRecord(folder: metadata.deletingLastPathComponent())
    let predictions = try Data(contentsOf: tree.url("imagenet/lab--lenet/preds.npz"))
    var items = try tree.items()
    items[0].record.trainingData = "ImageNet-1k (1.2M)"
    let (collected, _) = try tree.collect(items) { $0.settings.loading.batchSize = 2 }
    #expect(collected[0].isReused)
    let after = try ModelRecord(folder: metadata.deletingLastPathComponent())
    #expect(after.trainingData == "ImageNet-1k (1.2M)")
    #expect(after.seconds == before.seconds && after.accuracies == before.accuracies)
    #expect(after.batchSize == 4 && after.parameterCount == before.parameterCount)
    #expect(try String(contentsOf: metadata, encoding: .utf8).contains("\"note\": \"kept\""))
    #expect(try Data(contentsOf: tree.url("imagenet/lab--lenet/preds.npz")) == predictions)
  }

  @Test func `other weights under a name are refused, and replaced when told so`() throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    try TinyTree.writeWeights(seed: 4, to: tree.weights)
    var errors: [any Error] = []
    let (collected, failureCount) = try tree.collect {
      $0.reporter.failure = { errors.append($1) }
    }
    #expect(collected.isEmpty && failureCount == 1)
    guard case .otherWeights(_, ["the weights"]) = errors.first as? CollectionError else {
      Issue.record("\(errors)")
      return
    }
    #expect(try tree.collect { $0.settings.overwrites = true }.failureCount == 0)
  }

  @Test func `other images than the tree's are refused before anything runs`() throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    try tree.add(9, of: TinyTree.wordNetIDs[1])
    let error = #expect(throws: ArtifactError.self) { _ = try tree.collect(tree.items(["b"])) }
    #expect(error?.errorDescription?.contains("row 7") == true)
    #expect(!tree.exists("imagenet/b"))
  }

  @Test func `an interrupted run goes on and counts all of its time`() throws {
    let tree = try TinyTree()
    let whole = try TinyTree()
    _ = try whole.collect()
    // An image that can't be read ends the run after two batches.
    let last = tree.images.appending(path: "val/n15075141/2.png")
    let data = try Data(contentsOf: last)
    let date = try FileManager.default.attributesOfItem(atPath: last.path)[.modificationDate]
    try Data(repeating: 0, count: data.count).write(to: last)
    try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: last.path)
    #expect(try tree.collect().failureCount == 1)
    #expect(!tree.exists("imagenet/lab--lenet/preds.npz"))
    #expect(!tree.exists("imagenet/samples_info.npz"))
    try Data("100.5".utf8).write(to: tree.url("imagenet/lab--lenet/.collection/seconds"))
    let handle = try FileHandle(forWritingTo: last)
    try handle.write(contentsOf: data)
    try handle.close()
    try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: last.path)
    let (collected, failureCount) = try tree.collect()
    #expect(failureCount == 0)
    #expect(collected[0].resumedCount == 8)
    #expect(try #require(collected[0].seconds) > 100.5)
    #expect(
      try Data(contentsOf: tree.url("imagenet/lab--lenet/preds.npz"))
        == Data(contentsOf: whole.url("imagenet/lab--lenet/preds.npz")))
    #expect(!tree.exists("imagenet/lab--lenet/.collection"))
  }

  @Test func `a failing model is named and the others go on`() throws {
    let tree = try TinyTree()
    var items = try tree.items(["a", "c"])
    let broken = try tree.folder.file("broken.safetensors", "no weights")
    items.insert(
      try CollectionItem.items(modules: [], models: ["lenet=\(broken.path)"])[0], at: 1)
    items += try CollectionItem.items(
      modules: [], models: ["timm/cait_m36_384.fb_dist_in1k", "torchvision/squeezenet1_0"])
    var failures: [String] = []
    let (collected, failureCount) = try tree.collect(items) {
      $0.reporter.failure = { failures.append("\($0): \($1.localizedDescription)") }
    }
    #expect(collected.map(\.modelID) == ["a", "c"])
    #expect(failureCount == 3)
    #expect(failures.count == 3)
    #expect(failures[0].hasPrefix("broken: "))
    #expect(failures[1].contains("no network ‘cait’") && failures[1].contains("timm/cait_m36"))
    #expect(failures[2].contains("torchvision/squeezenet1_0"))
  }

  @Test func `predictions of another program need no network`() throws {
    let tree = try TinyTree()
    _ = try tree.collect()
    let folder = tree.url("imagenet/timm--cait_m36_384.fb_dist_in1k")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try NPZWriter.write(
      [OutgoingArray("top1", [Int64](repeating: 1, count: 12), element: .int64)],
      to: folder.appending(path: "preds.npz"))
    let items = try CollectionItem.items(modules: [], models: ["timm/cait_m36_384.fb_dist_in1k"])
    let (collected, failureCount) = try tree.collect(items)
    #expect(failureCount == 0)
    #expect(collected[0].isReused)
    // Per cent and back.
    #expect(abs(try #require(collected[0].accuracy) - 4.0 / 12) < 1e-12)
    let record = try ModelRecord(folder: folder)
    #expect(record.architecture == "cait" && record.extraAnnotations == ["Distillation"])
  }

  @Test func `the times of all models add up`() throws {
    let tree = try TinyTree()
    for (name, seconds) in [("a", "86400.5"), ("b", "3661")] {
      try FileManager.default.createDirectory(
        at: tree.url("imagenet/\(name)"), withIntermediateDirectories: true)
      try Data("{\"preds_comp_time\": \(seconds)}".utf8)
        .write(to: tree.url("imagenet/\(name)/metadata.json"))
    }
    try FileManager.default.createDirectory(
      at: tree.url("imagenet/c"), withIntermediateDirectories: true)
    let time = try ComputationTime(of: tree.url("imagenet"))
    #expect(time.seconds == 90_061.5)
    #expect(time.clock == "1 day, 1:01:01.500000")
    #expect(time.unknown == ["c"])
    #expect(throws: (any Error).self) { _ = try ComputationTime(of: tree.url("nothing")) }
  }
}

@Suite struct CollectionDatasetTests {
  private func error(_ body: () throws -> Void) -> CollectionError? {
    do {
      try body()
      return nil
    } catch { return error as? CollectionError }
  }

  @Test func `folders come from the environment`() throws {
    let tree = try TinyTree()
    let root = tree.images.path
    _ = try CollectionDataset(name: "imagenet", folder: nil, environment: ["IMAGENET_DIR": root])
    _ = try CollectionDataset(
      name: "imagenet-a", folder: nil, environment: ["IMAGENET_A_DIR": root + "/val"])
    #expect(
      error { _ = try CollectionDataset(name: "imagenet", folder: nil, environment: [:]) }
        == .noImages(dataset: "imagenet", variable: "IMAGENET_DIR"))
    #expect(
      error { _ = try CollectionDataset(name: "mine", folder: nil, environment: [:]) }
        == .noImages(dataset: "mine", variable: nil))
  }

  @Test func `a folder that is no class is named`() throws {
    let tree = try TinyTree(wordNetIDs: ["n01440764", "n01443537", "n99999999"])
    let path = tree.images.path + "/val"
    #expect(
      error { _ = try CollectionDataset(name: "mine", folder: path, environment: [:]) }
        == .unknownFolder(name: "n99999999", path: path))
  }

  @Test func `folders in another order than their numbers are refused`() throws {
    let tree = try TinyTree(wordNetIDs: ["cat", "dog"])
    let map = try tree.folder.file("map.json", #"{"cat": 1, "dog": 0}"#)
    #expect(
      throws: ArtifactError.folderOrder(folder: "dog", target: 0, previous: 1)
    ) {
      _ = try CollectionDataset(
        name: "pets", folder: tree.images.path + "/val", classMap: map.path, environment: [:])
    }
  }

  @Test func `a network for other classes is refused`() throws {
    let tree = try TinyTree(wordNetIDs: ["cat", "dog"])
    var errors: [any Error] = []
    _ = try tree.collect(nil, tree.dataset("pets")) { $0.reporter.failure = { errors.append($1) } }
    #expect(
      errors.first as? CollectionError
        == .classCount(model: "lab/lenet", found: 1000, expected: 2, dataset: "pets"))
  }
}

@Suite struct CollectionItemTests {
  @Test func `modules become their models in order, each once`() throws {
    let items = try CollectionItem.items(modules: ["bit", "beit"], models: [])
    #expect(items.count == 18)
    #expect(items[0].record.modelID.contains("_bit."))
    #expect(try CollectionItem.items(modules: ["all"], models: []).count == 962)
    #expect(
      try CollectionItem.items(
        modules: ["torchvision_misc"], models: ["torchvision/squeezenet1_0=w.safetensors"]
      ).count == 37)
  }

  @Test func `unknown names bring a hint and the list`() {
    let module = #expect(throws: CollectionError.self) {
      _ = try CollectionItem.items(modules: ["resnt"], models: [])
    }
    #expect(module?.failureReason?.contains("‘resnet’") == true)
    #expect(module?.failureReason?.contains("torchvision_misc") == true)
    #expect(throws: CollectionError.allNotAlone) {
      _ = try CollectionItem.items(modules: ["all", "vit"], models: [])
    }
    let model = #expect(throws: CollectionError.self) {
      _ = try CollectionItem.items(modules: [], models: ["torchvision/resnet51"])
    }
    #expect(model?.failureReason?.contains("torchvision/resnet50") == true)
    #expect(throws: CollectionError.duplicateModel(id: "timm/resnet50.a1_in1k")) {
      _ = try CollectionItem.items(
        modules: [], models: ["resnet50.a1_in1k", "timm/resnet50.a1_in1k"])
    }
    #expect(throws: (any Error).self) {
      _ = try CollectionItem.items(modules: [], models: ["resnetfifty"])
    }
  }

  @Test func `descriptions come from a file`() throws {
    let folder = try TemporaryFolder()
    let items = try CollectionItem.items(modules: [], models: ["resnet50=a.pth", "vgg16=b.pth"])
    #expect(items.map(\.record.architecture) == ["resnet", "vgg"])
    #expect(items.map(\.record.architectureFamily) == ["cnn", "cnn"])
    let file = try folder.file(
      "m.json", #"{"a": {"training_data": "mine", "model_id": "lab/a"}, "b": {"arch": "VGG"}}"#)
    let described = try CollectionItem.described(items, by: file)
    #expect(described.map(\.record.modelID) == ["lab/a", "b"])
    #expect(described[0].record.folder == "lab--a")
    #expect(described[0].record.trainingData == "mine")
    #expect(described[1].record.architecture == "VGG")
    let single = try folder.file(
      "s.json", #"{"arch": "odd", "extra_annotations": ["Distillation"]}"#)
    #expect(
      try CollectionItem.described([items[0]], by: single)[0].record.extraAnnotations
        == ["Distillation"])
    #expect(throws: CollectionError.self) { _ = try CollectionItem.described(items, by: single) }
    for text in ["{", "[]", #"{"arch": "x", "top1_val_acc": 3}"#, #"{"c": {"arch": "x"}}"#] {
      let bad = try folder.file("bad.json", text)
      #expect(throws: (any Error).self) { _ = try CollectionItem.described([items[0]], by: bad) }
    }
  }
}
