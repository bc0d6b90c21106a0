import CredenceData
import CredenceErrorAnalysis
import CredenceReports
import Foundation
import Testing

@Suite struct ContactSheetTests {
  @Test func `shows the mistakes of a kind, each image once`() throws {
    let analysis = try SmallAnalysis(models: ["a", "b", "c"])
    let sheet = try ContactSheet.mistakes(
      .correctMultiLabel, samples: analysis.samples, classes: analysis.classes,
      tables: analysis.tables, limit: 10)
    #expect(sheet.sections[0].items.map(\.name) == ["a/2.png"])
    #expect(sheet.sections[0].items[0].lines.last == "Predicted: bee (3 models of 3)")
    let single = try ContactSheet.mistakes(
      .sameSuperclass, samples: analysis.samples, classes: analysis.classes,
      tables: [analysis.tables[1]], limit: 10)
    #expect(single.title == "Fine-grained: b")
    #expect(single.sections[0].items[0].lines == ["Label: apple", "Predicted: car"])
    let none = try ContactSheet.mistakes(
      .nonPrototypical, samples: analysis.samples, classes: analysis.classes,
      tables: analysis.tables, limit: 10)
    #expect(none.count == 0)
    #expect(try none.page().contains("0 images"))
  }

  @Test func `images in dispute are no mistakes`() throws {
    let analysis = try SmallAnalysis()
    let sheet = try ContactSheet.mistakes(
      .notClassified, samples: analysis.samples, classes: analysis.classes,
      tables: analysis.tables, limit: 10)
    #expect(sheet.sections[0].items.map(\.name) == ["b/3.png"])
  }

  @Test func `shows a class with its images, those of others that show it, and training images`()
    throws
  {
    let analysis = try SmallAnalysis()
    let images = try SmallImages()
    let sheet = try ContactSheet.sheet(
      ofClass: 1, samples: analysis.samples, classes: analysis.classes, tables: analysis.tables,
      training: ImageFolder(images.url), limit: 5)
    #expect(sheet.title == "1, b: bee")
    #expect(sheet.sections.map(\.items.count) == [1, 1, 0])
    let apple = try ContactSheet.sheet(
      ofClass: 0, samples: analysis.samples, classes: analysis.classes, tables: [],
      training: ImageFolder(images.url), limit: 1)
    #expect(apple.sections.map { $0.items.map(\.name) } == [["a/1.png"], ["a/1.png"]])
  }

  @Test func `shows samples by name, with or without their folder`() throws {
    let analysis = try SmallAnalysis()
    let sheet = try ContactSheet.samples(
      ["2.png", "c/4.png"], samples: analysis.samples, classes: analysis.classes,
      tables: analysis.tables)
    #expect(sheet.sections[0].items.map(\.name) == ["a/2.png", "c/4.png"])
    #expect(sheet.sections[0].items[1].lines.contains("Correct: none"))
    #expect(throws: ErrorFigureError.self) {
      try ContactSheet.samples(
        ["9.png"], samples: analysis.samples, classes: analysis.classes, tables: [])
    }
  }

  @Test func `images are inside, and those that can't be read are named`() throws {
    let analysis = try SmallAnalysis()
    let images = try SmallImages()
    var sheet = try ContactSheet.samples(
      ["a/1.png", "b/3.png"], samples: analysis.samples, classes: analysis.classes, tables: [])
    sheet.folder = try ImageFolder(images.url)
    let page = try sheet.page()
    #expect(page.matches(of: /<img src="data:image\/jpeg;base64,/).count == 1)
    #expect(page.contains("‘b/3.png’ can&#39;t be read"))
    #expect(!page.contains("script-src"))
    sheet.side = 20
    let picture = try ImageDecoder.decode(try #require(try sheet.picture()), name: "sheet")
    #expect((picture.width, picture.height) == (36, 36))
    #expect(picture.pixels[0] == 255)
    #expect(picture.pixels[(18 * 36 + 18) * 3] == 90)
    sheet.folder = nil
    #expect(try sheet.picture() == nil)
  }

  @Test func `words never become markup, and names stay in the folder`() throws {
    let item = ContactSheet.Item(
      name: "\"><img src=x>", lines: [SmallAnalysis.hostile])
    let sheet = ContactSheet(
      title: SmallAnalysis.hostile, facts: SmallAnalysis.hostile, answer: [SmallAnalysis.hostile],
      sections: [ContactSheet.Section(title: SmallAnalysis.hostile, items: [item])])
    let page = try sheet.page()
    #expect(!page.contains("<img"))
    #expect(page.matches(of: /<script/).count == 1)
    let outside = ContactSheet(
      title: "", facts: "",
      sections: [
        ContactSheet.Section(title: "", items: [ContactSheet.Item(name: "../x.png", lines: [])])
      ])
    #expect(throws: ErrorFigureError.unsafeImageName("../x.png")) { try outside.page() }
  }

  @Test func `classes are found by identifier, number and name`() throws {
    let classes = try ClassList(
      ids: ["n1", "n2", "n3"], descriptions: ["crane, bird", "crane, machine", "Red fox"],
      source: "test")
    #expect(try classes.index(matching: "n2") == 1)
    #expect(try classes.index(matching: "2") == 2)
    #expect(try classes.index(matching: "red FOX") == 2)
    #expect(try classes.index(matching: "machine") == 1)
    #expect(
      throws: ErrorFigureError.unknownName("crane", option: "--class", known: ["n1", "n2"])
    ) { try classes.index(matching: "crane") }
    #expect(
      throws: ErrorFigureError.unknownName("fox", option: "--class", known: ["Red fox"])
    ) { try classes.index(matching: "fox") }
    #expect(throws: ErrorFigureError.self) { try classes.index(matching: "3") }
  }
}
