import CredenceData
import CredenceEvaluation
import Testing

@Suite struct PreprocessingOverridesTests {
  @Test func `every key is understood`() throws {
    var overrides = PreprocessingOverrides()
    for (key, text) in [
      ("img-size", "256"), ("crop-pct", "1"), ("crop-mode", "squash"),
      ("interpolation", "bilinear"), ("mean", "0.5"), ("std", "0.25"),
    ] {
      #expect(PreprocessingOverrides.keys.contains(key))
      try overrides.set(key, text)
    }
    #expect(
      overrides.applied(to: Preprocessing())
        == Preprocessing(
          inputSize: [1, 256, 256], interpolation: .bilinear, cropFraction: 1, cropMode: .squash,
          mean: [0.5], std: [0.25]))
  }

  @Test func `nothing said changes nothing`() {
    let preprocessing = Preprocessing(inputSize: [3, 99, 98], interpolation: .box)
    #expect(PreprocessingOverrides().applied(to: preprocessing) == preprocessing)
  }

  @Test func `what is said of one model goes before what is said of all`() throws {
    var one = PreprocessingOverrides()
    var all = PreprocessingOverrides()
    try one.set("img-size", "64")
    try all.set("img-size", "32")
    try all.set("crop-pct", "0.5")
    let result = one.over(all)
    #expect(result.imageSize == [64, 64] && result.cropFraction == 0.5)
  }

  @Test(arguments: [
    ("img-size", ""), ("img-size", "0"), ("img-size", "1x2x3"), ("img-size", "-5"),
    ("img-size", "99999"), ("crop-pct", "0"), ("crop-pct", "nan"), ("crop-pct", "17"),
    ("crop-mode", "Center"), ("interpolation", "cubic"), ("mean", "1,2"), ("mean", "a,b,c"),
    ("std", "inf"), ("std", ""), ("gamma", "1"),
  ])
  func `values without meaning are refused`(_ key: String, _ text: String) {
    var overrides = PreprocessingOverrides()
    #expect(throws: EvaluationError.self) { try overrides.set(key, text) }
    #expect(overrides == PreprocessingOverrides())
  }
}
