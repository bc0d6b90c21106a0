import CredenceEvaluation

extension ScorePageModel {
  /// One corruption tree; property names are those of `Resources/score.mustache`.
  struct Shift {
    let title: String
    let facts: String
    let columns = ["Clean error", "Mean error", "mCE", "Relative mCE"]
    let rows: [Row]
    let notes: [String]
    let charts: [Chart]

    struct Row {
      let name: String
      let cells: [String]
    }
  }
}

extension ScorePageModel.Shift {
  init(_ report: ScoreReport, _ index: Int) {
    let shift = report.shifts[index]
    let names = ShiftNames(shift)
    title = "Distribution shift: \(shift.dataset)"
    facts = names.heading
    rows = shift.errors.map { errors in
      let values = [
        errors.cleanError, errors.meanError, errors.meanCorruptionError,
        errors.relativeMeanCorruptionError,
      ]
      return Row(
        name: errors.model, cells: values.map { $0.value.map(NumberText.percent) ?? "–" })
    }
    notes = names.reasons
    charts = ChartDescriptor<ScoreReport>.shiftCharts(of: report, index)
  }
}
