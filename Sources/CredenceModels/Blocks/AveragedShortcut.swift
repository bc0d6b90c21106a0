import CredenceNN
import CredenceTensor

/// A shortcut without parameters: windows are averaged, and channels of zeros are added behind.
///
/// Where the side of the maps is no multiple of the stride, the first pixel of each window is taken instead, as in the published code.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
struct AveragedShortcut: Layer {
  private let pool: AveragePool2d?
  private let addedChannels: Int

  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - stride: Rows and columns of a window.
  ///   - size: Rows and columns of the input.
  init(from inputs: Int, to outputs: Int, stride: Int, size: [Int]) {
    let fits = size.allSatisfy { $0 % stride == 0 }
    pool = stride == 1 ? nil : AveragePool2d(fits ? stride : 1, stride: stride)
    addedChannels = outputs - inputs
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let pooled = try pool?(input, phase) ?? input
    return addedChannels > 0 ? try pooled.padded([0, 0, 0, 0, 0, addedChannels]) : pooled
  }
}
