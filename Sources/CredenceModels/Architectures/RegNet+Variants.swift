extension ModelDescriptor {
  /// RegNet X and Y; those that end in `_tv` fit widths to groups as torchvision does.
  static let regNets: [ModelDescriptor] = regNetsX + regNetsY

  private static let regNetsX: [ModelDescriptor] = [
    regNet("regnetx_002", 24, 36.44, 2.49, depth: 13, group: 8),
    regNet("regnetx_004", 24, 24.48, 2.54, depth: 22, group: 16),
    regNet("regnetx_004_tv", 24, 24.48, 2.54, depth: 22, group: 16, fit: .mostlyKept),
    regNet("regnetx_006", 48, 36.97, 2.24, depth: 16, group: 24),
    regNet("regnetx_008", 56, 35.73, 2.28, depth: 16, group: 16),
    regNet("regnetx_016", 80, 34.01, 2.25, depth: 18, group: 24),
    regNet("regnetx_032", 88, 26.31, 2.25, depth: 25, group: 48),
    regNet("regnetx_040", 96, 38.65, 2.43, depth: 23, group: 40),
    regNet("regnetx_064", 184, 60.83, 2.07, depth: 17, group: 56),
    regNet("regnetx_080", 80, 49.56, 2.88, depth: 23, group: 120),
    regNet("regnetx_120", 168, 73.36, 2.37, depth: 19, group: 112),
    regNet("regnetx_160", 216, 55.59, 2.1, depth: 22, group: 128),
    regNet("regnetx_320", 320, 69.86, 2.0, depth: 23, group: 168),
  ]

  private static let regNetsY: [ModelDescriptor] = [
    regNet("regnety_002", 24, 36.44, 2.49, depth: 13, group: 8, attention: 0.25),
    regNet("regnety_004", 48, 27.89, 2.09, depth: 16, group: 8, attention: 0.25),
    regNet("regnety_006", 48, 32.54, 2.32, depth: 15, group: 16, attention: 0.25),
    regNet("regnety_008", 56, 38.84, 2.4, depth: 14, group: 16, attention: 0.25),
    regNet(
      "regnety_008_tv", 56, 38.84, 2.4, depth: 14, group: 16, attention: 0.25, fit: .mostlyKept),
    regNet("regnety_016", 48, 20.71, 2.65, depth: 27, group: 24, attention: 0.25),
    regNet("regnety_032", 80, 42.63, 2.66, depth: 21, group: 24, attention: 0.25),
    regNet("regnety_040", 96, 31.41, 2.24, depth: 22, group: 64, attention: 0.25),
    regNet("regnety_064", 112, 33.22, 2.27, depth: 25, group: 72, attention: 0.25),
    regNet("regnety_080", 192, 76.82, 2.19, depth: 17, group: 56, attention: 0.25),
    regNet(
      "regnety_080_tv", 192, 76.82, 2.19, depth: 17, group: 56, attention: 0.25, fit: .mostlyKept),
    regNet("regnety_120", 168, 73.36, 2.37, depth: 19, group: 112, attention: 0.25),
    regNet("regnety_160", 200, 106.23, 2.48, depth: 18, group: 112, attention: 0.25),
    regNet("regnety_320", 232, 115.89, 2.53, depth: 20, group: 232, attention: 0.25),
    regNet("regnety_640", 352, 147.48, 2.4, depth: 20, group: 328, attention: 0.25, size: 384),
    regNet("regnety_1280", 456, 160.83, 2.52, depth: 27, group: 264, attention: 0.25, size: 384),
    regNet("regnety_2560", 640, 230.83, 2.53, depth: 27, group: 373, attention: 0.25, size: 384),
  ]

  private static func regNet(
    _ id: String, _ initial: Int, _ slope: Double, _ multiplier: Double, depth: Int, group: Int,
    attention: Double = 0, fit: RegNetWidths.Fit = .nearest, size: Int = 224
  ) -> ModelDescriptor {
    let variant = RegNet.Variant(
      widths: RegNetWidths(
        initial: initial, slope: slope, multiplier: multiplier, depth: depth, groupWidth: group,
        fit: fit), attention: attention)
    return ModelDescriptor(
      id, family: "RegNet", settings: NetworkSettings(imageSize: [size, size]),
      aliases: NameMapping("torchvision", RegNet.name(forTorchvision:))
    ) { try RegNet($0, variant, $1) }
  }
}

extension RegNet {
  /// The name here of a parameter of torchvision's; any other name as it is.
  static func name(forTorchvision name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count >= 2, let leaf = parts.last else { return name }
    func member(_ index: String) -> String { index == "0" ? "conv" : "bn" }
    switch (parts[0], parts[1]) {
    case ("stem", "0"), ("stem", "1"): return "stem.\(member(parts[1])).\(leaf)"
    case ("fc", _): return "head.fc.\(leaf)"
    case ("trunk_output", _): break
    default: return name
    }
    // trunk_output.block1.block1-0.f.a.0.weight, or .proj.0.weight
    guard parts.count >= 6, let stage = Int(parts[1].dropFirst(5)),
      let block = parts[2].split(separator: "-").last.flatMap({ Int($0) })
    else { return name }
    let path = "s\(stage).b\(block + 1)"
    if parts[3] == "proj" { return "\(path).downsample.\(member(parts[4])).\(leaf)" }
    if parts[4] == "se" { return "\(path).se.\(parts[5]).\(leaf)" }
    guard let convolution = ["a": "conv1", "b": "conv2", "c": "conv3"][parts[4]] else {
      return name
    }
    return "\(path).\(convolution).\(member(parts[5])).\(leaf)"
  }
}
