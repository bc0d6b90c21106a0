import CredenceCalibration
import CredencePredictions
import Foundation
import Testing

@Suite struct PolicyTests {
  static func fitSet(seed: UInt64 = 1, samples: Int = 400, classes: Int = 5) throws
    -> PredictionSet
  {
    var random = RandomSource(seed: seed)
    var set = try random.calibratedSet(samples: samples, classes: classes, temperature: 2)
    set.metadata.model = "tiny"
    return set
  }

  static var settings: PolicySettings {
    var settings = PolicySettings()
    settings.target = .accuracy(0.8)
    settings.maximumIterations = 30
    return settings
  }

  @Test func `ids are unique and every kind names its source`() {
    #expect(Set(PolicyKind.all.map(\.id)).count == PolicyKind.all.count)
    for kind in PolicyKind.all { #expect(!kind.source.isEmpty && !kind.purpose.isEmpty) }
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `survives its file and acts the same`(id: String) throws {
    let set = try Self.fitSet()
    let policy = try Policy.fit(.named(id), on: set, settings: Self.settings)
    #expect(policy.fitSize == 400 && policy.classCount == 5 && policy.input == .logits)
    let json = try policy.json()
    let loaded = try Policy(json: json)
    #expect(try loaded.json() == json)
    let before = try policy.apply(to: set)
    let after = try loaded.apply(to: set)
    #expect(before.summary == after.summary && !before.summary.isEmpty)
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `one sample gets what the whole set gets`(id: String) throws {
    let set = try Self.fitSet()
    guard case .logits(let matrix) = set.output else { return }
    let policy = try Policy.fit(.named(id), on: set, settings: Self.settings)
    let applied = try policy.apply(to: set)
    let top = try TopLabels(applied.set)
    for row in stride(from: 0, to: 400, by: 7) {
      let decision = try policy.decision(forLogits: matrix.row(row).map { Float($0) })
      #expect(decision.label == Int(top.labels[row]))
      #expect(decision.confidence == top.confidences[row])
      #expect(decision.isAccepted == applied.accepted?[row])
      #expect(decision.predictionSet == applied.predictionSets.map { $0[row].map(Int.init) })
    }
  }

  @Test(arguments: PolicyKind.all.filter(\.keepsDecisions).map(\.id))
  func `kinds that claim to keep decisions do`(id: String) throws {
    let set = try Self.fitSet()
    let applied = try Policy.fit(.named(id), on: set, settings: Self.settings).apply(to: set)
    #expect(try TopLabels(applied.set).labels == TopLabels(set).labels)
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `refuses predictions of another model or size`(id: String) throws {
    let policy = try Policy.fit(.named(id), on: Self.fitSet(), settings: Self.settings)
    var other = try Self.fitSet(seed: 2)
    other.metadata.model = "other"
    #expect(
      throws: CalibrationError.mismatch(
        what: "The model", expected: "‘tiny’", found: "‘other’")
    ) { try policy.apply(to: other) }
    _ = try policy.apply(to: other, checksModel: false)
    #expect(
      throws: CalibrationError.mismatch(
        what: "The number of classes", expected: "5", found: "3")
    ) { try policy.decision(forLogits: [1, 2, 3]) }
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `refuses a logit that is not a number`(id: String) throws {
    let policy = try Policy.fit(.named(id), on: Self.fitSet(), settings: Self.settings)
    #expect(throws: PredictionError.notFinite(role: "logits", row: 0, column: 1)) {
      try policy.decision(forLogits: [1, .nan, 3, 4, 5])
    }
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `needs labels`(id: String) throws {
    var set = try Self.fitSet()
    set.labels = nil
    #expect {
      try Policy.fit(.named(id), on: set, settings: Self.settings)
    } throws: { error in
      if case CalibrationError.unavailable = error { true } else { false }
    }
  }

  @Test func `a guaranteed threshold after a temperature keeps the samples apart`() throws {
    var settings = PolicySettings()
    settings.target = .risk(0.3, delta: 0.1, procedure: .sgr)
    settings.fitsTemperature = true
    let policy = try Policy.fit(.named("threshold"), on: Self.fitSet(), settings: settings)
    #expect(policy.fitSize == 320)
    let applied = try policy.apply(to: Self.fitSet(seed: 8))
    #expect(applied.summary["selective_risk", default: 1] < 0.35)
    #expect(applied.set.uncertainties["threshold.rejected"]?.contains(1) == true)
  }

  @Test func `a threshold works on stored decisions`() throws {
    let set = try PredictionSet(
      .decisions(Decisions(predictions: [0, 1, 1, 0], confidences: [0.9, 0.8, 0.6, 0.5])),
      labels: [0, 1, 0, 1])
    var settings = PolicySettings()
    settings.target = .accuracy(1)
    let policy = try Policy.fit(.named("threshold"), on: set, settings: settings)
    #expect(policy.input == .topLabel)
    #expect(try policy.decision(forLabel: 3, confidence: 0.8).isAccepted == true)
    #expect(try policy.decision(forLabel: 3, confidence: 0.79).isAccepted == false)
  }

  @Test func `scores of another kind do not mix with probabilities`() throws {
    let set = try PredictionSet(
      .scores(Matrix(rows: [[5, 1], [3, 2], [1, 9]])), labels: [0, 0, 1])
    let policy = try Policy.fit(.named("threshold"), on: set)
    #expect(
      throws: CalibrationError.mismatch(
        what: "The kind of the predictions", expected: "scores", found: "logits")
    ) { try policy.decision(forLogits: [1, 2]) }
  }

  @Test func `a randomized policy takes the uniform number it is given`() throws {
    var settings = PolicySettings()
    settings.conformal = ConformalMethod(.aps, isRandomized: true)
    let policy = try Policy.fit(.named("conformal"), on: Self.fitSet(), settings: settings)
    let logits: [Float] = [4, 3, 2, 1, 0]
    let strict = try #require(policy.decision(forLogits: logits, uniform: 0).predictionSet)
    let lenient = try #require(policy.decision(forLogits: logits, uniform: 0.999).predictionSet)
    #expect(strict.count < lenient.count)
  }
}

@Suite struct PolicyFileTests {
  /// The JSON of a fitted threshold with one edit.
  static func edited(_ edit: (inout [String: Any]) -> Void) throws -> Data {
    let policy = try Policy.fit(
      .named("threshold"), on: PolicyTests.fitSet(), settings: PolicyTests.settings)
    let object = try JSONSerialization.jsonObject(with: policy.json())
    var members = try #require(object as? [String: Any])
    edit(&members)
    return try JSONSerialization.data(withJSONObject: members)
  }

  @Test func `names an unknown key`() throws {
    let json = try Self.edited { $0["treshold"] = 1 }
    #expect(throws: CalibrationError.unknownKey("treshold")) { try Policy(json: json) }
    let nested = try Self.edited { members in
      var parameters = members["parameters"] as? [String: Any]
      parameters?["level"] = 3
      members["parameters"] = parameters
    }
    #expect(throws: CalibrationError.unknownKey("parameters.level")) { try Policy(json: nested) }
  }

  @Test func `names a missing key`() throws {
    let json = try Self.edited { $0["fitSize"] = nil }
    #expect(
      throws: CalibrationError.malformedPolicy(key: "fitSize", reason: "is missing")
    ) { try Policy(json: json) }
  }

  @Test func `refuses another schema and an unknown kind`() throws {
    let schema = try Self.edited { $0["schema"] = "credence.policy/2" }
    #expect(
      throws: CalibrationError.unsupportedSchema(
        found: "credence.policy/2", expected: "credence.policy/1")
    ) { try Policy(json: schema) }
    let kind = try Self.edited { $0["kind"] = "magic" }
    #expect(
      throws: CalibrationError.unknownKind(name: "magic", known: PolicyKind.all.map(\.id))
    ) { try Policy(json: kind) }
  }

  @Test func `refuses a parameter out of range`() throws {
    let json = try Self.edited { $0["parameters"] = ["threshold": 0.5, "temperature": -1] }
    #expect(
      throws: CalibrationError.malformedPolicy(
        key: "parameters.temperature", reason: "is not a finite number above 0")
    ) { try Policy(json: json) }
  }

  @Test func `refuses text that is no JSON`() {
    #expect(
      throws: CalibrationError.malformedPolicy(key: "", reason: "it is not valid JSON")
    ) { try Policy(json: Data("hello".utf8)) }
  }

  @Test func `an infinite quantile survives`() throws {
    var settings = PolicySettings()
    settings.alpha = 1e-6
    let policy = try Policy.fit(
      .named("conformal"), on: PolicyTests.fitSet(), settings: settings)
    let loaded = try Policy(json: policy.json())
    #expect(try loaded.decision(forLogits: [9, 1, 1, 1, 1]).predictionSet?.count == 5)
  }

  @Test func `the fingerprint follows the numbers, not the names`() throws {
    let set = try PolicyTests.fitSet()
    var renamed = set
    renamed.metadata.dataset = "elsewhere"
    #expect(
      try Fingerprint(set).inputSHA256 == Fingerprint(renamed).inputSHA256)
    #expect(
      try Fingerprint(set).inputSHA256
        != Fingerprint(PolicyTests.fitSet(seed: 2)).inputSHA256)
  }
}
