public import CredenceErrorAnalysis

extension ClassList {
  /// The class that a reader means.
  ///
  /// - Parameter text: An identifier, a number, or one of the class's names in any case.
  /// - Returns: The class's number.
  /// - Throws: `ErrorFigureError.unknownName` where no class or more than one has that name, with the closest or all of them.
  public func index(matching text: String) throws(ErrorFigureError) -> Int {
    if let index = index(ofID: text) { return Int(index) }
    if let number = Int(text), ids.indices.contains(number) { return number }
    let wanted = text.lowercased()
    let names = descriptions.map { description in
      description.lowercased().split(separator: ",").map {
        $0.trimmingPrefix { $0 == " " }.description
      }
    }
    let found = names.indices.filter { names[$0].contains(wanted) }
    if found.count == 1 { return found[0] }
    let known =
      found.isEmpty
      ? names.indices.filter { index in names[index].contains { $0.contains(wanted) } }
        .prefix(12).map { firstName(of: Int32($0)) }
      : found.map { ids[$0] }
    throw .unknownName(
      text, option: "--class",
      known: known.isEmpty ? ["wnids, numbers and names of the \(count) classes"] : known)
  }
}
