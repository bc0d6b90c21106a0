import CredenceModels
import CredenceReports
import Foundation
import Testing

@Suite struct ModelListTests {
  static let row = ModelList.Row(
    id: "net.a1_in1k", architecture: "net", family: "Nets", parameters: 11_689_512,
    inputSize: [3, 224, 224], cropFraction: 0.95, interpolation: "bicubic", tag: "a1_in1k",
    isDefault: true, hubID: "timm/net.a1_in1k", license: "apache-2.0", classCount: 1000)

  static let small = ModelList.Row(
    id: "lenet, \"5\"", architecture: "lenet, \"5\"", family: "LeNet", parameters: nil,
    inputSize: [1, 28, 28], cropFraction: 1, interpolation: "bilinear", tag: "", isDefault: false,
    hubID: "", license: "", classCount: 10)

  @Test func `without words every architecture has one row, in the catalog's order`() throws {
    let list = try ModelList()
    #expect(list.rows.map(\.architecture) == ModelCatalog.all.map(\.id))
    #expect(Set(list.rows.map(\.id)).count == list.rows.count)
  }

  @Test func `every word must be contained, in any case`() throws {
    let rows = try ModelList(words: ["ResNet50", "A1"]).rows
    #expect(rows.contains { $0.id == "resnet50.a1_in1k" })
    #expect(rows.allSatisfy { $0.id.contains("resnet50") && $0.id.contains("a1") })
    #expect(try ModelList(words: ["resnet50", "no such word"]).rows.isEmpty)
  }

  @Test(arguments: ["vgg1[19]", "VGG1?", "vgg*"])
  func `a pattern matches the whole name`(_ pattern: String) throws {
    let names = try ModelList(words: [pattern]).rows.map(\.architecture)
    #expect(names.contains("vgg11"))
    #expect(names.contains("vgg19"))
    #expect(names.allSatisfy { $0.hasPrefix("vgg1") })
    #expect(names.contains("vgg11_bn") == pattern.hasSuffix("*"))
  }

  @Test func `a family is listed alone, and an unknown one is refused with those there are`() throws
  {
    let rows = try ModelList(family: "vgg").rows
    #expect(!rows.isEmpty)
    #expect(Set(rows.map(\.family)).count == 1)
    #expect(
      throws: ModelError.unknownModel(
        name: "VGGs", suggestions: Self.families)
    ) { try ModelList(family: "VGGs") }
  }

  @Test func `all weights of an architecture are those of the published table`() throws {
    let rows = try ModelList(words: ["resnet18.*"], listsAllWeights: true).rows
    let published = PretrainedConfiguration.configurations(of: "resnet18")
    #expect(rows.map(\.id) == published.map(\.id))
    #expect(rows.map(\.hubID) == published.map(\.hubID))
    #expect(rows.filter(\.isDefault).map(\.tag) == ["a1_in1k"])
    #expect(try ModelList(words: ["resnet18.*"]).rows.map(\.tag) == ["a1_in1k"])
  }

  @Test func `a network is counted as it is published, or the list says why not`() throws {
    let list = try ModelList(words: ["resnet18"])
    let row = try #require(list.rows.first { $0.architecture == "resnet18" })
    if list.uncountedReason.isEmpty {
      #expect(row.parameters == 11_689_512)
    } else {
      #expect(row.parameters == nil)
      #expect(list.table().contains("Parameters are not counted: "))
    }
  }

  @Test func `a misspelled name suggests near ones`() {
    #expect(ModelList.suggestions(for: "resnet500").contains("resnet50"))
    #expect(ModelList.suggestions(for: "*densenet12*").contains("densenet121"))
    #expect(ModelList.suggestions(for: "").isEmpty)
  }

  @Test func `the table has a block per family and fits a terminal`() throws {
    let text = ModelList(rows: [Self.row, Self.small]).table()
    #expect(
      text == """
        Model          Params    Input  Crop  Resizing  Weights (license)
        Nets
          net         11.69 M      224  0.95   bicubic  a1_in1k (apache-2.0)
        LeNet
          lenet, "5"        –  1×28×28     1  bilinear  –

        2 architectures, 1 of the lines with published weights. The CSV and JSON forms have everything.

        """)
    let whole = try ModelList(listsAllWeights: true).table()
    #expect(whole.split(separator: "\n").allSatisfy { $0.count <= ScoreTable.width })
  }

  @Test func `a record per row, quoted where it must be`() {
    let records = CSVParser.records(ModelList(rows: [Self.row, Self.small]).csv())
    #expect(records[0].prefix(4) == ["model", "architecture", "family", "parameters"])
    #expect(
      records[1] == [
        "net.a1_in1k", "net", "Nets", "11689512", "11.689512", "3", "224", "224", "0.95", "bicubic",
        "1000", "a1_in1k", "true", "timm/net.a1_in1k", "apache-2.0",
      ])
    #expect(
      records[2] == [
        "lenet, \"5\"", "lenet, \"5\"", "LeNet", "", "", "1", "28", "28", "1.0", "bilinear", "10",
        "", "false", "", "",
      ])
  }

  @Test func `the JSON form names its schema and reads back`() throws {
    struct Document: Decodable {
      let schema: String
      let models: [ModelList.Row]
    }
    let text = try ModelList(rows: [Self.row, Self.small]).json()
    let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    #expect(document.schema == "credence.models/1")
    #expect(document.models == [Self.row, Self.small])
    #expect(text.last == "}")
  }

  private static let families: [String] = ModelCatalog.all.reduce(into: []) { names, descriptor in
    if !names.contains(descriptor.family) { names.append(descriptor.family) }
  }
}
