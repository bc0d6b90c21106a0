extension ScheduleDescriptor {
  /// Every schedule.
  public static let all: [Self] = [.multiStep, .cosine, .step, .linear, .constant]
}
