import CredenceTensor
import CredenceUncertainty
import Testing

@Suite struct LossTests {
  private static let logits: [Float] = [2, -1, 0.5, 0.1, 0.2, -3, 1.5, 1.4, 1.6, -2, 4, 0]

  private func value(_ loss: any Loss, labels: [Int64] = [0, 2, 1, 1]) throws -> Double {
    try loss(Tensor(Self.logits, shape: [4, 3]), Tensor(labels, shape: [4])).item()
  }

  @Test func `agrees with PyTorch`() throws {
    #expect(abs(try value(CrossEntropy()) - 1.3323514) < 1e-6)
    #expect(abs(try value(CrossEntropy(labelSmoothing: 0.1)) - 1.3981848) < 1e-6)
    #expect(abs(try value(FocalLoss(focusing: 2)) - 1.0760800) < 1e-6)
    #expect(abs(try value(FocalLoss(focusing: 0.5)) - 1.2361788) < 1e-6)
    #expect(abs(try value(LogitNorm()) - 7.3251786) < 1e-5)
    #expect(abs(try value(OutlierExposure(), labels: [0, 2, -1, -1]) - 3.1674051) < 1e-6)
  }

  @Test func `contains cross-entropy as a special case`() throws {
    let plain = try value(CrossEntropy())
    #expect(abs(try value(FocalLoss(focusing: 0)) - plain) < 1e-6)
    #expect(abs(try value(OutlierExposure()) - plain) < 1e-6)
  }

  /// Differences of the loss at float64 logits, against the gradient.
  @Test(arguments: LossDescriptor.all.map(\.id)) func `has the gradient of its values`(
    _ name: String
  ) throws {
    var settings = LossSettings()
    settings.name = name
    // The paper's temperature makes differences of the loss too coarse.
    settings.normTemperature = 1
    let loss = try settings.loss()
    let labels: [Int64] =
      try LossDescriptor.named(name).usesOutliers ? [0, -1, 2, -1] : [0, 2, 2, 1]
    let target = try Tensor(labels, shape: [4])
    let start = Self.logits.map(Double.init)
    func value(_ logits: [Double]) throws -> Double {
      try loss(Tensor(logits, shape: [4, 3]), target).item()
    }
    let leaf = try Tensor(start, shape: [4, 3]).requiringGradient()
    try loss(leaf, target).backward()
    let gradient: [Double] = try #require(try leaf.gradient()).values()
    for index in start.indices {
      var (above, below) = (start, start)
      above[index] += 1e-5
      below[index] -= 1e-5
      let slope = (try value(above) - value(below)) / 2e-5
      // The labels' mask is float32 or float64 as the logits; differences lose half of float64's digits.
      #expect(abs(slope - gradient[index]) < 1e-7, "\(name), \(index)")
    }
  }

  @Test(arguments: LossDescriptor.all.map(\.id))
  func `stays finite for logits of a thousand`(_ name: String) throws {
    var settings = LossSettings()
    settings.name = name
    let loss = try settings.loss()
    let leaf = try Tensor([1000, -1000, 0, -1000, 1000, 0] as [Float], shape: [2, 3])
      .requiringGradient()
    let total = try loss(leaf, Tensor([0, 0] as [Int64], shape: [2]))
    #expect(try total.item().isFinite)
    try total.backward()
    let gradient: [Float] = try #require(try leaf.gradient()).values()
    #expect(gradient.allSatisfy { $0.isFinite })
  }

  @Test(arguments: LossDescriptor.all) func `every loss names its source`(_ loss: LossDescriptor) {
    #expect(!loss.source.isEmpty && !loss.title.isEmpty)
    #expect(LossDescriptor.all.filter { $0.id == loss.id }.count == 1)
  }

  @Test func `refuses impossible settings by name`() {
    var settings = LossSettings()
    settings.name = "hinge"
    #expect(
      throws: UncertaintyError.badSetting(
        name: "The loss", value: "‘hinge’",
        allowed: "one of cross_entropy, focal, logit_norm, outlier_exposure")
    ) { try settings.loss() }
    settings = LossSettings()
    settings.labelSmoothing = 1
    #expect(throws: UncertaintyError.self) { try settings.loss() }
    settings = LossSettings()
    settings.name = "focal"
    settings.labelSmoothing = 0.1
    #expect(throws: UncertaintyError.self) { try settings.loss() }
  }
}
