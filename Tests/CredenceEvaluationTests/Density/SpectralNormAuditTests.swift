import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import FileSupport
import Foundation
import Testing

@Suite struct SpectralNormAuditTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func checkpoint(_ spectralNorm: SpectralNorm) throws -> NetworkCheckpoint {
    var settings = try #require(ModelCatalog["lenet"]).settings
    settings.spectralNorm = spectralNorm
    let store = ParameterStore(.random(try Generator(seed: 3)))
    _ = try #require(ModelCatalog["lenet"]).make(store.root, settings)
    let url = folder.url.appending(path: "l.safetensors")
    try store.write(
      to: url,
      metadata: [
        NetworkDescription.metadataKey: NetworkDescription(model: "lenet", settings: settings)
          .json()
      ])
    return try ModelResolver.checkpoint(named: url.path)
  }

  @Test func `after enough iterations bounds hold, before they do not`() throws {
    let settled = try SpectralNormAudit(
      checkpoint(.on(.init(coefficient: 0.2, warmupIterations: 200))))
    #expect(settled.layers.map(\.measurement.layer) == ["conv1", "conv2", "fc1", "fc2"])
    #expect(settled.brokenCount == 0)
    for layer in settled.layers {
      #expect(abs(layer.measurement.normInUse - 0.2) < 2e-3)
      #expect(
        abs(layer.measurement.estimate - layer.measurement.norm) < 0.01 * layer.measurement.norm)
    }
    let fresh = try SpectralNormAudit(
      checkpoint(.on(.init(coefficient: 0.2, warmupIterations: 0))))
    #expect(fresh.brokenCount == 4)
    let generous = try SpectralNormAudit(
      checkpoint(.on(.init(coefficient: 0.2, warmupIterations: 0))), tolerance: 1e6)
    #expect(generous.brokenCount == 0)
  }

  @Test func `an inactive bound leaves the norm as it is`() throws {
    let audit = try SpectralNormAudit(checkpoint(.on(.init(coefficient: 1000))))
    #expect(audit.layers.allSatisfy { $0.holds })
    #expect(
      audit.layers.allSatisfy {
        abs($0.measurement.normInUse - $0.measurement.norm) < 2e-5 * $0.measurement.norm
      })
  }

  @Test func `a network without bounds has nothing to audit`() throws {
    let checkpoint = try self.checkpoint(.off)
    let error = #expect(throws: EvaluationError.self) { try SpectralNormAudit(checkpoint) }
    #expect(error?.errorDescription?.contains("has no ‘weight_orig’") == true)
  }

  @Test func `the audit survives JSON`() throws {
    let audit = try SpectralNormAudit(checkpoint(.on(.init())), iterations: 5)
    let data = try JSONEncoder().encode(audit)
    #expect(try JSONDecoder().decode(SpectralNormAudit.self, from: data) == audit)
  }
}
