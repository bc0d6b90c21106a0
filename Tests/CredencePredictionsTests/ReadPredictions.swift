import CredencePredictions
import Foundation

/// The predictions of one file.
func read(_ url: URL, _ options: ReadOptions = ReadOptions()) throws -> ReadResult {
  try PredictionReader.read(PredictionSource(url), options: options)
}

/// The error of predictions that the body throws; `nil` where it throws none or one of another type.
func predictionError(_ body: () throws -> Void) -> PredictionFileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? PredictionFileError
  }
}
