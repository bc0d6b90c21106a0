import CredenceUncertainty
import Foundation
import Testing

/// The catalog of documentation has a page for whatever the program lists.
@Suite struct DocumentationTests {
  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/CredenceUncertainty/CredenceUncertainty.docc")

  private func pages() throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        (
          String($0.dropLast(3)),
          try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        )
      })
  }

  @Test func `every method, score and loss has a page, and its source stands there`() throws {
    let pages = try pages()
    let rows =
      MethodCatalog.all.map { (id: $0.id, source: $0.source) }
      + DetectionDescriptor.all.map { (id: $0.id, source: $0.source) }
      + LossDescriptor.all.map { (id: $0.id, source: $0.source) }
    for row in rows {
      let found = pages.values.filter { $0.contains("`\(row.id)`") && $0.contains("## Idea") }
      #expect(!found.isEmpty, "\(row.id)")
      guard let preprint = row.source.firstMatch(of: /arXiv:[0-9.]+/)?.output else { continue }
      #expect(found.contains { $0.contains(preprint) }, "\(row.id): \(preprint)")
    }
  }

  @Test func `every page has the same parts and stands among the topics`() throws {
    var pages = try pages()
    let removed = pages.removeValue(forKey: "CredenceUncertainty")
    let root = try #require(removed)
    #expect(pages.count >= 10)
    for (name, text) in pages {
      #expect(root.contains("<doc:\(name)>"), "\(name)")
      for part in ["Idea", "Formula", "Settings", "Cost", "When it fails", "Source"] {
        #expect(text.contains("\n## \(part)\n"), "\(name): \(part)")
      }
    }
  }
}
