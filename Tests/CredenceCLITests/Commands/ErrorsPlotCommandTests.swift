import Credence
import Foundation
import Testing

/// `credence errors plot` on the golden statistics.
@Suite struct ErrorsPlotCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    for dataset in ["imagenet", "imagenet-a"] {
      try FileManager.default.copyItem(
        at: Program.package.appendingPathComponent("Tests/Golden/errors/expected/stats-\(dataset)"),
        to: workspace.url("stats-\(dataset)"))
    }
  }

  private func plot(_ arguments: String...) throws -> Program.Run {
    try Program.run(["errors", "plot"] + arguments, in: workspace)
  }

  @Test func `the page goes to the published folder`() throws {
    let run = try plot("--dataset", "imagenet-a", "--charts", "none")
    #expect(run.status == 0)
    #expect(run.lines == ["figures/imagenet-a/figures.html"])
    let page = try workspace.text("figures/imagenet-a/figures.html")
    #expect(page.contains("imagenet-a · 12 models · 48 figures"))
  }

  @Test(.enabled(if: (try? ChartRenderer()) != nil, "needs a Python with vl-convert-python"))
  func `files have the published names, and repeated names a number`() throws {
    let run = try plot(
      "--figures", "model-failures", "failures-of-multi-label-errors", "--charts", "svg",
      "--output", "out")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.count == 12)
    let name =
      "x_axis=mla_all_y_axis=num_not_classified_relative_to_group_mle_marker=arch_family"
      + "_color=training_data_size_groups=organism_artifact"
    #expect(run.lines.contains("out/\(name).svg"))
    #expect(run.lines.contains("out/\(name)_2.svg"))
    #expect(try workspace.text("out/\(name).svg").contains("<svg"))
  }

  @Test func `filters, groups, shapes, colors and fits apply`() throws {
    let run = try plot(
      "--filter", "arch_family in cnn,transformer", "--filter", "num_params > 1e6", "--groups",
      "all", "--marker", "arch_group", "--color", "num_params", "--fit", "--charts", "none", "-o",
      "out")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines == ["out/figures.html", "out/fits.csv"])
    let fits = try workspace.text("out/fits.csv").split(separator: "\r\n")
    #expect(fits.count > 5)
    #expect(
      fits.dropFirst().allSatisfy {
        $0.contains("marker=arch_group_color=num_params_groups=all") && $0.contains(",all,all,")
      })
  }

  @Test func `ImageNet's accuracy can be the abscissa`() throws {
    let run = try plot("--dataset", "imagenet-a", "--base", "imagenet", "--charts", "none")
    #expect(run.status == 0)
    #expect(
      try !workspace.text("figures/imagenet-a/figures.html").contains(
        "x_axis=imagenet_a_top1_val_acc"))
  }

  @Test func `tables that lack something are refused by name, and nothing is written`() throws {
    let file = "stats-imagenet/non_problematic_stats_other.csv"
    try workspace.write(
      workspace.text(file).replacing("num_ambiguous", with: "ambiguous"), to: file)
    let run = try plot("--charts", "none")
    #expect(run.status == 1)
    #expect(run.error.contains("non_problematic_stats_other.csv’ lacks the column ‘num_ambiguous’"))
    #expect(!FileManager.default.fileExists(atPath: workspace.url("figures").path))
    // Figures of other groups need it not.
    #expect(try plot("--groups", "organism", "--charts", "none").status == 0)
    let absent = try plot("--stats", "nowhere", "--charts", "none")
    #expect(absent.status == 1)
    #expect(absent.error.contains("There is no such file."))
  }

  @Test func `tables of an analysis with something left out say so in every name`() throws {
    for group in ["all", "organism", "artifact", "other"] {
      let name = "stats-imagenet/non_problematic_stats_\(group)"
      let lines = try workspace.text("\(name).csv").split(separator: "\n")
      let text = lines.enumerated().map { index, line in
        line + (index == 0 ? ",num_undecided,left_out" : ",1,oov=skipped")
      }.joined(separator: "\n")
      try workspace.write(text, to: "\(name)_oov=skipped.csv")
      try FileManager.default.removeItem(at: workspace.url("\(name).csv"))
    }
    let run = try plot("--charts", "none", "--figures", "model-failures")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.error.contains("oov=skipped: "))
    let page = try workspace.text("figures/imagenet/figures.html")
    #expect(page.contains("groups=all_oov=skipped\""))
  }

  @Test func `classes without groups have one table, and the figures that it suffices for`() throws
  {
    try FileManager.default.createDirectory(
      at: workspace.url("stats-own"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: workspace.url("stats-imagenet/non_problematic_stats_all.csv"),
      to: workspace.url("stats-own/non_problematic_stats_all.csv"))
    let run = try plot("--dataset", "own", "--charts", "none")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.error.contains("36 figures left out: there are no tables of their groups."))
    #expect(try workspace.text("figures/own/figures.html").contains("own · 12 models · 16 figures"))
  }

  @Test func `what can't be is a wrong command line`() throws {
    for arguments in [
      ["--marker", "size"], ["--color", "red"], ["--groups", "animals"],
      ["--groups", "all", "all"], ["--filter", "num_params"], ["--fit-split", "80"],
      ["--fit", "--fit-split", "80", "--fit-by", "arch"], ["--charts", "gif"],
      ["--base", "cifar"], ["--axes", "mine"], ["--dataset", "../x"],
    ] {
      let run = try Program.run(["errors", "plot"] + arguments, in: workspace)
      #expect(run.status == 64, "\(arguments)")
    }
    let family = try plot("--figures", "fine-graned", "--charts", "none")
    #expect(family.status == 1)
    #expect(family.error.contains("Did you mean ‘fine-grained’?"))
    let filter = try plot("--filter", "num_params > 1e15", "--charts", "none")
    #expect(filter.status == 1)
    #expect(filter.error.contains("No model passes the filters."))
  }
}
