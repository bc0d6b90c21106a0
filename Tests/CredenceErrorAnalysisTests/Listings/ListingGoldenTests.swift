import CredenceErrorAnalysis
import Foundation
import GoldenSupport
import Testing

@Suite struct ListingGoldenTests {
  @Test(arguments: ["imagenet", "imagenet-a"], ErrorType.mistakes)
  func `common mistakes are listed as published`(dataset: String, type: ErrorType) throws {
    let golden = try GoldenAnalysis(dataset)
    let name = try #require(type.listingName)
    let expected = try String(
      decoding: GoldenAnalysis.set.data("expected/most_common/\(dataset)/most_common_\(name).txt"),
      as: UTF8.self)
    let found = try CommonMistakes(
      type, in: golden.tables, samples: golden.samples, classes: .imageNet()
    ) { golden.texts[$0.firstModel][$0.row] }
    #expect(found.text == expected)
    #expect(found.modelCount == 12)
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `pairs that appear as a mistake are counted as published`(dataset: String) throws {
    let golden = try GoldenAnalysis(dataset)
    let json = try GoldenAnalysis.set.json("expected/cooccurrence_pairs.json")
    var relation = ClassRelation(classCount: 1000)
    for pair in try #require(json.array) {
      let members = (pair.array ?? []).compactMap { $0.number.map { Int32($0) } }
      relation.insert(members[0], members[1])
    }
    let pairs = try SpuriousPairs(
      in: golden.tables, samples: golden.samples,
      pairs: CoOccurrencePairs(relation: relation, source: "golden"), classes: .imageNet())
    let expected = try #require(
      GoldenAnalysis.set.json("expected/spurious_pair_counts.json")[dataset]?.number)
    #expect(pairs.pairs.count == Int(expected))
    #expect(
      pairs.text == "Spurious correlations pairs that appear as a mistake: \(Int(expected))\n")
    #expect(pairs.pairs.allSatisfy { $0.predictedFirst <= $0.mistakes && $0.images > 0 })
  }

  @Test func `models are listed as published, in whatever order they come`() throws {
    let models = try GoldenAnalysis("imagenet").tables.map(\.model)
    for models in [models, models.reversed()] {
      #expect(
        try Data(ModelListing.csv(models).utf8)
          == GoldenAnalysis.set.data("expected/listings/models_summary.csv"))
      #expect(
        try Data(ModelListing.latex(models).utf8)
          == GoldenAnalysis.set.data("expected/listings/models_summary.tex"))
    }
  }

  @Test func `superclasses are listed as published`() throws {
    let listing = try SuperclassListing(opening: GoldenErrors.inputs("imagenet"))
    #expect(
      try listing.text
        == String(
          decoding: GoldenAnalysis.set.data("expected/superclasses.txt"), as: UTF8.self))
    #expect(
      try listing.latex
        == String(
          decoding: GoldenAnalysis.set.data("expected/listings/superclasses.tex"), as: UTF8.self))
  }

  @Test func `a limit cuts the walk, not the number of images`() throws {
    let golden = try GoldenAnalysis("imagenet")
    func list(_ limit: Int) throws -> [CommonMistakes.Entry] {
      try CommonMistakes(
        .notClassified, in: golden.tables, samples: golden.samples, classes: .imageNet(),
        limit: limit, texts: { _ in [] }
      ).entries
    }
    let all = try list(1000)
    #expect(try list(5) == all.filter { $0.rank <= 5 })
    #expect(try list(0).isEmpty)
    #expect(Set(all.map(\.file)).count == all.count)
  }
}
