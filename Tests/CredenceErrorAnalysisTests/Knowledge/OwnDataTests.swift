import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

/// A data set of the user's own: six classes, with and without what is known of them.
@Suite struct OwnDataTests {
  private let temporary: TemporaryFolder
  private let folder: URL

  init() throws {
    temporary = try TemporaryFolder()
    folder = temporary.url.appendingPathComponent("pets")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "tabby\npersian\nbeagle\nboxer\nsofa\nbed\n".write(
      to: folder.appendingPathComponent("classes.txt"), atomically: true, encoding: .utf8)
    try samples(["a/1.png", "a/2.png", "b/3.png", "b/4.png"], [0, 0, 2, 4])
  }

  private func samples(_ files: [String], _ targets: [Int64]) throws {
    let width = files.map(\.unicodeScalars.count).max() ?? 1
    let text = OutgoingArray("sample_files", shape: [files.count], element: .text(width)) { body in
      for file in files {
        var scalars = file.unicodeScalars.map(\.value)
        scalars += Array(repeating: 0, count: width - scalars.count)
        try body(bytes(scalars))
      }
    }
    try NPZWriter.write(
      [text, OutgoingArray("targets", targets, element: .int64)],
      to: folder.appendingPathComponent("samples_info.npz"))
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private var inputs: ErrorAnalysisInputs {
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = temporary.url.path
    inputs.dataset = "pets"
    return inputs
  }

  private func types(_ knowledge: ErrorKnowledge, _ predictions: [Int32]) throws -> [ErrorType] {
    try ErrorAnalysis(knowledge, folder: ErrorTableFolder(inputs)).outcomes(of: [predictions])[0]
      .map(\.type)
  }

  @Test func `names alone tell right from wrong, and what is left out is named`() throws {
    let knowledge = try ErrorKnowledge(opening: inputs)
    #expect(
      knowledge.marks == [
        "hierarchy=absent", "superclasses=absent", "multi-labels=absent",
        "non-prototypical=absent", "co-occurrences=absent",
      ])
    #expect(knowledge.groups.known == [.all])
    #expect(
      try types(knowledge, [0, 1, 3, 5])
        == [.correct, .notClassified, .notClassified, .notClassified])
  }

  @Test func `a hierarchy makes superclasses and groups`() throws {
    try write(
      "hierarchy.json",
      """
      {"tabby": "cat", "persian": ["cat"], "beagle": ["dog"], "boxer": ["dog"], "cat": ["organism"],
       "dog": ["organism"], "sofa": "furniture", "bed": "furniture", "furniture": "artifact"}
      """)
    var settings = inputs
    settings.usesOutOfVocabulary = false
    let knowledge = try ErrorKnowledge(opening: settings)
    #expect(knowledge.superclasses.names(of: 0) == ["cat"])
    #expect(knowledge.groups.indices(of: .organism) == [0, 1, 2, 3])
    #expect(knowledge.groups.indices(of: .artifact) == [4, 5])
    let outcomes = try ErrorAnalysis(knowledge, folder: ErrorTableFolder(inputs)).outcomes(
      of: [[1, 3, 4, 5]])[0]
    #expect(
      outcomes.map(\.type) == [.sameSuperclass, .notClassified, .notClassified, .sameSuperclass])
    #expect(outcomes.map(\.isUndecided) == [false, true, true, false])
    // Definitions by names of the hierarchy.
    try write("superclasses.json", #"{"animal": [["organism"]]}"#)
    let wide = try ErrorKnowledge(opening: settings)
    #expect(try types(wide, [1, 3, 4, 5])[1] == .sameSuperclass)
    #expect(wide.superclasses.names(of: 5) == ["bed"])
  }

  @Test func `multi-labels, pairs and overlapping classes are read by name`() throws {
    try write(
      "multi_labels.csv",
      "id,labels,is_problematic\na/1.png,\"tabby, sofa\",False\na/2.png,0,False\n3.png,beagle,False\n4.png,,True\n"
    )
    try write(
      "cooccurrence_pairs.csv",
      "tabby,bed,2\nbeagle,boxer,1\nbeagle bed 9\n".replacingOccurrences(of: " ", with: ","))
    try write("overlapping_classes.json", #"{"beagle": ["boxer"]}"#)
    let knowledge = try ErrorKnowledge(opening: inputs)
    #expect(knowledge.pairs?.pairs == [ClassPair(0, 5), ClassPair(2, 5)])
    #expect(
      try types(knowledge, [4, 5, 3, 4])
        == [.correctMultiLabel, .commonCoOccurrences, .correctCollapsedMapping, .similarToTarget])
    #expect(knowledge.marks.contains("superclasses=absent"))
  }

  @Test func `places in WordNet bring its groups and the proposed superclasses`() throws {
    try write(
      "hierarchy.json",
      """
      {"tabby": "n02123045", "persian": "n02123394", "beagle": "n02088364", "boxer": "n02108089",
       "sofa": "n04344873", "bed": "n04344873"}
      """)
    var settings = inputs
    settings.wordNet = .path(GoldenErrors.wordNet.path)
    settings.usesOutOfVocabulary = false
    let knowledge = try ErrorKnowledge(opening: settings)
    #expect(knowledge.superclasses.source.contains("proposed"))
    #expect(knowledge.superclasses.sharesSuperclass(0, 1))
    #expect(!knowledge.superclasses.sharesSuperclass(0, 4))
    #expect(knowledge.groups.indices(of: .artifact) == [4, 5])
  }

  @Test func `proposals come from a hierarchy of one's own`() throws {
    let classes = try ClassList(contentsOf: folder.appendingPathComponent("classes.txt"))
      .with(concepts: [0, 1, 2, 3, 4, 5])
    let hierarchy = try LabelHierarchy(
      parents: [
        "tabby": ["cat"], "persian": ["cat"], "manx": ["cat"], "beagle": ["dog"], "boxer": ["dog"],
        "cat": ["organism"], "dog": ["organism"], "sofa": ["furniture"], "bed": ["furniture"],
      ], classes: classes, source: "own")
    let vocabulary = try ProposalVocabulary(
      classes: classes, hierarchy: hierarchy,
      superclasses: Superclasses(directParentsIn: hierarchy, classes: classes))
    #expect(
      try vocabulary.proposals(prediction: 0, target: 2).map(\.name)
        == ["tabby", "persian", "manx", "cat"])
    #expect(
      try vocabulary.proposals(prediction: 0, target: 4).map(\.name)
        == ["tabby", "persian", "manx", "organism", "cat"])
  }

  @Test(arguments: [
    (#"{"tabby": ["cat"], "cat": ["tabby"]}"#, "mention"),
    (
      #"{"tabby": ["cat"], "cat": ["tabby"], "persian": ["cat"], "beagle": ["cat"], "boxer": ["cat"], "sofa": ["cat"], "bed": ["cat"]}"#,
      "‘tabby’: it is a kind of itself"
    ),
    (#"{"tabby": 3}"#, "neither a name nor a list"),
    (#"["tabby"]"#, "no object"),
    ("{}", "no entry"),
    (#"{"tabby": "n02123045"}"#, "mention"),
  ])
  func `a hierarchy that says nothing is refused`(text: String, words: String) throws {
    try write("hierarchy.json", text)
    var settings = inputs
    settings.wordNet = .path(GoldenErrors.wordNet.path)
    #expect {
      try ErrorKnowledge(opening: settings)
    } throws: { error in
      ((error as? any LocalizedError)?.errorDescription ?? "").contains(words)
    }
  }

  @Test func `a hierarchy of too many levels is refused`() throws {
    var parents = (0..<20_000).map { #""a\#($0)": ["a\#($0 + 1)"]"# }
    parents += ["tabby", "persian", "beagle", "boxer", "sofa", "bed"].map { #""\#($0)": ["a0"]"# }
    try write("hierarchy.json", "{\(parents.joined(separator: ", "))}")
    let settings = inputs
    #expect {
      try ErrorKnowledge(opening: settings)
    } throws: { error in
      ((error as? any LocalizedError)?.errorDescription ?? "").contains("more than 512 levels")
    }
  }

  @Test(arguments: [
    ("id,labels\na/1.png,9\n", "9 is none of the 6 classes"),
    ("id,labels\na/1.png,lion\n", "‘lion’ is no class"),
    ("id,labels\na/1.png,0\na/1.png,0\n", "twice"),
    ("id,labels\na/1.png,0\n1.png,0\n", "twice"),
    ("id,labels\na/1.png,1\n", "not correct"),
    ("id,labels\na/1.png,\n", "no label"),
    ("id,labels,is_problematic\na/1.png,0,perhaps\n", "neither True nor False"),
    ("id,labels,original_label\na/1.png,0,1\n", "original label is 1"),
    ("id,labels\nz/9.png,0\n", "none of its 1 images"),
    ("id\na/1.png\n", "lacks the column"),
    ("id,labels\na/1.png\n", "field"),
  ])
  func `multi-labels that are wrong are refused`(text: String, words: String) throws {
    try write("multi_labels.csv", text)
    #expect {
      try ErrorKnowledge(opening: inputs)
    } throws: { error in
      ((error as? any LocalizedError)?.errorDescription ?? "").contains(words)
    }
  }

  @Test(arguments: [
    "0,9", "tabby", "tabby,tabby", "tabby,lion", "tabby,bed,many", "-1,2", "0,1,2,3",
  ])
  func `pairs that are none are refused`(line: String) throws {
    try write("cooccurrence_pairs.csv", line)
    #expect(throws: ErrorAnalysisError.self) { try ErrorKnowledge(opening: inputs) }
  }
}
