import CredenceData
public import Foundation

/// Images with words below them, in sections: of a class, a sample, or a kind of mistakes.
public struct ContactSheet: Sendable {
  public struct Item: Sendable {
    /// The image's name in its folder.
    public var name: String
    /// What stands below it.
    public var lines: [String]
    /// Its folder; the sheet's own where nil.
    public var folder: ImageFolder?

    public init(name: String, lines: [String], folder: ImageFolder? = nil) {
      self.name = name
      self.lines = lines
      self.folder = folder
    }
  }

  public struct Section: Sendable {
    public var title: String
    public var items: [Item]

    public init(title: String, items: [Item]) {
      self.title = title
      self.items = items
    }
  }

  public var title: String
  public var facts: String
  /// What is shown, in words.
  public var answer: [String]
  public var warnings: [String] = []
  public var sections: [Section]
  /// Where the images are; nil where only words are wanted.
  public var folder: ImageFolder?
  /// The longest side of an image on the sheet, in pixels.
  public var side = 240

  public init(title: String, facts: String, answer: [String] = [], sections: [Section]) {
    self.title = title
    self.facts = facts
    self.answer = answer
    self.sections = sections
  }

  /// The number of images.
  public var count: Int { sections.reduce(0) { $0 + $1.items.count } }

  /// The self-contained page, images inside.
  ///
  /// An image that can't be read is named with the reason in its place.
  ///
  /// - Parameter program: The program and its version, for the footer.
  /// - Returns: HTML.
  /// - Throws: `ErrorFigureError.unsafeImageName`.
  public func page(program: String = "Credence \(ProgramVersion.current)") throws -> String {
    let model = ContactSheetModel(
      title: title, facts: facts, answer: answer, hasWarnings: !warnings.isEmpty,
      warnings: warnings,
      sections: try sections.map { section in
        ContactSheetModel.Section(
          title: section.title, items: try section.items.map { try self.model(of: $0) })
      })
    return try DataPage(title: title, program: program, script: nil)
      .text(template: "error-sheet", model: model, data: [String: String]())
  }

  private func model(of item: Item) throws -> ContactSheetModel.Item {
    _ = try ImageFolder.parts(of: item.name)
    var (source, problem): (String?, String?)
    if let folder = item.folder ?? folder {
      do {
        source = try folder.dataURI(item.name, side: side)
      } catch let error as DatasetError {
        problem = error.errorDescription
      }
    }
    return ContactSheetModel.Item(
      name: item.name, alt: "Image \(item.name)", source: source, problem: problem,
      lines: item.lines)
  }

  /// The images alone as one picture, row after row on white.
  ///
  /// - Parameter columns: Images in a row.
  /// - Returns: A PNG file; nil where there is no image that can be read.
  /// - Throws: `ErrorFigureError.unsafeImageName`, `DatasetError` for a picture that is too large.
  public func picture(columns: Int = 6) throws -> Data? {
    let columns = max(1, columns)
    var tiles: [PixelImage] = []
    for item in sections.flatMap(\.items).prefix(600) {
      guard let folder = item.folder ?? folder else { continue }
      do {
        tiles.append(try folder.thumbnail(item.name, side: side))
      } catch is DatasetError {
        continue
      }
    }
    guard !tiles.isEmpty else { return nil }
    let gap = 8
    let cell = side + gap
    let width = min(columns, tiles.count) * cell + gap
    let height = (tiles.count + columns - 1) / columns * cell + gap
    var pixels = [UInt8](repeating: 255, count: width * height * 3)
    for (index, tile) in tiles.enumerated() {
      // Smaller images stand in the middle of their cell.
      let left = gap + index % columns * cell + (side - tile.width) / 2
      let top = gap + index / columns * cell + (side - tile.height) / 2
      for row in 0..<tile.height {
        let start = ((top + row) * width + left) * 3
        let source = row * tile.width * 3
        pixels.replaceSubrange(
          start..<start + tile.width * 3, with: tile.pixels[source..<source + tile.width * 3])
      }
    }
    return try ImageEncoder.png(PixelImage(width: width, height: height, pixels: pixels))
  }
}

/// What `Resources/error-sheet.mustache` shows; property names are the template's.
private struct ContactSheetModel {
  struct Section {
    let title: String
    let items: [Item]
  }

  struct Item {
    let name: String
    let alt: String
    let source: String?
    let problem: String?
    let lines: [String]
  }

  let title: String
  let facts: String
  let answer: [String]
  let hasWarnings: Bool
  let warnings: [String]
  let sections: [Section]
}
