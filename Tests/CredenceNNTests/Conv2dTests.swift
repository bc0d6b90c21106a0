import CredenceNN
import CredenceTensor
import Testing

@Suite struct Conv2dTests {
  /// One channel by the definition: the kernel's first entry lies `before` pixels outside the image.
  private func reference(
    _ image: [Double], _ side: Int, _ kernel: [Double], _ size: Int, stride: Int, dilation: Int,
    before: Int, outputs: Int
  ) -> [Double] {
    var values: [Double] = []
    for y in 0..<outputs {
      for x in 0..<outputs {
        var sum = 0.0
        for row in 0..<size {
          for column in 0..<size {
            let (i, j) = (
              y * stride + row * dilation - before, x * stride + column * dilation - before
            )
            guard (0..<side).contains(i), (0..<side).contains(j) else { continue }
            sum += kernel[row * size + column] * image[i * side + j]
          }
        }
        values.append(sum)
      }
    }
    return values
  }

  @Test(arguments: [1, 2, 3, 5, 7], [1, 2, 3])
  func `SAME padding gives side over stride outputs and the odd pixel at the end`(
    size: Int, stride: Int
  ) throws {
    for side in 5...12 {
      for dilation in [1, 2] {
        let store = ParameterStore(.awaitingWeights)
        let convolution = try Conv2d(
          store.root, from: 1, to: 1, kernel: size, stride: stride, padding: .same,
          dilation: dilation, hasBias: false)
        let kernel = (0..<size * size).map { Double($0 * 7 % 5) - 1.5 }
        let image = (0..<side * side).map { Double($0 * 13 % 11) - 4 }
        try convolution.weight.replace(with: Tensor(kernel, shape: [1, 1, size, size]))
        let output = try convolution(
          Tensor(image, shape: [1, 1, side, side]), .evaluation)
        let outputs = (side + stride - 1) / stride
        #expect(output.shape == [1, 1, outputs, outputs])
        let total = max(0, (outputs - 1) * stride + (size - 1) * dilation + 1 - side)
        let values: [Double] = try output.values()
        #expect(
          values
            == reference(
              image, side, kernel, size, stride: stride, dilation: dilation, before: total / 2,
              outputs: outputs))
      }
    }
  }

  @Test(arguments: [1, 3, 5, 7], [1, 2])
  func `symmetric padding keeps the side at stride 1 and halves it at stride 2`(
    size: Int, stride: Int
  ) throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let convolution = try Conv2d(
      store.root, from: 2, to: 3, kernel: size, stride: stride, padding: .symmetric)
    let output = try convolution(.zeros([1, 2, 12, 8]), .evaluation)
    #expect(output.shape == [1, 3, 12 / stride, 8 / stride])
  }
}
