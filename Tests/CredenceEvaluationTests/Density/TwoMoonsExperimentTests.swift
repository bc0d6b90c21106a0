import CredenceEvaluation
import Testing

@Suite struct TwoMoonsExperimentTests {
  @Test func `the density is greatest at the samples and least far from them`() throws {
    var settings = TwoMoonsExperiment.Settings()
    settings.sampleCount = 400
    settings.gridSize = 20
    settings.epochs = 20
    settings.ensembleEpochs = 2
    settings.ensembleSize = 2
    let moons = try TwoMoonsExperiment(settings)
    #expect(moons.points.count == 400 && moons.labels.count { $0 == 1 } == 200)
    #expect(moons.maps.map(\.values.count) == [400, 400, 400])
    let density = moons.maps[2].values
    #expect(density.max() == 1)
    // The corners of the square.
    for corner in [0, 19, 380, 399] { #expect(density[corner] < 0.2) }
    let again = try TwoMoonsExperiment(settings)
    #expect(again.maps[0].values == moons.maps[0].values)
  }
}
