import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct PredictionSourceTests {
  @Test func `understands a path and parts`() throws {
    #expect(try PredictionSource(argument: "a/b.npz").url?.relativePath == "a/b.npz")
    let parts = try PredictionSource(argument: "logits=a.npy,labels=b=c,d.npy").parts
    #expect(parts.map(\.role) == ["logits", "labels"])
    #expect(parts.map(\.url.relativePath) == ["a.npy", "b=c,d.npy"])
    // An equals sign in a folder's name is no role.
    #expect(try PredictionSource(argument: "runs/lr=0.1/a.npz").parts.isEmpty)
  }

  @Test(arguments: [
    ("", "it is empty"), ("logits=", "no file is given for ‘logits’"),
    ("logits=a,logits=b", "‘logits’ is given twice"),
  ])
  func `refuses what it can't understand`(_ argument: String, _ problem: String) {
    #expect(throws: PredictionFileError.badSource(text: argument, problem: problem)) {
      try PredictionSource(argument: argument)
    }
  }

  @Test func `refuses unknown roles with the known ones`() {
    let error = predictionError { _ = try PredictionSource(argument: "logots=a.npy") }
    guard case .badSource("logots=a.npy", let problem)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem.hasPrefix("‘logots’ is no role; known ones are logits, probabilities"))
  }

  @Test func `names the model after the file, or the folder of a general name`() throws {
    #expect(try PredictionSource(argument: "x/resnet50.v2.npz").defaultModelName == "resnet50.v2")
    #expect(
      try PredictionSource(argument: "x/timm--beit_b.in22k/preds.npz").defaultModelName
        == "timm/beit_b.in22k")
    #expect(
      try PredictionSource(argument: "logits=a-logits.npy,labels=b.npy").defaultModelName
        == "a-logits")
  }

  @Test func `reads arrays that stand apart`() throws {
    let labels = fixture("labels/labels.txt").path
    let logits = fixture("npy/version2-logits.npy").path
    let array = fixture("npy/labels.npy").path
    let set = try PredictionReader.read(
      PredictionSource(argument: "logits=\(logits),labels=\(array)")
    ).set
    #expect(set.labels == [0, 3, -1])
    #expect(set.scoreMatrix?.row(0) == [-2, -1, 0, 1])
    let text = predictionError {
      _ = try PredictionReader.read(PredictionSource(argument: "logits=\(logits),y=\(labels)"))
    }
    #expect(
      text
        == .invalid(
          file: labels,
          error: .countMismatch(what: "labels", count: 4, other: "samples", otherCount: 3)))
    #expect(
      fileError {
        _ = try PredictionReader.read(PredictionSource(argument: "logits=\(labels)"))
      }
        == .unknownFormat(
          file: labels, known: ".safetensors, .npz, .npy and .csv; labels also from .txt"))
  }
}
