import CredenceTensor
import Foundation
import Testing

@Suite struct TensorTests {
  @Test func `keeps values and shape`() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.strides == [3, 1])
    #expect(tensor.count == 6)
    #expect(tensor.elementType == .float32)
    #expect(try tensor.values(as: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(tensor.description == "float32[2, 3] on cpu")
  }

  @Test(arguments: ElementType.allCases) func `every element type keeps small integers`(
    _ type: ElementType
  ) throws {
    let values: [Double] = type == .bool ? [0, 1, 1] : [0, 1, 100]
    let tensor = try Tensor(values, shape: [3]).to(type)
    #expect(tensor.elementType == type)
    #expect(try tensor.values(as: Double.self) == values)
    #expect(try tensor.bytes().count == 3 * type.size)
  }

  @Test func `values are read in the order of the shape, whatever the memory's`() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed()
    #expect(tensor.strides == [1, 3])
    #expect(try tensor.values(as: Float.self) == [1, 4, 2, 5, 3, 6])
    let images = try Tensor.range(to: 24).reshaped([1, 2, 3, 4])
    #expect(
      try images.contiguous(.channelsLast).values(as: Float.self) == images.values(as: Float.self))
  }

  @Test func `bytes that do not match the shape are refused`() throws {
    #expect(throws: EngineError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
  }

  @Test func `wrapped memory is used without a copy and kept as long as a view lives`() throws {
    final class Owner {
      let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4)
      let released: () -> Void
      init(_ released: @escaping () -> Void) {
        self.released = released
        memory.initialize(repeating: 2, count: 4)
      }
      deinit {
        memory.deallocate()
        released()
      }
    }
    var isReleased = false
    var view: Tensor?
    do {
      let owner = Owner { isReleased = true }
      let tensor = try Tensor(
        wrapping: owner.memory, shape: [2, 2], elementType: .float32, owner: owner)
      owner.memory[3] = 9
      view = try tensor.slice(0, from: 1)
    }
    #expect(!isReleased)
    #expect(try view?.values(as: Float.self) == [2, 9])
    view = nil
    #expect(isReleased)
  }

  @Test func `a single number is an item, several are not`() throws {
    #expect(try Tensor(2.5).item() == 2.5)
    #expect(throws: EngineError.self) { try Tensor.ones([2]).item() }
  }

  @Test func `arithmetic broadcasts`() throws {
    let a = try Tensor([1, 2] as [Float], shape: [2, 1])
    let b = try Tensor([10, 20, 30] as [Float], shape: [3])
    #expect(try (a + b).values(as: Float.self) == [11, 21, 31, 12, 22, 32])
    #expect(try (1 - a).values(as: Float.self) == [0, -1])
    #expect(try (2 / a).values(as: Float.self) == [2, 1])
    #expect(try (-a * 3 + 1).values(as: Float.self) == [-2, -5])
  }

  @Test func `operators with lists of tensors and several results`() throws {
    let a = try Tensor.range(to: 6).reshaped([2, 3])
    let parts = try a.split([1, 2], along: 1)
    #expect(parts.map(\.shape) == [[2, 1], [2, 2]])
    #expect(try Tensor.concatenated(parts, along: 1).values(as: Float.self) == a.values())
    #expect(try a.unbound(0).count == 2)
    let (values, indices) = try a.top(2)
    #expect(try values.values(as: Float.self) == [2, 1, 5, 4])
    #expect(try indices.values(as: Int64.self) == [2, 1, 2, 1])
  }

  @Test func `tokens are repeated for a batch of any size`() throws {
    let tokens = try Tensor.range(to: 4).reshaped([1, 2, 2])
    let batch = try Tensor.zeros([3, 5, 2])
    let repeated = try tokens.repeated(forBatchOf: batch)
    #expect(repeated.shape == [3, 2, 2])
    #expect(try repeated.selecting(2, of: 0).values(as: Float.self) == [0, 1, 2, 3])
  }
}
