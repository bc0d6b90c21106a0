import CredencePredictions

/// Computes results block by block on all cores, in order, by a function that cannot fail.
///
/// The blocks depend on `count` and `blockSize` alone, so what is summed over the results does not
/// depend on the number of threads.
func parallelMap<Result: Sendable>(
  count: Int, blockSize: Int, _ body: @Sendable (Range<Int>) -> Result
) -> [Result] {
  do {
    return try parallelBlocks(count: count, blockSize: blockSize, body)
  } catch {
    preconditionFailure("a body that cannot throw threw \(error)")
  }
}
