// Scores predictions that are in memory: ten samples, three classes.
//
//     swift run ScoreArrays

import Credence

let logits: [Float] = [
  6.1, 0.2, -1.0,
  4.8, 1.9, 0.3,
  0.4, 5.2, 1.1,
  1.2, 3.9, 0.1,
  2.1, 1.8, -0.5,
  -0.7, 0.3, 4.4,
  0.9, 1.4, 1.2,
  3.3, 0.8, 2.9,
  0.2, -1.1, 5.6,
  1.0, 4.1, 0.6,
]
let labels: [Int32] = [0, 0, 1, 1, 1, 2, 2, 0, 2, 1]

let set = try PredictionSet(.logits(Matrix(logits, columnCount: 3)), labels: labels)
let report = try Scorer().report([ScoredSet(set)])

for metric in ["accuracy", "auroc", "nll"] {
  for entry in report.entries {
    let value = entry.row.metrics[metric].map { "\($0)" } ?? entry.row.unavailable[metric] ?? ""
    print("\(metric), rescaling \(entry.row.rescaling): \(value)")
  }
}
