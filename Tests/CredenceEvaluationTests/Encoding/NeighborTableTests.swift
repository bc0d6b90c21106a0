import CredenceErrorAnalysis
import CredenceEvaluation
import CredenceFiles
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct NeighborTableTests {
  private let errors = GoldenSet("errors")
  private let embeddings = GoldenSet("clip").url("train_clip_embeddings.npz")

  private func integers(_ archive: NPZ, _ name: String) throws -> [Int] {
    try #require(try archive.array(name)?.integers())
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `neighbors are the published ones, up to swaps of equals`(_ dataset: String) throws {
    let training = try TrainingEmbeddings(contentsOf: embeddings)
    let features = try StoredFeatures(
      contentsOf: errors.url("clip/image_features.npz"), dataset: dataset)
    let samples = try SampleList(
      contentsOf: errors.url("artefacts/\(dataset)/samples_info.npz"), classCount: 1000)
    let table = try NeighborTable(
      files: samples.files, features: features, training: training)
    let golden = try NPZ(contentsOf: errors.url("artefacts/\(dataset)/valid_clip_knn.npz"))
    let places = try integers(golden, "topk_train_indices")
    let targets = try integers(golden, "topk_train_targets")
    #expect(table.columnCount == 50 && table.rowCount == samples.count)
    #expect(places.count == table.indices.count)
    let rows = try training.unitRows(0..<training.count)
    let unit = features.normalized()
    let positions = Dictionary(uniqueKeysWithValues: zip(features.names, 0...))
    var swaps = 0
    for row in 0..<table.rowCount {
      let query = try #require(positions[samples.files[row]]) * features.dimension
      func similarity(_ place: Int) -> Double {
        (0..<features.dimension).reduce(0) {
          $0 + Double(unit[query + $1]) * Double(rows[place * features.dimension + $1])
        }
      }
      for column in 0..<50 {
        let index = row * 50 + column
        let found = Int(table.indices[index])
        #expect(Int(table.targets[index]) == training.targets[found])
        if found == places[index] {
          #expect(Int(table.targets[index]) == targets[index])
        } else {
          swaps += 1
          #expect(abs(similarity(found) - similarity(places[index])) < 1e-6)
        }
      }
    }
    #expect(swaps < table.indices.count / 100)
  }

  @Test func `samples without features have no neighbors, and equals come in order`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "train.npz")
    let rows: [Float] = [1, 0, 0, 2, 3, 0, 0, 1]
    try TrainingEmbeddings.write(
      bytes(rows), width: 2, files: ["a/1", "a/22", "b/3", "b/4"], targets: [0, 0, 1, 1], to: file)
    let training = try TrainingEmbeddings(contentsOf: file)
    #expect(try training.unitRows(0..<4) == [1, 0, 0, 1, 1, 0, 0, 1])
    #expect(
      try NPZ(contentsOf: file).array("train_files")?.strings() == ["a/1", "a/22", "b/3", "b/4"])
    let features = try StoredFeatures(
      names: ["x"], dimension: 2, values: [5, 1], model: "m", source: "features")
    let table = try NeighborTable(
      files: ["w", "x"], features: features, training: training)
    #expect(table.indices == [-1, -1, -1, -1, 0, 2, 1, 3])
    #expect(table.targets == [-1, -1, -1, -1, 0, 1, 0, 1])
    let target = folder.url.appending(path: "knn.npz")
    try table.write(to: target)
    #expect(
      try NPZ(contentsOf: target).array("topk_train_indices")?.integers()
        == [-1, -1, -1, -1, 0, 2, 1, 3])
  }

  @Test func `embeddings that can't be used are refused`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "train.npz")
    #expect(throws: EncodingError.self) {
      try TrainingEmbeddings.write(
        bytes([Float](repeating: 0, count: 2)), width: 2, files: ["a"], targets: [0], to: file)
    }
    #expect(!FileManager.default.fileExists(atPath: file.path))
    func write(_ embeddings: OutgoingArray, _ targets: [Int64]) throws {
      try NPZWriter.write(
        [embeddings, OutgoingArray("targets", targets, element: .int64)], to: file)
    }
    func floats(_ values: [Float], _ shape: [Int]) -> OutgoingArray {
      OutgoingArray("embeddings", values.map(\.bitPattern), element: .float32, shape: shape)
    }
    let cases: [(OutgoingArray, [Int64])] = [
      (floats([1, 0], [2]), [0, 1]), (floats([1, 0], [1, 2]), [0, 1]),
      (OutgoingArray("embeddings", [Int64(1)], element: .int64, shape: [1, 1]), [0]),
    ]
    for (array, targets) in cases {
      try write(array, targets)
      #expect(throws: EncodingError.self) { try TrainingEmbeddings(contentsOf: file) }
    }
    try write(floats([.nan, 0], [1, 2]), [0])
    #expect(throws: EncodingError.self) {
      try TrainingEmbeddings(contentsOf: file).unitRows(0..<1)
    }
    try write(floats([1, 0], [1, 2]), [0])
    let features = try StoredFeatures(
      names: ["x"], dimension: 3, values: [1, 2, 3], model: "", source: "f")
    #expect(throws: EncodingError.otherNetwork(file: "f", width: 2, expected: 3)) {
      try NeighborTable(
        files: ["x"], features: features, training: TrainingEmbeddings(contentsOf: file))
    }
  }
}
