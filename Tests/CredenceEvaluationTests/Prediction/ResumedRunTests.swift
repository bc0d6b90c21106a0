import CredenceData
import CredenceEvaluation
import CredencePredictions
import Foundation
import Testing

/// Runs that end early and go on later.
@Suite struct ResumedRunTests {
  /// Runs until an image can't be read; returns the folder of what is done.
  private func interrupt(
    _ run: TinyRun, at image: Int, _ settings: PredictionSettings = TinyRun.settings()
  ) throws -> URL {
    #expect(throws: DatasetError.self) {
      try run.predict(FormulaImages(damaged: [image]), settings)
    }
    return run.output().appending(path: "lenet__formula__val.safetensors.partial")
  }

  /// Finishes a run and compares it with one that was not interrupted.
  private func finish(_ run: TinyRun, resuming count: Int) throws {
    let whole = try run.predict(to: "whole")
    let resumed = try run.predict()
    #expect(resumed.resumedCount == count && resumed.sampleCount == 11)
    #expect(try Data(contentsOf: resumed.file) == Data(contentsOf: whole.file))
    let left = try FileManager.default.contentsOfDirectory(atPath: run.output().path)
    #expect(left == [resumed.file.lastPathComponent])
  }

  @Test(arguments: [0, 3, 4, 9])
  func `an interrupted run goes on where it stopped, to the same file`(_ image: Int) throws {
    let run = try TinyRun()
    _ = try interrupt(run, at: image)
    try finish(run, resuming: image / 4 * 4)
  }

  @Test func `images that are done are not read again`() throws {
    let run = try TinyRun()
    _ = try interrupt(run, at: 9)
    var images = FormulaImages()
    images.reading = { if $0 < 8 { Issue.record("image \($0) was read again") } }
    #expect(try run.predict(images).resumedCount == 8)
  }

  @Test func `a run can be interrupted more than once`() throws {
    let run = try TinyRun()
    _ = try interrupt(run, at: 5)
    _ = try interrupt(run, at: 10)
    try finish(run, resuming: 8)
  }

  /// What a killed run or a full disk leaves behind, as changes to the files' lengths in bytes, and the samples that remain.
  static let damages: [(logits: Int, embeddings: Int, rows: Int, left: Int)] = [
    // Half a batch of numbers whose rows were not noted.
    (100, 0, 0, 8), (160, 1000, 0, 8), (160, 4 * 84 * 4, 0, 8),
    // A row's number torn.
    (160, 4 * 84 * 4, 3, 8),
    // A batch whose rows are missing.
    (0, 0, -32, 4), (0, 0, -31, 4),
    // Numbers that the disk lost.
    (-160, 0, 0, 4), (0, -4 * 84 * 4, 0, 4), (-320, -1, 0, 0),
  ]

  @Test(arguments: 0..<9)
  func `what is left of an unfinished batch is cut off`(_ index: Int) throws {
    let damage = Self.damages[index]
    let run = try TinyRun()
    let folder = try interrupt(run, at: 9)
    for (name, change) in [
      ("predictions.float32", damage.logits), ("embeddings.float32", damage.embeddings),
      ("rows.int64", damage.rows),
    ] {
      let file = folder.appending(path: name)
      var data = try Data(contentsOf: file)
      if change < 0 { data.removeLast(-change) }
      data.append(contentsOf: repeatElement(0x5A, count: max(0, change)))
      try data.write(to: file)
    }
    try finish(run, resuming: damage.left)
  }

  @Test(arguments: [1, 2, 3])
  func `a batch of which a part is noted is continued`(_ lost: Int) throws {
    let run = try TinyRun()
    let folder = try interrupt(run, at: 9)
    let rows = folder.appending(path: "rows.int64")
    try Data(contentsOf: rows).dropLast(8 * lost).write(to: rows)
    let whole = try predictions(run.predict(to: "whole").file)
    let result = try run.predict()
    #expect(result.resumedCount == 8 - lost)
    let found = try predictions(result.file)
    #expect((0..<11).allSatisfy { found.sampleIDs?[$0] == whole.sampleIDs?[$0] })
    #expect(
      try agree(
        #require(found.scoreMatrix).allValues, #require(whole.scoreMatrix).allValues,
        within: 1e-6))
  }

  @Test(arguments: [[3, 8], [4, 5, 6, 7, 8], [0, 1, 2, 3]])
  func `images left out before and after an interruption are left out once`(_ damaged: [Int]) throws
  {
    let run = try TinyRun()
    let images = FormulaImages(damaged: Set(damaged))
    let settings = TinyRun.settings { $0.loading.unreadableImages = .skip }
    let whole = try run.predict(images, settings, to: "whole")
    // The progress is told after the first batch is noted; the copy is what a kill would leave then.
    let partial = run.output("first").appending(path: "lenet__formula__val.safetensors.partial")
    let folder = run.output().appending(path: partial.lastPathComponent)
    try FileManager.default.createDirectory(at: run.output(), withIntermediateDirectories: true)
    var predictor = Predictor(settings)
    predictor.progress = { _ in try? FileManager.default.copyItem(at: partial, to: folder) }
    _ = try predictor.run(
      run.prepared(), over: images, named: "formula", split: "val", to: run.output("first"))
    let result = try run.predict(images, settings)
    #expect(result.resumedCount > 0 && result.skippedCount == damaged.count)
    #expect(result.sampleCount == 11 - damaged.count)
    #expect(try Data(contentsOf: result.file) == Data(contentsOf: whole.file))
  }

  // MARK: - Other runs

  @Test func `what another run left is kept, or removed if the user says so`() throws {
    let run = try TinyRun()
    let folder = try interrupt(run, at: 9)
    let other = try TinyRun(seed: 8)
    func again(_ settings: PredictionSettings) throws -> PredictionResult {
      try Predictor(settings).run(
        other.prepared(), over: FormulaImages(), named: "formula", split: "val", to: run.output())
    }
    #expect(
      throws: PredictionRunError.otherRun(
        path: folder.relativePath, differences: ["the weights"])
    ) { try again(TinyRun.settings()) }
    #expect(FileManager.default.fileExists(atPath: folder.path))
    let result = try again(TinyRun.settings { $0.overwrites = true })
    #expect(result.resumedCount == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    #expect(
      try Data(contentsOf: result.file) == Data(contentsOf: other.predict().file))
  }

  @Test func `a folder of another format is refused`() throws {
    let run = try TinyRun()
    let folder = try interrupt(run, at: 9)
    try Data("{}".utf8).write(to: folder.appending(path: "run.json"))
    #expect(
      throws: PredictionRunError.otherRun(path: folder.relativePath, differences: ["its format"])
    ) { try run.predict() }
  }
}
