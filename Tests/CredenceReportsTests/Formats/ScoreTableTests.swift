import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct ScoreTableTests {
  @Test func `one model gets a row per metric and a column per rescaling`() {
    #expect(
      ScoreTable().text(of: SmallReports.one) == """
        resnet50 · imagenet · val · 50,000 samples · 1,000 classes · confidence msp
        Accept the most confident 31.25 % of predictions, and at least 99 % of those are right; 76.13 % of
        all 50,000 predictions are right.
        After temperature scaling (T = 1.234) the calibration error is 1.23 % instead of 3.71 %, AUROC stays
        at 85.77 %.

                     before                  after temperature 1.234
        Accuracy  How often is the prediction right?
          Accuracy   76.13 % (75.75–76.50)   76.13 % (75.75–76.50)     share of right predictions
        Ranking  Are wrong predictions less confident?
          AUROC      85.77 % (85.31–86.20)   85.77 % (85.31–86.20)     positive = right; ties count half
        Selective prediction  How many predictions can be accepted at which error rate?
          SAC 0.99   31.25 %                 31.25 %                   largest coverage whose accuracy is a…
        Calibration  Does a confidence of 80 % mean that 80 % are right?
          ECE         3.71 %                  1.23 %                   15 equal-width bins, closed on the r…
        Proper scores  How good are the probabilities as a whole?
          NLL              –                       –                   in nats

        Whole definitions are in the JSON form and on the HTML page.
        – NLL: the file holds confidences, not probabilities.
        Warning: 3 rows have no label and were left out.

        """)
  }

  @Test func `several models get a row each, and their names can't move the cursor`() {
    #expect(
      ScoreTable().text(of: SmallReports.hostile) == """
        Model                                                    Accuracy    AUROC  SAC 0.99     ECE     NLL
        resnet50                              before              76.13 %  85.77 %   31.25 %  3.71 %       –
                                              after temperature   76.13 %  85.77 %   31.25 %  1.23 %       –
        a,"b" </script><script>alert(1)</sc…  before              76.13 %  85.77 %   31.25 %  3.71 %  0.9876
                                              after temperature   76.13 %  85.77 %   31.25 %  1.23 %  0.9876

        – NLL (resnet50): the file holds confidences, not probabilities.
        Warning: </script><script>alert('warning')</script>

        """)
  }

  @Test func `an empty report says so`() {
    #expect(ScoreTable().text(of: ScoreReport(entries: [], columns: [])) == "No results.\n")
  }

  @Test func `color comes only when asked for, and takes no room`() {
    let plain = ScoreTable().text(of: SmallReports.one)
    let colored = ScoreTable(style: .ansi).text(of: SmallReports.one)
    #expect(!plain.contains("\u{1B}"))
    #expect(colored.contains("\u{1B}[1m"))
    #expect(colored.replacing(/\u{1B}\[\d+m/, with: "") == plain)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `no line is wider than 100 columns`(seed: UInt64) {
    let report = RandomReports.score(seed: seed)
    for line in ScoreTable().text(of: report).split(separator: "\n") {
      #expect(RandomReports.width(line) <= ScoreTable.width, "\(line)")
    }
  }
}
