import CredenceNN
import Testing

@Suite struct ScheduleTests {
  /// Learning rates of six epochs, by torch.optim.lr_scheduler 2.13.
  private static let references: [(String, [Double])] = [
    ("multistep", [1, 1, 0.1, 0.1, 0.01, 0.01]),
    ("step", [1, 1, 0.5, 0.5, 0.25, 0.25]),
    ("cosine", [1, 0.939711432, 0.775, 0.55, 0.325, 0.160288568]),
    ("linear", [1, 0.85, 0.7, 0.55, 0.4, 0.25]),
    ("constant", [1, 1, 1, 1, 1, 1]),
  ]

  @Test(arguments: references) func `agrees with PyTorch's schedules`(
    _ shape: String, _ rates: [Double]
  ) throws {
    var settings = ScheduleSettings()
    settings.shape = shape
    settings.milestones = [2, 4]
    settings.period = 2
    settings.decay = shape == "step" ? 0.5 : 0.1
    settings.finalFactor = 0.1
    let schedule = try settings.schedule()
    for (epoch, rate) in rates.enumerated() {
      let time = TrainingTime(step: epoch * 7, stepsPerEpoch: 7, epochCount: 6)
      #expect(abs(schedule.factor(at: time) - rate) < 1e-8)
    }
  }

  @Test(arguments: ScheduleDescriptor.all.map(\.id))
  func `warms up in even steps, then follows the schedule`(_ shape: String) throws {
    var settings = ScheduleSettings()
    settings.shape = shape
    let plain = try settings.schedule()
    settings.warmupEpochs = 2
    let warm = try settings.schedule()
    for step in 0..<10 {
      let time = TrainingTime(step: step, stepsPerEpoch: 5, epochCount: 12)
      #expect(warm.factor(at: time) == Double(step + 1) / 10)
    }
    for step in 10..<60 {
      #expect(
        warm.factor(at: TrainingTime(step: step, stepsPerEpoch: 5, epochCount: 12))
          == plain.factor(at: TrainingTime(step: step - 10, stepsPerEpoch: 5, epochCount: 10)))
    }
  }

  @Test(arguments: ScheduleDescriptor.all.map(\.id))
  func `factors stay between 0 and 1`(_ shape: String) throws {
    var settings = ScheduleSettings()
    settings.shape = shape
    let schedule = try settings.schedule()
    for step in 0...400 {
      let factor = schedule.factor(
        at: TrainingTime(step: step, stepsPerEpoch: 1, epochCount: 350))
      #expect((0...1).contains(factor))
    }
  }

  @Test func `refuses impossible settings by name`() {
    var settings = ScheduleSettings()
    settings.milestones = [250, 150]
    #expect(throws: OptimizerError.self) { try settings.validate() }
    settings = ScheduleSettings()
    settings.shape = "cosin"
    #expect(
      throws: OptimizerError.badSetting(
        name: "The schedule", value: "‘cosin’",
        allowed: "one of multistep, cosine, step, linear, constant")
    ) { try settings.validate() }
  }
}
