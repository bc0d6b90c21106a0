import CredenceNN
import CredenceTensor
import Testing

@Suite struct LinearTests {
  @Test func `names its parameters by its place`() throws {
    let store = ParameterStore(.awaitingWeights)
    _ = try Linear(store.root / "head", from: 3, to: 2)
    #expect(store.parameters.map(\.name) == ["head.weight", "head.bias"])
    #expect(store.learnedCount == 8)
  }
}
