import CredenceErrorAnalysis
import CredenceFiles
import Foundation
import Testing

@Suite struct MistakeStatisticsCSVTests {
  private let header =
    "model_dir_id,num_params,training_data,arch,arch_family,arch_group,extra_annotations,top1_val_acc,imagenet_top1_val_acc,imagenet_mla_val_acc,num_all_samples,num_group_samples,num_group_correct,num_all_top1_errors,num_group_top1_errors,mla_all,mla_all_minor_error,mla_all_explainable_error,mla_group,mla_group_minor_error,mla_group_explainable_error,num_collapsed_mappings,num_ambiguous,num_same_superclass,num_common_co_occ,num_non_prototypical,num_OOV_clip,num_not_classified"
  private let line =
    "timm--x,1,JFT (300M),vit,transformer,ViT,\"['It\"\"s', \"\"O'K\"\"]\",50.0,50.0,60.5,10,4,1,6,3,60.5,61.0,62.0,40.0,50.0,60.0,1,0,1,0,0,0,1"

  private func read(_ text: String) throws -> MistakeStatistics.Group {
    try MistakeStatisticsCSV.group(Data(text.utf8), file: "t.csv", name: "all")
  }

  @Test func `a line is read in full`() throws {
    let row = try read("\(header)\n\(line)\n").rows[0]
    #expect(row.extraAnnotations == ["It\"s", "O'K"])
    #expect(row.mlaGroup == .init(noError: 40, minorError: 50, explainableError: 60))
    #expect(row.mistakes.total == 3)
    #expect(row.imageNetM == nil)
    #expect(
      MistakeStatisticsCSV.text(
        MistakeStatistics.Group(name: "all", rows: [row]), hasImageNetM: false)
        == "\(header)\n\(line)\n")
  }

  @Test func `numbers that contradict each other are refused with their line`() throws {
    let broken = line.replacingOccurrences(of: "10,4,1,6,3", with: "10,4,2,6,3")
    #expect(
      throws: MistakeStatisticsError.broken(
        file: "t.csv", line: 2,
        claim: "right and wrong answers do not make the images of the group")
    ) { try read("\(header)\n\(broken)\n") }
    let kinds = line.replacingOccurrences(of: "1,0,1,0,0,0,1", with: "1,0,1,0,0,0,2")
    #expect(
      throws: MistakeStatisticsError.broken(
        file: "t.csv", line: 2, claim: "the seven kinds of mistakes do not make all mistakes")
    ) { try read("\(header)\n\(kinds)\n") }
  }

  @Test func `a table without a column, or with a model twice, is refused`() throws {
    #expect(throws: MistakeStatisticsError.missingColumn(file: "t.csv", column: "arch")) {
      try read("\(header.replacingOccurrences(of: ",arch,", with: ",ark,"))\n\(line)\n")
    }
    #expect(throws: MistakeStatisticsError.duplicateModel("timm--x")) {
      try read("\(header)\n\(line)\n\(line)\n")
    }
  }

  @Test(arguments: [
    (",6,3,60.5", ",6,3,nan", 16, "nan"), (",6,3,60.5", ",6,3,101", 16, "101"),
    ("timm--x,1,", "timm--x,-1,", 2, "-1"), ("timm--x,1,", "timm--x,1.5,", 2, "1.5"),
  ])
  func `a field of another kind is named`(
    old: String, new: String, column: Int, text: String
  ) throws {
    let bad = line.replacingOccurrences(of: old, with: new)
    let error = #expect(throws: FileError.self) { try read("\(header)\n\(bad)\n") }
    guard case .badField("t.csv", 2, column, text, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
