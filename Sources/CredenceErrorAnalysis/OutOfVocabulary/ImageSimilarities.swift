/// How well prompts fit one image, computed when asked for and kept until another image is asked about.
///
/// It belongs to one thread.
package final class ImageSimilarities {
  private var row = -1
  private var values: [Float]
  /// The turn in which each value was computed.
  private var turns: [UInt32]
  private var turn: UInt32 = 0

  package init(_ knowledge: ErrorKnowledge) {
    let count = knowledge.outOfVocabulary?.vocabulary.prompts.count ?? 0
    values = Array(repeating: 0, count: count)
    turns = Array(repeating: 0, count: count)
  }

  /// The similarity of a prompt to a row's image.
  ///
  /// - Parameter compute: Makes it, once for each row and prompt.
  @inline(__always)
  func value(row: Int, prompt: Int, _ compute: () throws -> Float) rethrows -> Float {
    if row != self.row {
      self.row = row
      turn &+= 1
      if turn == 0 {
        turn = 1
        for index in turns.indices { turns[index] = 0 }
      }
    }
    if turns[prompt] == turn { return values[prompt] }
    let value = try compute()
    values[prompt] = value
    turns[prompt] = turn
    return value
  }
}
