import CredenceTensor
import Testing

@Suite struct TensorTests {
  @Test func `keeps values and shape`() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.values(as: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(try (tensor + tensor).values(as: Double.self) == [2, 4, 6, 8, 10, 12])
  }
}
