/// How the learning rate changes in the course of training.
///
/// The factor depends on the time alone, so that training can go on from any step.
public protocol Schedule: Sendable {
  /// What the learning rate is multiplied by.
  func factor(at time: TrainingTime) -> Double
}

/// How far training is.
public struct TrainingTime: Hashable, Sendable {
  /// Steps made so far.
  public let step: Int
  public let stepsPerEpoch: Int
  public let epochCount: Int

  public init(step: Int, stepsPerEpoch: Int, epochCount: Int) {
    self.step = step
    self.stepsPerEpoch = max(1, stepsPerEpoch)
    self.epochCount = epochCount
  }

  /// Epochs that are complete.
  public var completedEpochs: Int { step / stepsPerEpoch }

  /// Epochs so far, with fractions.
  public var epoch: Double { Double(step) / Double(stepsPerEpoch) }
}

/// Which schedule, and its numbers.
public struct ScheduleSettings: Codable, Hashable, Sendable {
  /// The id of a `ScheduleDescriptor`.
  public var shape = "multistep"
  /// multistep: the epochs, counted after the warm-up, after which the rate is multiplied by `decay`.
  public var milestones = [150, 250]
  /// multistep, step: what the rate is multiplied by, above 0 and at most 1.
  public var decay = 0.1
  /// step: the epochs between two steps, 1 or more.
  public var period = 30
  /// cosine, linear: what is left of the rate at the end, 0...1.
  public var finalFactor = 0.0
  /// Epochs in which the rate grows from 0 to its value; not a part of the schedule that follows.
  public var warmupEpochs = 0

  public init() {}

  /// Checks every setting.
  ///
  /// - Throws: `OptimizerError.badSetting`.
  public func validate() throws(OptimizerError) {
    _ = try ScheduleDescriptor.named(shape)
    func check(_ name: String, _ value: String, _ isRight: Bool, _ allowed: String)
      throws(OptimizerError)
    {
      guard isRight else { throw .badSetting(name: name, value: value, allowed: allowed) }
    }
    try check(
      "The list of milestones", "\(milestones)",
      milestones.allSatisfy { $0 > 0 } && milestones == milestones.sorted(),
      "numbers of epochs, above 0 and ascending")
    try check("The schedule's decay", "\(decay)", decay > 0 && decay <= 1, "above 0 and at most 1")
    try check("The schedule's period", "\(period)", period >= 1, "1 or more")
    try check(
      "The final factor", "\(finalFactor)", 0...1 ~= finalFactor, "from 0 to 1")
    try check("The number of warm-up epochs", "\(warmupEpochs)", warmupEpochs >= 0, "0 or more")
  }

  /// The schedule.
  ///
  /// - Throws: `OptimizerError.badSetting`.
  public func schedule() throws(OptimizerError) -> any Schedule {
    try validate()
    let schedule = try ScheduleDescriptor.named(shape).make(self)
    return warmupEpochs > 0 ? Warmup(epochs: warmupEpochs, then: schedule) : schedule
  }
}

/// What the rest of the system needs to know of a schedule.
public struct ScheduleDescriptor: Identifiable, Sendable {
  /// The name on the command line.
  public let id: String
  public let title: String
  /// Whether factors depend on the number of epochs in all.
  public var dependsOnLength = false
  let make: @Sendable (ScheduleSettings) -> any Schedule

  /// The schedule of a name.
  ///
  /// - Throws: `OptimizerError.badSetting`, listing those that there are.
  public static func named(_ id: String) throws(OptimizerError) -> Self {
    guard let found = all.first(where: { $0.id == id }) else {
      throw .badSetting(
        name: "The schedule", value: "‘\(id)’",
        allowed: "one of \(all.map(\.id).joined(separator: ", "))")
    }
    return found
  }
}
