import CredenceFiles
public import Foundation

/// A hierarchy of the user's own: what each class and concept is a kind of.
///
/// - JSON `{"tabby": ["cat"], "cat": ["animal"]}`: the parents of each class or concept, by name; a single parent may stand without brackets.
/// - JSON `{"tabby": "n02123045"}`, every value a WordNet identifier: the class's place in WordNet.
/// - CSV with the columns `name` and `parent`: the same, a line for each parent.
public enum OwnHierarchy: Hashable, Sendable {
  /// Parents by name.
  case parents([String: [String]])
  /// Places in WordNet.
  case wordNet([String: Int])

  /// Reads a file.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the entry.
  public init(contentsOf url: URL) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    var parents: [String: [String]] = [:]
    if url.pathExtension.lowercased() == "csv" {
      let table = try TextTable(data, file: file)
      guard let name = table.column("name"), let parent = table.column("parent") else {
        throw ErrorAnalysisError.mismatch(
          file: file, problem: "it lacks the column ‘name’ or ‘parent’")
      }
      for fields in table.rows {
        parents[fields[name], default: []] += fields[parent].isEmpty ? [] : [fields[parent]]
      }
    } else {
      guard let object = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
        throw FileError.malformed(file: file, format: "JSON", problem: "it is no object")
      }
      for (name, value) in object {
        guard let list = value.string.map({ [$0] }) ?? value.array?.compactMap(\.string),
          value.array == nil || list.count == value.array?.count
        else {
          throw ErrorAnalysisError.badEntry(
            file: file, entry: "‘\(name)’", problem: "it is neither a name nor a list of names")
        }
        parents[name] = list
      }
    }
    guard !parents.isEmpty else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "it holds no entry")
    }
    let places = parents.compactMapValues { list in
      list.count == 1 ? WordNet.offset(ofID: list[0]) : nil
    }
    self = places.count == parents.count ? .wordNet(places) : .parents(parents)
  }
}

extension LabelHierarchy {
  /// A hierarchy by names; the ids number the concepts in the order of their names, classes first and in their order.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for a class that stands nowhere, a concept that is a kind of itself, and one with the same parent twice.
  package init(
    parents: [String: [String]], classes: ClassList, source: String
  ) throws(ErrorAnalysisError) {
    var names = classes.ids
    let classNames = Set(classes.ids)
    let others = Set(parents.keys).union(parents.values.joined()).subtracting(classNames)
    for name in classes.ids where parents[name] == nil && !parents.values.joined().contains(name) {
      throw .badEntry(
        file: source, entry: "class ‘\(name)’", problem: "the hierarchy does not mention it")
    }
    names += others.sorted()
    var ids: [String: Int] = [:]
    for (id, name) in names.enumerated() { ids[name] = id }
    var hyponyms = [[Int]](repeating: [], count: names.count)
    var hypernyms = [[Int]](repeating: [], count: names.count)
    for (id, name) in names.enumerated() {
      let list = parents[name] ?? []
      guard Set(list).count == list.count else {
        throw .badEntry(
          file: source, entry: "‘\(name)’", problem: "it has the same parent twice")
      }
      for parent in list {
        guard let parentID = ids[parent] else { continue }
        hypernyms[id].append(parentID)
        hyponyms[parentID].append(id)
      }
    }
    try self.init(
      concepts: names.enumerated().map { id, name in
        Concept(id: id, names: [name], hypernyms: hypernyms[id], hyponyms: hyponyms[id])
      }, source: source)
    for id in names.indices { _ = try paths(to: id) }
  }
}

extension Superclasses {
  /// What classes are directly a kind of, as superclasses: what a hierarchy of the user's own says without further definitions.
  ///
  /// - Throws: `ErrorAnalysisError` where a name stands twice.
  package init(
    directParentsIn hierarchy: LabelHierarchy, classes: ClassList
  ) throws(ErrorAnalysisError) {
    var members: [Int: [Int32]] = [:]
    for (index, concept) in classes.concepts.enumerated() {
      guard let concept else { continue }
      let entry = try hierarchy.concept(concept)
      for parent in entry.hypernyms + entry.instanceHypernyms {
        members[parent, default: []].append(Int32(index))
      }
    }
    var definitions: [(name: String, members: [Int32])] = []
    for (id, list) in members.sorted(by: { $0.key < $1.key }) {
      definitions.append((try hierarchy.concept(id).names.first ?? "", list))
    }
    try self.init(
      definitions: definitions, classes: classes,
      source: "the direct parents in ‘\(hierarchy.source)’")
  }
}
