import CredenceFiles
import CredenceTraining
import FileSupport
import Foundation
import Testing

@Suite struct TrainingFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func files(_ name: String = "lenet_1") -> TrainingFiles {
    TrainingFiles(prefix: folder.url.path + "/", name: name)
  }

  private func taken(_ former: String, canResume: Bool) -> TrainingError {
    .nameTaken(
      name: "lenet_1", folder: folder.url.relativePath, former: former, canResume: canResume)
  }

  @Test func `an empty folder, other names and logs alone are no obstacle`() throws {
    _ = try folder.file("lenet_2.state", "")
    _ = try folder.file("lenet_1_sn_3.0_1_350.safetensors", "")
    _ = try folder.file("lenet_11_350.safetensors", "")
    _ = try folder.file("lenet_1_log.csv", "")
    try files().check()
  }

  @Test(arguments: ["lenet_1_350.safetensors", "lenet_1_25.model", "lenet_1_best.safetensors"])
  func `checkpoints without a state are kept, and can't be continued`(_ name: String) throws {
    _ = try folder.file(name, "")
    var files = files()
    #expect(throws: taken("1 checkpoint", canResume: false)) { try files.check() }
    files.former = .continued
    #expect(throws: taken("1 checkpoint", canResume: false)) { try files.check() }
    files.former = .removed
    try files.check()
  }

  @Test func `a training that is there is told with its progress`() throws {
    let trainer = try Blobs().trainer()
    trainer.identity = ["dataset": "mnist"]
    trainer.options.saving = StateSaving(files().state)
    var epochs = 0
    trainer.options.isInterrupted = { epochs == 2 }
    _ = try trainer.run { event in if case .epoch = event { epochs += 1 } }
    #expect(throws: taken("on mnist, 2 of 3 epochs done", canResume: true)) {
      try files().check()
    }
    let next = try Blobs().trainer()
    next.identity = ["dataset": "mnist"]
    next.options.saving = StateSaving(files().state)
    try next.resume(from: files().state)
    _ = try next.run()
    let error = taken("on mnist, complete after 3 epochs", canResume: true)
    #expect(throws: error) { try files().check() }
    #expect(error.recoverySuggestion?.contains("--resume") == true)
    var continued = files()
    continued.former = .continued
    try continued.check()
  }

  @Test func `a damaged state does not count as nothing`() throws {
    _ = try folder.file("lenet_1.state", "nonsense")
    #expect(throws: taken("0 checkpoints", canResume: true)) { try files().check() }
  }
}
