import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct ComparisonFormatTests {
  static let two = SyntheticReports.comparison(models: ["resnet50", "vit"], classes: 2)

  @Test func `the table answers first, then shows ranks and differences`() {
    #expect(
      ComparisonTable().text(of: Self.two) == """
        2 models on the same 5,000 samples, matched by sample id.
        Accuracy: vit is best (73.10 %), and that is more than noise.
        AUROC: vit has the best value (86.20 %), but the difference from resnet50 may be noise.
        AURC: vit has the best value (8.70 %), but the difference from resnet50 may be noise.
        ECE: resnet50 is best (2.00 %), and that is more than noise.

        Model (rank)      Accuracy        AUROC        AURC         ECE  NLL
        resnet50       72.00 % (2)  86.00 % (2)  9.00 % (2)  2.00 % (1)    –
        vit            73.10 % (1)  86.20 % (1)  8.70 % (1)  2.40 % (2)    –

        resnet50 − vit            difference   95 % interval        p
          Accuracy, McNemar            −1.10  −1.45 to −0.75  < 0.001 *
          AUROC, DeLong                −0.20  −0.55 to +0.15    0.420
          AURC, paired bootstrap       +0.30  −0.05 to +0.65    0.420
          ECE, paired bootstrap        −0.40  −0.75 to −0.05  < 0.001 *

        Differences of fractions are in percentage points. p after Holm's correction over the pairs of a
          metric; * differs at the level 0.05.

        12 samples on which models confidently say different things are in the JSON form and on the HTML
          page.

        – NLL: the file holds confidences, not probabilities.

        """)
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `no line is wider than 100 columns`(seed: UInt64) {
    let report = RandomReports.comparison(seed: seed)
    for line in ComparisonTable().text(of: report).split(separator: "\n") {
      #expect(RandomReports.width(line) <= ComparisonTable.width, "\(line)")
    }
  }

  @Test func `models that can't be told apart are listed`() {
    let report = SyntheticReports.comparison(models: ["a", "b", "c"])
    let text = ComparisonTable().text(of: report)
    #expect(text.contains("\nAUROC: not told apart: {c, b} {b, a}\n"))
    #expect(text.contains("\nAccuracy: all models differ\n"))
  }

  @Test func `the CSV has a record per model`() {
    #expect(
      ComparisonCSV().text(of: Self.two)
        == [
          "model,file,samples,accuracy,auroc,aurc,ece,nll,accuracy_rank,auroc_rank,aurc_rank,ece_rank,nll_rank,"
            + "accuracy_low,accuracy_high,auroc_low,auroc_high,aurc_low,aurc_high,ece_low,ece_high",
          "resnet50,predictions/resnet50.npz,5000,0.72,0.86,0.09,0.02,,2.0,2.0,2.0,1.0,,0.716,0.724,0.856,0.864,"
            + "0.086,0.094,0.016,0.024",
          "vit,predictions/vit.npz,5000,0.731,0.862,0.087,0.024,,1.0,1.0,1.0,2.0,,0.727,0.735,0.858,0.866,0.08299999999999999,"
            + "0.091,0.02,0.028",
          "",
        ].joined(separator: "\r\n"))
  }

  @Test func `the pairs' CSV has a record per metric and pair`() {
    let records = CSVParser.records(ComparisonPairsCSV().text(of: Self.two))
    #expect(records.count == Self.two.pairs.count + 1)
    #expect(
      records[0] == [
        "metric", "first", "second", "difference", "difference_low", "difference_high", "test",
        "p_value",
        "adjusted_p_value",
      ])
    #expect(records[1][0...2] == ["accuracy", "resnet50", "vit"])
    #expect(Double(records[1][3]) == Self.two.pairs[0].difference)
  }

  @Test func `a difference that may be noise is not called better`() {
    let text = ComparisonMarkdown().text(of: Self.two)
    #expect(text.contains("- Accuracy: vit is best (73.10 %), and that is more than noise.\n"))
    #expect(
      text.contains(
        "- AUROC: vit has the best value (86.20 %), but the difference from resnet50 may be noise.\n"
      ))
  }
}
