import CredenceModels
import CredenceTensor
import Testing

@Suite struct FlatteningTests {
  private func adapted(_ shape: [Int], to wanted: [Int]) throws -> [Int]? {
    let descriptor = try #require(ModelCatalog["vgg16"])
    let adapt = try #require(descriptor.adapt)
    return try adapt("weight", .zeros(shape), wanted, descriptor.settings)?.shape
  }

  @Test func `fits dense weights to convolutions, and vectors with empty dimensions`() throws {
    #expect(try adapted([4, 18], to: [4, 2, 3, 3]) == [4, 2, 3, 3])
    #expect(try adapted([4, 6, 1, 1], to: [4, 6]) == [4, 6])
    #expect(try adapted([5, 1, 1], to: [5]) == [5])
  }

  @Test func `leaves other shapes alone`() throws {
    #expect(try adapted([18, 4], to: [4, 2, 3, 3]) == nil)
    #expect(try adapted([4, 17], to: [4, 2, 3, 3]) == nil)
    #expect(try adapted([4, 3, 3, 2], to: [4, 2, 3, 3]) == nil)
    #expect(try adapted([], to: [4]) == nil)
  }
}
