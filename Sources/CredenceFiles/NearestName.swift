/// The known name that is closest to a misspelled one, if any is close.
package func nearestName(to name: String, in known: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
  let candidates = known.map { ($0, distance(Array(name.lowercased()), Array($0.lowercased()))) }
  guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(name.count / 3, 1) else {
    return nil
  }
  return best.0
}
