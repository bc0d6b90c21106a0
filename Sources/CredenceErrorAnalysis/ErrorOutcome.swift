/// What a prediction on one image was found to be: one kind of answer, and a remark where the image's labels are problematic.
///
/// It takes one byte, so that the outcomes of a thousand models stay in memory.
public struct ErrorOutcome: Hashable, Sendable {
  /// All parts in one byte: the kind in the low four bits, the remark in the next three, and then whether it is undecided.
  public let code: UInt8

  /// - Parameters:
  ///   - type: The kind of answer.
  ///   - remark: What is to be said of the labels.
  ///   - isUndecided: Whether a stage that was left out might have found another kind.
  public init(_ type: ErrorType, remark: LabelRemark = .none, isUndecided: Bool = false) {
    code = type.rawValue | remark.rawValue << 4 | (isUndecided ? 0x80 : 0)
  }

  /// The outcome of a byte; `nil` for one that stands for nothing.
  public init?(code: UInt8) {
    guard ErrorType(rawValue: code & 15) != nil, LabelRemark(rawValue: code >> 4 & 7) != nil else {
      return nil
    }
    self.code = code
  }

  /// The kind of answer.
  public var type: ErrorType { ErrorType(rawValue: code & 15) ?? .notClassified }

  /// What is to be said of the labels.
  public var remark: LabelRemark { LabelRemark(rawValue: code >> 4 & 7) ?? .none }

  /// Whether the mistake may also be fine-grained, out of vocabulary: it reached that stage, and the stage was left out.
  public var isUndecided: Bool { code & 0x80 != 0 }

  /// The published texts: the remark, if any, and the kind.
  public var publishedTexts: [String] {
    [remark.publishedText, type.publishedText].compactMap { $0 }
  }

  /// The short names: the remark's, if any, and the kind's.
  public var keys: [String] { [remark.key, type.key].compactMap { $0 } }
}
