/// The images of a group, prepared so that one walk over a model's answers counts everything.
struct GroupedSamples {
  /// The rows of the samples, ascending.
  let rows: [Int]
  /// The original label of each of them.
  let targets: [Int]
  /// Images of each class.
  let totals: [Int]
  /// The classes that occur, in the order of their first image.
  let order: [Int]
  /// The rows that are on ImageNet-M's list.
  let hardRows: [Int]

  init(_ rows: [Int], of samples: AnnotatedSamples, classCount: Int) {
    self.rows = rows
    targets = rows.map { Int(samples.targets[$0]) }
    var totals = [Int](repeating: 0, count: classCount)
    var order: [Int] = []
    for target in targets {
      if totals[target] == 0 { order.append(target) }
      totals[target] += 1
    }
    self.totals = totals
    self.order = order
    hardRows = samples.isImageNetM.map { isHard in rows.filter { isHard[$0] } } ?? []
  }
}
