import Foundation

/// What people see on images: the correct classes of each, unclear ones among them, and which images are problematic.
///
/// On ImageNet these are the annotations of imagenet2012_multilabel 3.0.0.
public struct MultiLabels: Hashable, Sendable {
  /// What is known of an image.
  public struct Entry: Hashable, Sendable {
    /// The image's file name, with or without its folder.
    public var file: String
    /// The correct classes, as stored.
    public var correct: [Int32]
    /// Classes that may be correct, as stored; they count as correct.
    public var unclear: [Int32]
    /// Classes that were proposed and are wrong, as stored.
    public var wrong: [Int32]
    /// Whether people could not agree, or found no class.
    public var isProblematic: Bool
    /// The original label where the file says it.
    public var original: Int32?

    public init(
      file: String, correct: [Int32], unclear: [Int32] = [], wrong: [Int32] = [],
      isProblematic: Bool = false, original: Int32? = nil
    ) {
      self.file = file
      self.correct = correct
      self.unclear = unclear
      self.wrong = wrong
      self.isProblematic = isProblematic
      self.original = original
    }

    /// The correct classes and then the unclear ones; one that is both stands twice, as published.
    public var labels: [Int32] { correct + unclear }
  }

  public let entries: [Entry]
  /// ImageNet-M's file names, where the file holds them.
  public let imageNetM: [String]?
  /// The file, for messages.
  public let source: String

  /// Annotations from their parts.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for an image that stands twice, and a class that is none.
  public init(
    entries: [Entry], imageNetM: [String]? = nil, classCount: Int, source: String
  ) throws(ErrorAnalysisError) {
    var seen: Set<String> = []
    seen.reserveCapacity(entries.count)
    for entry in entries {
      func problem(_ text: String) -> ErrorAnalysisError {
        .badEntry(file: source, entry: "image ‘\(entry.file)’", problem: text)
      }
      guard seen.insert(entry.file).inserted else { throw problem("it stands there twice") }
      for label in entry.labels + entry.wrong where label < 0 || label >= classCount {
        throw problem("\(label) is none of the \(classCount) classes")
      }
    }
    self.entries = entries
    self.imageNetM = imageNetM
    self.source = source
  }

  /// The SHA-256 of what is known of the images, whatever the form of the file.
  package var contentHash: String {
    var text = ""
    for entry in entries.sorted(by: { $0.file < $1.file }) {
      text += "\(entry.file) \(entry.correct) \(entry.unclear) \(entry.isProblematic)\n"
    }
    return AnalysisManifest.sha256(Data(text.utf8))
  }
}
