/// What a prediction on one image was found to be: one kind of answer, and a remark where the image's labels are problematic.
///
/// It takes one byte, so that the outcomes of a thousand models stay in memory.
public struct ErrorOutcome: Hashable, Sendable {
  /// Both parts in one byte: the kind in the low four bits, the remark above.
  public let code: UInt8

  public init(_ type: ErrorType, remark: LabelRemark = .none) {
    code = type.rawValue | remark.rawValue << 4
  }

  /// The outcome of a byte; `nil` for one that stands for nothing.
  public init?(code: UInt8) {
    guard ErrorType(rawValue: code & 15) != nil, LabelRemark(rawValue: code >> 4) != nil else {
      return nil
    }
    self.code = code
  }

  /// The kind of answer.
  public var type: ErrorType { ErrorType(rawValue: code & 15) ?? .notClassified }

  /// What is to be said of the labels.
  public var remark: LabelRemark { LabelRemark(rawValue: code >> 4) ?? .none }

  /// The published texts: the remark, if any, and the kind.
  public var publishedTexts: [String] {
    [remark.publishedText, type.publishedText].compactMap { $0 }
  }

  /// The short names: the remark's, if any, and the kind's.
  public var keys: [String] { [remark.key, type.key].compactMap { $0 } }
}
