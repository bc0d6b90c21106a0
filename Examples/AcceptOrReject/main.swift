// Decides about one prediction with a policy that `credence fit` wrote.
//
//     swift run AcceptOrReject policy.json 2.5 -1.0 0.3
//     echo "2.5 -1.0 0.3" | swift run AcceptOrReject policy.json
//
// This is all that an application needs on a device: the policy and the logits of one sample.

import CredenceCalibration
import Foundation

/// Reads numbers that blanks, commas or line breaks separate.
func logits(in texts: [String]) throws -> [Float] {
  try texts.flatMap { $0.split { " ,;\t\r\n".contains($0) } }.map { text in
    guard let number = Float(text) else { throw UsageError(text: String(text)) }
    return number
  }
}

/// A word that is no number.
struct UsageError: LocalizedError {
  let text: String

  var errorDescription: String? { "‘\(text)’ is not a number." }
}

func run(_ arguments: [String]) throws {
  guard let file = arguments.first else {
    print("Usage: AcceptOrReject POLICY.json [LOGIT …]   (or the logits on standard input)")
    return
  }
  let texts = arguments.count > 1 ? Array(arguments.dropFirst()) : Array(AnyIterator { readLine() })
  let policy = try Policy(contentsOf: URL(fileURLWithPath: file))
  let decision = try policy.decision(forLogits: logits(in: texts))
  let verdict = decision.isAccepted.map { $0 ? "accept" : "reject" } ?? "accept"
  print("\(verdict): class \(decision.label), confidence \(decision.confidence)")
  if let set = decision.predictionSet {
    print("classes that can't be ruled out: \(set.map(String.init).joined(separator: " "))")
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("AcceptOrReject: \(error.localizedDescription)\n".utf8))
  exit(1)
}
