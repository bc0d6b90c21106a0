extension EfficientNet {
  /// How torchvision arranges its modules.
  enum TorchvisionLayout: Sendable {
    /// `features.STAGE.BLOCK.block.STEP`, as its EfficientNets have it.
    case staged
    /// `features.BLOCK.conv.STEP`, as MobileNetV2 has it; the last step's convolution and normalization have numbers of their own.
    case flat
    /// `features.BLOCK.block.STEP`, as MobileNetV3 has it, whose last stage is one plain convolution.
    case flatWithPlainEnd
  }
}

extension EfficientNet.Variant {
  /// torchvision's names of this network's parameters; names that it does not have stay as they are.
  func torchvisionNames(_ layout: EfficientNet.TorchvisionLayout) -> NameMapping {
    let stages = blocks.map { $0.map(\.steps) }
    let places = stages.enumerated().flatMap { stage, blocks in
      blocks.indices.map { (stage, $0) }
    }
    return NameMapping("torchvision") { name in
      let parts = name.split(separator: ".").map(String.init)
      guard parts.count >= 3, let leaf = parts.last else { return name }
      if parts[0] == "classifier" {
        guard let index = Int(parts[1]) else { return name }
        return index == 0 ? "conv_head.\(leaf)" : "classifier.\(leaf)"
      }
      guard parts[0] == "features", let number = Int(parts[1]) else { return name }
      if number == 0 { return parts[2] == "0" ? "conv_stem.\(leaf)" : "bn1.\(leaf)" }
      let end = layout == .staged ? stages.count : places.count
      if number == end + 1 { return parts[2] == "0" ? "conv_head.\(leaf)" : "bn2.\(leaf)" }
      guard number <= end else { return name }

      var rest = parts.dropFirst(2)
      var place = layout == .staged ? (number - 1, 0) : places[number - 1]
      if layout == .staged {
        guard let block = Int(parts[2]), stages[number - 1].indices.contains(block) else {
          return name
        }
        place.1 = block
        rest = rest.dropFirst()
      }
      let path = "blocks.\(place.0).\(place.1)"
      let steps = stages[place.0][place.1]
      let isPlainEnd = layout == .flatWithPlainEnd && number == end
      var index = 0
      if !isPlainEnd {
        rest = rest.dropFirst()
        guard let first = rest.first.flatMap({ Int($0) }) else { return name }
        index = first
        rest = rest.dropFirst()
      }
      if layout == .flat, index >= steps.count - 1 {
        guard case .convolution(let convolution, let norm) = steps[steps.count - 1] else {
          return name
        }
        return "\(path).\(index == steps.count - 1 ? convolution : norm).\(leaf)"
      }
      guard steps.indices.contains(index), let part = rest.first else { return name }
      return switch steps[index] {
      case .convolution(let convolution, let norm):
        "\(path).\(part == "0" ? convolution : norm).\(leaf)"
      case .attention:
        "\(path).se.\(part == "fc1" ? "conv_reduce" : "conv_expand").\(leaf)"
      }
    }
  }
}

extension MobileBlock.Configuration {
  /// A module of a block, named as here.
  fileprivate enum Step: Sendable {
    case convolution(String, norm: String)
    case attention
  }

  /// The modules in order.
  fileprivate var steps: [Step] {
    let attention: [Step] = attention > 0 ? [.attention] : []
    return switch kind {
    case .separable:
      [.convolution("conv_dw", norm: "bn1")] + attention
        + [.convolution("conv_pw", norm: "bn2")]
    case .inverted:
      [.convolution("conv_pw", norm: "bn1"), .convolution("conv_dw", norm: "bn2")] + attention
        + [.convolution("conv_pwl", norm: "bn3")]
    case .fused:
      [.convolution("conv_exp", norm: "bn1")] + attention
        + [.convolution("conv_pwl", norm: "bn2")]
    case .plain: [.convolution("conv", norm: "bn1")]
    }
  }
}
