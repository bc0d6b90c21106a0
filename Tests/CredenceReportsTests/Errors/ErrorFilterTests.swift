import CredenceErrorAnalysis
import CredenceReports
import Testing

@Suite struct ErrorFilterTests {
  private static func statistics() throws -> ErrorStatistics {
    try StatisticsFolder.statistics()
  }

  @Test(arguments: [
    ("num_params > 3000000", [3, 4]), ("num_params>=3e6", [2, 3, 4]), ("num_params < 2e6", [0]),
    ("num_params <= 2e6", [0, 1]), ("num_params == 2000000", [1]),
    ("num_params != 2e6", [0, 2, 3, 4]), ("num_params in 1e6, 5e6", [0, 4]),
    ("num_params not in [1e6, 5e6]", [1, 2, 3]), ("arch_family == cnn", [0, 4]),
    ("arch_family in cnn,mlp", [0, 2, 4]), ("arch_family not in ('cnn', \"mlp\")", [1, 3]),
    ("arch_family != cnn", [1, 2, 3]), ("arch_family *", [0, 1, 2, 3, 4]),
    ("num_params *", [0, 1, 2, 3, 4]), ("training_data == ImageNet-1k (1.2M)", [0]),
    ("model_dir_id in model-3", [3]),
    // A size that is not known passes no comparison.
    ("training_data_size > 0", [0, 1, 2, 3]), ("training_data_size != 14e6", [0, 2, 3, 4]),
  ])
  func `keeps the models that pass`(text: String, rows: [Int]) throws {
    let statistics = try Self.statistics()
    #expect(try ErrorFilter(text).rows(statistics) == rows)
  }

  @Test(arguments: [
    "", "num_params", "> 3", "num_params > ", "arch in", "arch inside cnn", "num_params * 3",
    "num_params = 3",
  ])
  func `what is no condition is refused`(text: String) {
    #expect(throws: ErrorFigureError.self) { try ErrorFilter(text) }
  }

  @Test func `values must go with their columns, and columns must exist`() throws {
    let statistics = try Self.statistics()
    #expect(
      throws: ErrorFigureError.badFilter("num_params > many", problem: "‘many’ is no number")
    ) { try ErrorFilter("num_params > many").rows(statistics) }
    #expect(
      throws: ErrorFigureError.badFilter(
        "arch > 3", problem: "‘arch’ holds text, which > does not compare")
    ) { try ErrorFilter("arch > 3").rows(statistics) }
    do {
      _ = try ErrorFilter("num_parms > 3").rows(statistics)
      Issue.record("an unknown column passed")
    } catch {
      #expect(error.recoverySuggestion == "Did you mean ‘num_params’?")
    }
  }

  @Test func `filters apply together, and none may remain empty-handed`() throws {
    let statistics = try Self.statistics()
    let filters = try ["arch_family == cnn", "num_params > 1e6"].map { try ErrorFilter($0) }
    let rest = try statistics.filtered(by: filters)
    #expect(rest.models == ["model-4"])
    #expect(try rest.numbers("num_params", of: .organism) == [5_000_000])
    let none = try ErrorFilter("num_params > 1e12")
    #expect(throws: ErrorFigureError.nothingLeft) { try statistics.filtered(by: [none]) }
  }
}
