import CredenceReports
import Testing

@Suite struct ScoreMarkdownTests {
  @Test func `metrics are rows, and the answer stands above them`() {
    #expect(
      ScoreMarkdown().text(of: SmallReports.one) == """
        **resnet50**: Accept the most confident 31.25 % of predictions, and at least 99 % of those are right; 76.13 % of all 50,000 predictions are right. After temperature scaling (T = 1.234) the calibration error is 1.23 % instead of 3.71 %, AUROC stays at 85.77 %.

        | Metric | resnet50, before | resnet50, after temperature |
        |---|---:|---:|
        | Samples | 50,000 | 50,000 |
        | Parameters |  | temperature 1.234 |
        | Accuracy | 76.13 % (75.75–76.50) | 76.13 % (75.75–76.50) |
        | AUROC | 85.77 % (85.31–86.20) | 85.77 % (85.31–86.20) |
        | SAC 0.99 | 31.25 % | 31.25 % |
        | ECE | 3.71 % | 1.23 % |
        | NLL | – | – |

        – NLL: the file holds confidences, not probabilities.

        Warning: 3 rows have no label and were left out.

        """)
  }

  @Test func `names can't become markup`() {
    let text = ScoreMarkdown().text(of: SmallReports.hostile)
    #expect(!text.contains("<"))
    #expect(!text.contains("\u{1B}"))
    let widths = Set(
      text.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
        line.replacing("\\|", with: "").filter { $0 == "|" }.count
      })
    #expect(widths == [6])
  }
}
