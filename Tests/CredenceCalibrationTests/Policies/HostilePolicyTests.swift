import CredenceCalibration
import CredencePredictions
import Foundation
import Testing

/// Policy files that were damaged or forged never crash.
@Suite struct HostilePolicyTests {
  @Test(arguments: PolicyKind.all.map(\.id)) func `damaged bytes are refused or harmless`(
    id: String
  ) throws {
    let json = try Policy.fit(
      .named(id), on: PolicyTests.fitSet(samples: 60, classes: 3), settings: PolicyTests.settings
    ).json()
    let set = try PolicyTests.fitSet(seed: 3, samples: 5, classes: 3)
    var random = RandomSource(seed: 11)
    for _ in 0..<300 {
      var damaged = json
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[damaged.startIndex + place] =
          Bool.random(using: &random)
          ? UInt8.random(in: .min ... .max, using: &random)
          : [UInt8]("0123456789-e.,[]{}\"".utf8).randomElement(using: &random) ?? 0
      }
      guard let policy = try? Policy(json: damaged) else { continue }
      _ = try? policy.apply(to: set, checksModel: false)
    }
  }

  /// The file of a fitted policy with other values at some keys.
  private func forged(_ id: String, _ values: [String: Any], parameters: [String: Any] = [:]) throws
    -> Data
  {
    let policy = try Policy.fit(
      .named(id), on: PolicyTests.fitSet(), settings: PolicyTests.settings)
    let object = try JSONSerialization.jsonObject(with: policy.json())
    var members = try #require(object as? [String: Any])
    members.merge(values) { $1 }
    var inner = try #require(members["parameters"] as? [String: Any])
    inner.merge(parameters) { $1 }
    members["parameters"] = inner
    return try JSONSerialization.data(withJSONObject: members)
  }

  @Test(arguments: ["vector", "matrix", "dirichlet"])
  func `parameters of no class are refused`(id: String) throws {
    let empty: [String: Any] =
      id == "vector"
      ? ["weight": [Double](), "bias": [Double]()]
      : ["map": ["weight": "", "bias": [Double]()] as [String: Any]]
    let json = try forged(id, ["classCount": 0, "input": "top-label"], parameters: empty)
    #expect(
      throws: CalibrationError.malformedPolicy(
        key: "classCount", reason: "is missing or too small")
    ) { try Policy(json: json) }
  }

  @Test func `class-conditional quantiles of no class are refused`() throws {
    let json = try forged(
      "conformal", ["classCount": 0],
      parameters: ["isClassConditional": true, "quantiles": [Double]()])
    #expect(
      throws: CalibrationError.malformedPolicy(
        key: "classCount", reason: "is missing or too small")
    ) { try Policy(json: json) }
  }

  @Test(arguments: [-1, Int.max]) func `an impossible number of classes is refused`(count: Int)
    throws
  {
    let json = try forged("matrix", ["classCount": count])
    #expect(
      throws: CalibrationError.malformedPolicy(key: "classCount", reason: "is out of range")
    ) { try Policy(json: json) }
  }

  @Test func `a matrix that is no base64 is refused`() throws {
    let json = try forged(
      "matrix", [:], parameters: ["map": ["weight": "?", "bias": [1.0]] as [String: Any]])
    #expect(
      throws: CalibrationError.malformedPolicy(
        key: "parameters.map.weight", reason: "has a value that is not allowed")
    ) { try Policy(json: json) }
  }

  @Test func `an unknown key inside a list is named`() throws {
    let policy = try Policy.fit(.named("bbq"), on: PolicyTests.fitSet())
    let object = try JSONSerialization.jsonObject(with: policy.json())
    var members = try #require(object as? [String: Any])
    var parameters = try #require(members["parameters"] as? [String: Any])
    var binnings = try #require(parameters["members"] as? [[String: Any]])
    binnings[0]["color"] = 1
    parameters["members"] = binnings
    members["parameters"] = parameters
    let json = try JSONSerialization.data(withJSONObject: members)
    #expect(throws: CalibrationError.unknownKey("parameters.members.0.color")) {
      try Policy(json: json)
    }
  }
}
