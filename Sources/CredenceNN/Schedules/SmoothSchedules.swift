import Foundation

extension ScheduleDescriptor {
  public static let cosine = Self(
    id: "cosine", title: "Half a cosine, from 1 to the final factor", dependsOnLength: true
  ) { CosineAnnealing(finalFactor: $0.finalFactor) }

  public static let linear = Self(
    id: "linear", title: "A straight line from 1 to the final factor", dependsOnLength: true
  ) { LinearDecay(finalFactor: $0.finalFactor) }
}

extension TrainingTime {
  /// The fraction of training that is done, 0...1.
  fileprivate var fraction: Double { min(1, epoch / Double(max(1, epochCount))) }
}

/// Half a cosine, changing with every step.
///
/// - Note: Loshchilov & Hutter, ICLR 2017, arXiv:1608.03983, without restarts.
struct CosineAnnealing: Schedule {
  let finalFactor: Double

  func factor(at time: TrainingTime) -> Double {
    finalFactor + (1 - finalFactor) * (1 + cos(.pi * time.fraction)) / 2
  }
}

/// A straight line, changing with every step.
struct LinearDecay: Schedule {
  let finalFactor: Double

  func factor(at time: TrainingTime) -> Double { 1 - (1 - finalFactor) * time.fraction }
}

/// Grows from one step's share to 1 in the first epochs, then follows a schedule for the epochs that are left.
///
/// - Note: Goyal et al., arXiv:1706.02677.
struct Warmup: Schedule {
  let epochs: Int
  let then: any Schedule

  init(epochs: Int, then schedule: any Schedule) {
    self.epochs = epochs
    then = schedule
  }

  func factor(at time: TrainingTime) -> Double {
    let steps = epochs * time.stepsPerEpoch
    guard time.step >= steps else { return Double(time.step + 1) / Double(steps) }
    return then.factor(
      at: TrainingTime(
        step: time.step - steps, stepsPerEpoch: time.stepsPerEpoch,
        epochCount: time.epochCount - epochs))
  }
}
