import CredencePredictions

/// What the rest of the system needs to know of a kind of policy.
public struct PolicyKind: Identifiable, Sendable {
  /// The command-line name, such as `temperature`.
  public let id: String
  public let title: String
  /// What it is for, in one line.
  public let purpose: String
  /// The paper.
  public let source: String
  /// Whether the decisions, and so the accuracy over all samples, stay as they are.
  public let keepsDecisions: Bool
  /// The settings it reads, under the names of its files.
  public let settings: @Sendable (PolicySettings) -> [String: SettingValue]

  let fit:
    @Sendable (PredictionSet, PolicySettings) throws -> (
      parameters: any FittedPolicy, fitSize: Int, guarantee: Guarantee
    )
  let decode: @Sendable (any Decoder) throws -> any FittedPolicy
  let dependsOnKind: Bool

  init<Parameters: FittedPolicy>(
    id: String, title: String, purpose: String, source: String, keepsDecisions: Bool,
    settings: @escaping @Sendable (PolicySettings) -> [String: SettingValue] = { _ in [:] },
    fit: @escaping @Sendable (PredictionSet, PolicySettings) throws -> PolicyFit<Parameters>
  ) {
    self.id = id
    self.title = title
    self.purpose = purpose
    self.source = source
    self.keepsDecisions = keepsDecisions
    self.settings = settings
    self.fit = { set, settings in
      let result = try fit(set, settings)
      return (result.parameters, result.fitSize, result.guarantee)
    }
    decode = { try Parameters(from: $0) }
    dependsOnKind = Parameters.dependsOnKind
  }

  /// The kind of a name.
  ///
  /// - Throws: `CalibrationError.unknownKind` with the known names.
  public static func named(_ id: String) throws(CalibrationError) -> Self {
    guard let kind = all.first(where: { $0.id == id }) else {
      throw .unknownKind(name: id, known: all.map(\.id))
    }
    return kind
  }
}
