package import Foundation

/// Data and weights that may not be distributed with the tests, where someone has them.
package enum UndistributedData {
  /// The folder that the environment's `CREDENCE_DATA` names; `nil` where it names none.
  package static let folder: URL? = {
    let path = ProcessInfo.processInfo.environment["CREDENCE_DATA"] ?? ""
    return path.isEmpty ? nil : URL(fileURLWithPath: path)
  }()
}
