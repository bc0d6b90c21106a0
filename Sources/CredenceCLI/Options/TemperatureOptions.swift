import ArgumentParser
import Credence

/// On which samples the temperature is fitted.
struct TemperatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folds of the cross-fitted temperature: each is scored with the temperature of the others.",
      valueName: "n"))
  var folds: Int?

  @Option(
    name: [.customLong("validation-size"), .customLong("validation")],
    help: ArgumentHelp(
      "Samples held out to fit the temperature instead: a number drawn at random, or first:5000.",
      valueName: "n|first:n"))
  var validation: String?

  @Flag(name: .customLong("no-temperature"), help: "Fit no temperature.")
  var noTemperature = false

  /// The protocol that these options stand for.
  func temperatureProtocol() throws -> TemperatureProtocol {
    if [folds != nil, validation != nil, noTemperature].count(where: { $0 }) > 1 {
      throw ValidationError(
        "Give one of --folds, --validation-size and --no-temperature: each decides where the temperature comes from."
      )
    }
    if noTemperature { return .off }
    if let validation {
      let isFirst = validation.hasPrefix("first:")
      guard let count = Int(isFirst ? String(validation.dropFirst(6)) : validation), count > 0
      else {
        throw ValidationError(
          "--validation-size takes a number of samples or first:N; ‘\(validation)’ is neither.")
      }
      return isFirst ? .first(count: count) : .heldOut(count: count)
    }
    let count = folds ?? 5
    guard (2...100).contains(count) else {
      throw ValidationError("--folds is \(count); it must be from 2 to 100.")
    }
    return .crossFitted(folds: count)
  }
}
