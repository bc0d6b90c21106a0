import CredenceData
import CredenceEvaluation
import CredencePredictions
import Foundation
import Testing

@Suite struct ShardMergerTests {
  /// The files of all parts, in order.
  private func parts(
    _ run: TinyRun, _ count: Int, _ images: FormulaImages = FormulaImages(),
    to name: String = "parts"
  ) throws -> [URL] {
    try (0..<count).map { index in
      try run.predict(
        images,
        TinyRun.settings {
          $0.loading.shard = try Shard(index: index, count: count)
          $0.loading.unreadableImages = .skip
        }, to: name
      ).file
    }
  }

  @Test func `parts have names of their own`() throws {
    let files = try parts(TinyRun(), 3)
    #expect(
      files.map(\.lastPathComponent)
        == (0..<3).map { "lenet__formula__val.shard\($0)of3.safetensors" })
  }

  @Test(arguments: [[0, 1, 2], [2, 0, 1]])
  func `three parts in any order are the whole, bit for bit`(_ order: [Int]) throws {
    let run = try TinyRun()
    let whole = try run.predict().file
    let files = try parts(run, 3)
    let merged = run.output().appending(path: "merged.safetensors")
    try ShardMerger.merged(order.map { files[$0] }).write(to: merged, format: .safetensors)
    #expect(try Data(contentsOf: merged) == Data(contentsOf: whole))
  }

  @Test func `parts with images left out are the whole, too`() throws {
    let run = try TinyRun()
    let images = FormulaImages(damaged: [0, 3, 5])
    let whole = try run.predict(
      images, TinyRun.settings { $0.loading.unreadableImages = .skip })
    let set = try ShardMerger.merged(parts(run, 3, images))
    #expect(set.sampleCount == 8 && set.metadata.other["credence.skipped"] == "3")
    let merged = run.output().appending(path: "merged.safetensors")
    try set.write(to: merged, format: .safetensors)
    #expect(try Data(contentsOf: merged) == Data(contentsOf: whole.file))
  }

  @Test func `a part given twice is refused`() throws {
    let files = try parts(TinyRun(), 3)
    #expect(
      throws: PredictionRunError.unmergeable(
        file: files[1].relativePath, reason: "Its samples are in another file, too.")
    ) { try ShardMerger.merged([files[0], files[1], files[1], files[2]]) }
  }

  @Test(arguments: [
    ([0, 1], ["samples 8 to 10"]), ([1, 2], ["samples 0 to 3"]), ([0, 2], ["samples 4 to 7"]),
    ([1], ["samples 0 to 3", "samples 8 to 10"]),
  ])
  func `parts that are not there are named`(_ given: [Int], _ missing: [String]) throws {
    let files = try parts(TinyRun(), 3)
    #expect(throws: PredictionRunError.missingShards(names: missing)) {
      try ShardMerger.merged(given.map { files[$0] })
    }
  }

  @Test func `parts of other runs are refused and what differs is named`() throws {
    let run = try TinyRun()
    let files = try parts(run, 3)
    let other = try parts(TinyRun(seed: 8), 3, to: "other")
    #expect(
      throws: PredictionRunError.unmergeable(
        file: other[1].relativePath,
        reason: "It differs from ‘\(files[0].relativePath)’ in the weights.")
    ) { try ShardMerger.merged([files[0], other[1], files[2]]) }
    let fewer = try parts(run, 3, FormulaImages(count: 10), to: "fewer")
    #expect(
      throws: PredictionRunError.unmergeable(
        file: fewer[2].relativePath,
        reason: "It differs from ‘\(files[0].relativePath)’ in the samples.")
    ) { try ShardMerger.merged([files[0], files[1], fewer[2]]) }
  }

  @Test func `a file of another program is refused`() throws {
    let run = try TinyRun()
    let file = run.output("other.safetensors")
    try PredictionSet(.logits(Matrix([1, 2, 3, 4] as [Float], columnCount: 2)))
      .write(to: file, format: .safetensors)
    #expect(
      throws: PredictionRunError.unmergeable(
        file: file.relativePath, reason: "It was not made by ‘credence predict’.")
    ) { try ShardMerger.merged([file]) }
  }
}
