import CredenceData
import Testing

@Suite struct DatasetErrorTests {
  @Test(arguments: [
    DatasetError.unreadableImage(image: "val/a.jpg", reason: "it is cut short"),
    .unreadable(path: "p", reason: "No such file."),
    .malformed(file: "f", format: "tar", problem: "the header at byte 0 is damaged"),
    .unsupported(path: "p", what: "the splits train, val", instead: "Choose one by --split."),
    .unknownDataset(path: "p", found: "nothing", known: ["a", "b"]),
    .noSuchPath(path: "vla", nearest: "val"), .noSuchPath(path: "vla", nearest: nil),
    .noImages(path: "p"), .badLabels(file: "f", problem: "it is empty"),
    .badPreprocessing(problem: "no"), .badSetting(name: "n", value: "0", allowed: "1"),
  ])
  func `says what happened, why, and what to do, in sentences`(_ error: DatasetError) throws {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      let text = try #require(text)
      #expect(text.hasSuffix(".") || text.hasSuffix("?"))
      #expect(!text.hasSuffix("..") && text.first != " ")
    }
  }
}
