import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct WordNetTests {
  private let dog =
    "02084071 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 003 @ 02083346 n 0000 @i 01317541 n 0000 ~ 01322604 n 0000 | a member  \n"

  private func nouns(_ text: String) throws -> LabelHierarchy {
    try WordNet.nouns(Data(text.utf8), file: "data.noun")
  }

  @Test func `a line gives names and pointers of nouns alone`() throws {
    let hierarchy = try nouns("  1 license\n" + dog)
    let concept = try hierarchy.concept(2_084_071)
    #expect(concept.names == ["dog", "domestic_dog", "Canis_familiaris"])
    #expect(concept.hypernyms == [2_083_346])
    #expect(concept.instanceHypernyms == [1_317_541])
    #expect(concept.hyponyms == [1_322_604])
  }

  @Test func `identifiers and offsets are two forms of one thing`() {
    #expect(WordNet.id(ofOffset: 2_084_071) == "n02084071")
    #expect(WordNet.offset(ofID: "n02084071") == 2_084_071)
    for text in ["", "n0208407", "n020840711", "v02084071", "n0208407x", "tabby"] {
      #expect(WordNet.offset(ofID: text) == nil)
    }
  }

  @Test func `paths follow kinds and then instances`() throws {
    let hierarchy = try nouns(
      """
      00000001 03 n 01 entity 0 000 |
      00000002 03 n 01 a 0 001 @ 00000001 n 0000 |
      00000003 03 n 01 b 0 001 @ 00000001 n 0000 |
      00000004 03 n 01 c 0 002 @i 00000002 n 0000 @ 00000003 n 0000 |

      """)
    #expect(try hierarchy.paths(to: 4) == [[1, 3, 4], [1, 2, 4]])
    #expect(try hierarchy.ancestorNames(of: 4) == ["entity", "a", "b", "c"])
  }

  @Test(arguments: [
    "", "  only a license\n", "02084071\n", "0208407 05 n 01 dog 0 000 |\n",
    "02084071 05 v 01 dog 0 000 |\n", "02084071 05 n 0z dog 0 000 |\n", "02084071 05 n 00 000 |\n",
    "02084071 05 n 02 dog 0 000 |\n", "02084071 05 n 01 dog 0 002 @ 02083346 n 0000 |\n",
    "02084071 05 n 01 dog 0 001 @ 2083346 n 0000 |\n", "02084071 05 n ff dog 0\n",
  ])
  func `a line that is wrong is named`(text: String) throws {
    #expect {
      try nouns(text)
    } throws: { error in
      guard case .badEntry("data.noun", let entry, _) = error as? ErrorAnalysisError else {
        return false
      }
      return entry == "line 1"
    }
  }

  @Test func `a noun that stands twice and one that is absent are named`() throws {
    #expect(throws: ErrorAnalysisError.self) { try nouns(dog + dog) }
    let hierarchy = try nouns(dog)
    #expect(throws: ErrorAnalysisError.self) { try hierarchy.paths(to: 2_084_071) }
  }

  @Test func `circles are found`() throws {
    let hierarchy = try nouns(
      """
      00000001 03 n 01 a 0 001 @ 00000002 n 0000 |
      00000002 03 n 01 b 0 001 @ 00000001 n 0000 |

      """)
    #expect(throws: ErrorAnalysisError.self) { try hierarchy.paths(to: 1) }
  }

  @Test func `lattices with more paths than anyone can follow are refused`() throws {
    var text = "00000000 03 n 01 a 0 000 |\n00000001 03 n 01 b 0 000 |\n"
    for level in 1..<40 {
      for side in 0..<2 {
        let offset = 2 * level + side
        func digits(_ value: Int) -> String { String(WordNet.id(ofOffset: value).dropFirst()) }
        text +=
          "\(digits(offset)) 03 n 01 c 0 002 @ \(digits(2 * level - 2)) n 0000 @ \(digits(2 * level - 1)) n 0000 |\n"
      }
    }
    let hierarchy = try nouns(text)
    #expect(try hierarchy.paths(to: 12).count == 64)
    #expect(throws: ErrorAnalysisError.self) { try hierarchy.paths(to: 78) }
  }

  @Test func `compressed files that are damaged are refused`() throws {
    let folder = try TemporaryFolder()
    let data = try Data(contentsOf: GoldenErrors.wordNet)
    let cut = try folder.file("data.noun.gz", data.prefix(data.count / 2))
    #expect(throws: FileError.self) { try WordNet.nouns(contentsOf: cut) }
    var changed = data
    changed[data.count - 5] ^= 1
    let wrong = try folder.file("data.noun.gz", changed)
    #expect(throws: FileError.self) { try WordNet.nouns(contentsOf: wrong) }
  }
}
