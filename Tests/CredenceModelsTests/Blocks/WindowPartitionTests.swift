import CredenceModels
import CredenceTensor
import Testing

@Suite struct WindowPartitionTests {
  @Test(arguments: [
    WindowPartition(size: [4, 6], window: [2, 3]),
    WindowPartition(size: [4, 6], window: [2, 3], isGrid: true),
    WindowPartition(size: [4, 4], window: [2, 2], shift: [1, 1]),
    WindowPartition(size: [5, 7], window: [3, 4], shift: [1, 2]),
    WindowPartition(size: [3, 3], window: [3, 3]),
  ])
  func `joins what it divided`(_ partition: WindowPartition) throws {
    let shape = [2, partition.size[0], partition.size[1], 3]
    let input = try Tensor.range(to: Double(shape.reduce(1, *))).reshaped(shape)
    let joined = try partition.joined(partition.divided(input))
    #expect(joined.shape == shape)
    #expect(try joined.values(as: Float.self) == input.values(as: Float.self))
  }

  @Test func `gathers neighbors into windows and spread entries into grids`() throws {
    let input = try Tensor.range(to: 16).reshaped([1, 4, 4, 1])
    let windows = try WindowPartition(size: [4, 4], window: [2, 2]).divided(input)
    #expect(try windows.values(as: Float.self).prefix(8) == [0, 1, 4, 5, 2, 3, 6, 7])
    let grids = try WindowPartition(size: [4, 4], window: [2, 2], isGrid: true).divided(input)
    #expect(try grids.values(as: Float.self).prefix(8) == [0, 2, 8, 10, 1, 3, 9, 11])
  }

  @Test func `keeps apart what a shift brought together`() {
    // Swin's own mask of a map of 4 × 4, windows of 2 × 2, shifted by one.
    let far: Float = -100
    let partition = WindowPartition(size: [4, 4], window: [2, 2], shift: [1, 1])
    let expected: [[Float]] = [
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, far, 0, far, far, 0, far, 0, 0, far, 0, far, far, 0, far, 0],
      [0, 0, far, far, 0, 0, far, far, far, far, 0, 0, far, far, 0, 0],
      [0, far, far, far, far, 0, far, far, far, far, 0, far, far, far, far, 0],
    ]
    #expect(partition.maskValues == expected.flatMap { $0 })
  }
}
