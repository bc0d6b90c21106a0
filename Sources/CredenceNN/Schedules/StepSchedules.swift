import Foundation

extension ScheduleDescriptor {
  public static let multiStep = Self(
    id: "multistep", title: "Multiplied by the decay after each milestone"
  ) { MultiStep(milestones: $0.milestones, decay: $0.decay) }

  public static let step = Self(
    id: "step", title: "Multiplied by the decay after every period"
  ) { PeriodicStep(period: $0.period, decay: $0.decay) }

  public static let constant = Self(id: "constant", title: "The same all the time") { _ in
    Constant()
  }
}

/// Falls by a factor after certain epochs.
struct MultiStep: Schedule {
  let milestones: [Int]
  let decay: Double

  func factor(at time: TrainingTime) -> Double {
    pow(decay, Double(milestones.count { $0 <= time.completedEpochs }))
  }
}

/// Falls by a factor after every so many epochs.
struct PeriodicStep: Schedule {
  let period: Int
  let decay: Double

  func factor(at time: TrainingTime) -> Double {
    pow(decay, Double(time.completedEpochs / period))
  }
}

/// Does not change.
struct Constant: Schedule {
  func factor(at time: TrainingTime) -> Double { 1 }
}
