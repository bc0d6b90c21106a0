import ArgumentParser
import Credence
import Foundation

/// The command `credence errors describe`.
struct ErrorsDescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract:
      "Describes labels, superclasses and classes; compares kinds of mistakes with experts'.",
    discussion: """
      Without further options: images and labels by group of classes, images with several labels, superclasses, classes \
      that often occur together, and whether overlapping classes are labels together.

      Other options look at classes or nouns, and need no images. --experts compares the kinds of mistakes with the \
      categories of the experts' lists.

      Examples:
        credence errors describe --details
        credence errors describe --contains dog wild --paths
        credence errors describe --wordnet-paths n02114712
        credence errors describe --similarity n02114712 n02114855
        credence errors describe --experts --without-oov
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Flag(help: "Also list the pairs, and the images where a mapping fails.")
  var details = false

  @Flag(help: "Compare with the experts' categories.")
  var experts = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Classes that are kinds of all these.", valueName: "names"))
  var contains: [String] = []

  @Flag(help: "With --contains: names are whole names, not parts.")
  var exact = false

  @Flag(help: "With --contains: also print where the classes stand.")
  var paths = false

  @Option(
    name: .customLong("wordnet-paths"),
    help: ArgumentHelp("Where a class or noun stands.", valueName: "wnid"))
  var wordNetPaths: String?

  @Option(help: ArgumentHelp("The offset of a noun, such as dog.n.01.", valueName: "name"))
  var offset: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The path similarity of two classes or nouns.", valueName: "wnids"))
  var similarity: [String] = []

  @Option(
    help: ArgumentHelp("How the results are printed.", valueName: ErrorListFormat.valueName))
  var format = ErrorListFormat.table

  private var looksAtNouns: Bool {
    !contains.isEmpty || wordNetPaths != nil || offset != nil || !similarity.isEmpty
  }

  func validate() throws {
    guard similarity.isEmpty || similarity.count == 2 else {
      throw ValidationError("--similarity takes two; \(similarity.count) are given.")
    }
    if exact || paths, contains.isEmpty {
      throw ValidationError("--exact and --paths belong to --contains.")
    }
    if experts, looksAtNouns {
      throw ValidationError("--experts looks at mistakes, the other options at classes.")
    }
    if format == .csv, !experts {
      throw ValidationError("Only --experts is printed as CSV; the others as table or json.")
    }
    if format == .json, looksAtNouns {
      throw ValidationError("What is said of classes and nouns is printed as text only.")
    }
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let inputs = knowledge.inputs
    if looksAtNouns {
      try StandardOutput.write(nouns(inputs))
      return
    }
    progress.enter("opening the inputs of \(inputs.dataset)")
    let opened = try ErrorKnowledge(
      opening: inputs, for: experts ? .decisions : .statistics)
    guard experts else {
      let statistics = LabelStatistics(opened)
      progress.finish()
      try StandardOutput.write(
        format == .json ? statistics.json() : statistics.text(hasDetails: details))
      return
    }
    progress.enter("comparing")
    let comparison = try ExpertComparison(inputs: inputs, knowledge: opened)
    progress.finish()
    knowledge.announce(opened)
    switch format {
    case .table: try StandardOutput.write(comparison.table())
    case .csv: try StandardOutput.write(comparison.csv())
    case .json: try StandardOutput.write(comparison.json())
    }
  }

  private func nouns(_ inputs: ErrorAnalysisInputs) throws -> String {
    var lines: [String] = []
    if let offset {
      let found = try NounIndex(opening: inputs).offset(of: offset)
      lines.append("\(found) \(WordNet.id(ofOffset: found))")
    }
    guard !contains.isEmpty || wordNetPaths != nil || !similarity.isEmpty else {
      return lines.map { $0 + "\n" }.joined()
    }
    let search = try ClassSearch(opening: inputs)
    if let wordNetPaths {
      lines += try search.paths(ofConcept: search.concept(ofID: wordNetPaths))
        .map { $0.joined(separator: " > ") }
    }
    if similarity.count == 2 {
      let value = try search.pathSimilarity(
        search.concept(ofID: similarity[0]), search.concept(ofID: similarity[1]))
      lines.append(value.map { "\($0)" } ?? "no path between them")
    }
    if !contains.isEmpty {
      let matches = try search.classes(containing: contains, isExact: exact)
      for match in matches {
        lines.append(match.text)
        if paths { lines += match.paths.map { "  " + $0.joined(separator: " > ") } }
      }
      lines.append("\(matches.count) \(matches.count == 1 ? "class" : "classes")")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
