import CredenceNN
import CredenceTensor
import Testing

@Suite struct ParameterStoreTests {
  /// One layer of each kind that has parameters.
  private func store(_ start: ParameterStore.Start) throws -> ParameterStore {
    let store = ParameterStore(start)
    let path = store.root / "net"
    _ = try Conv2d(path / "conv", from: 4, to: 6, kernel: 3, groups: 2)
    _ = try Conv2d(path / 0, from: 2, to: 3, kernel: (1, 3), hasBias: false)
    _ = try Linear(path / "fc", from: 5, to: 2)
    _ = try BatchNorm2d(path / "bn", 3)
    _ = try LayerNorm(path / "ln", 7)
    _ = try LayerNorm(path / "plain", 7, hasBias: false)
    _ = try LayerNorm2d(path / "ln2", 8)
    _ = try GroupNorm(path / "gn", groups: 2, 4)
    _ = try RMSNorm(path / "rms", 9)
    return store
  }

  @Test func `every layer names its parameters as PyTorch does`() throws {
    let store = try store(.awaitingWeights)
    #expect(
      store.parameters.map { "\($0.name) \($0.shape)" } == [
        "net.conv.weight [6, 2, 3, 3]", "net.conv.bias [6]", "net.0.weight [3, 2, 1, 3]",
        "net.fc.weight [2, 5]", "net.fc.bias [2]", "net.bn.weight [3]", "net.bn.bias [3]",
        "net.bn.running_mean [3]", "net.bn.running_var [3]", "net.ln.weight [7]",
        "net.ln.bias [7]", "net.plain.weight [7]", "net.ln2.weight [8]", "net.ln2.bias [8]",
        "net.gn.weight [4]", "net.gn.bias [4]", "net.rms.weight [9]",
      ])
    #expect(
      store.parameters.filter { $0.kind == .buffer }.map(\.name)
        == ["net.bn.running_mean", "net.bn.running_var"])
    #expect(store.pendingNames.count == store.parameters.count)
  }

  @Test func `one seed gives one start`() throws {
    func values(_ seed: UInt64) throws -> [[Float]] {
      try store(.random(Generator(seed: seed))).parameters.map { try $0.value.values() }
    }
    let first = try values(1)
    #expect(try values(1) == first)
    let other = try values(2)
    #expect(other[0] != first[0] && other[3] != first[3])
    #expect(first.joined().allSatisfy { $0.isFinite })
    #expect(try store(.random(Generator(seed: 1))).pendingNames.isEmpty)
  }

  @Test func `a value of another shape is refused and changes nothing`() throws {
    let store = try store(.random(Generator(seed: 1)))
    let bias = try #require(store["net.fc.bias"])
    let before: [Float] = try bias.value.values()
    #expect(
      throws: EngineError.wrongShape(what: "‘net.fc.bias’", expected: "[2]", found: [3])
    ) { try bias.replace(with: .zeros([3])) }
    #expect(try bias.value.values(as: Float.self) == before)
  }

  @Test func `a network without weights can't run`() throws {
    let store = ParameterStore(.awaitingWeights)
    let layer = try Linear(store.root, from: 2, to: 2)
    #expect(throws: EngineError.self) {
      try layer(.ones([1, 2]), .evaluation).values(as: Float.self)
    }
  }

  @Test func `moving casts fractions`() throws {
    let store = try store(.random(Generator(seed: 1)))
    try store.move(to: .cpu, .bfloat16)
    #expect(store.parameters.allSatisfy { $0.value.elementType == .bfloat16 })
  }
}
