/// How an image goes on beyond its edges.
enum Border {
  /// The outermost pixel is repeated: a a | a b c | c c.
  case nearest
  /// Mirrored at the edge of the outermost pixel: b a | a b c | c b.
  case reflect
  /// Mirrored at the middle of the outermost pixel: c b | a b c | b a.
  case reflect101

  /// The index inside `0..<count` that stands for any index.
  func index(_ index: Int, count: Int) -> Int {
    if index >= 0 && index < count { return index }
    switch self {
    case .nearest: return index < 0 ? 0 : count - 1
    case .reflect:
      let period = 2 * count
      let folded = ((index % period) + period) % period
      return folded < count ? folded : period - 1 - folded
    case .reflect101:
      if count == 1 { return 0 }
      let period = 2 * count - 2
      let folded = ((index % period) + period) % period
      return folded < count ? folded : period - folded
    }
  }
}
