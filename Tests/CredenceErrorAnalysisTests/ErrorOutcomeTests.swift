import CredenceErrorAnalysis
import Testing

@Suite struct ErrorOutcomeTests {
  @Test(arguments: ErrorType.allCases, LabelRemark.allCases)
  func `a byte holds both parts`(type: ErrorType, remark: LabelRemark) {
    let outcome = ErrorOutcome(type, remark: remark)
    #expect(outcome.type == type)
    #expect(outcome.remark == remark)
    #expect(ErrorOutcome(code: outcome.code) == outcome)
  }

  @Test(arguments: [UInt8(10), 0x0F, 0x50, 0xFF])
  func `a byte that stands for nothing is refused`(code: UInt8) {
    #expect(ErrorOutcome(code: code) == nil)
  }

  @Test func `texts are the published ones`() {
    let outcome = ErrorOutcome(.similarToTarget, remark: .emptyWrong)
    #expect(
      outcome.publishedTexts == [
        "empty (problematic) multi label, wrong (top-1 != target)",
        "fine-grained/OOV, same superset as target, but target not in multi-label",
      ])
    #expect(outcome.keys == ["empty_multi_label_wrong", "OOV_similar_to_target"])
  }

  @Test func `names are unique`() {
    #expect(Set(ErrorType.allCases.map(\.key)).count == ErrorType.allCases.count)
    #expect(ErrorType.mistakes.allSatisfy { $0.listingName != nil })
  }
}
