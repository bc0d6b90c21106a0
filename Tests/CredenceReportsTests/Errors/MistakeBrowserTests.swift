import CredenceErrorAnalysis
import CredenceReports
import Foundation
import Testing

@Suite struct MistakeBrowserTests {
  /// The data of a page as JSON.
  static func data(of page: String) throws -> [String: Any] {
    let start = try #require(page.range(of: "id=\"report-data\">"))
    let rest = page[start.upperBound...]
    let end = try #require(rest.range(of: "</script>"))
    let json = try JSONSerialization.jsonObject(with: Data(rest[..<end.lowerBound].utf8))
    return try #require(json as? [String: Any])
  }

  @Test func `counts models and answers for each image`() throws {
    let analysis = try SmallAnalysis(models: ["a", "b", "c"])
    let browser = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: analysis.tables)
    let data = try Self.data(of: browser.page())
    #expect(data["wrong"] as? [Int] == [1, 3, 2, 3])
    let failure = Int(ErrorType.notClassified.rawValue)
    let answers = try #require(data["answers"] as? [[Int]])
    #expect(answers[0] == [2, Int(ErrorType.sameSuperclass.rawValue), 1])
    #expect(answers[2] == [2, failure, 2])
    // The remark of the labels stands above the kind.
    #expect(answers[3].prefix(3) == [0, failure | Int(LabelRemark.emptyWrong.rawValue) << 4, 2])
    #expect(data["problematic"] as? [Int] == [3])
    // Half a byte for each image, the first one low: second model, places 1, 1, 0, 2.
    let places = try #require(data["places"] as? [String])
    #expect(Data(base64Encoded: places[1]) == Data([0x11, 0x20]))
    #expect(browser.hardest(2) == ["a/2.png", "c/4.png"])
  }

  @Test func `models beyond the limit count, but can't be chosen`() throws {
    let analysis = try SmallAnalysis(models: ["a", "b", "c"])
    let page = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: analysis.tables, modelLimit: 1
    ).page()
    #expect(page.contains("The page can filter by the first 1 of 3 models"))
    #expect(page.contains("<option value=\"0\">a</option>"))
    #expect(!page.contains("<option value=\"1\">b</option>"))
    #expect((try Self.data(of: page)["places"] as? [String])?.count == 1)
  }

  @Test func `rare answers share one place`() throws {
    let classes = try ClassList(
      ids: (0..<40).map { "c\($0)" }, descriptions: (0..<40).map { "class \($0)" }, source: "test")
    let samples = AnnotatedSamples(
      dataset: "own", files: ["x.png"], positions: [0], predictionCount: 1, targets: [0],
      labels: LabelLists([[0]]), isProblematic: [false], isNonPrototypical: [false],
      isImageNetM: nil)
    let tables = (1..<40).map { index in
      ErrorTable(
        model: SmallAnalysis.record("m\(index)"), predictions: [Int32(index)],
        outcomes: [ErrorOutcome(.notClassified)])
    }
    let data = try Self.data(
      of: MistakeBrowser(samples: samples, classes: classes, tables: tables).page())
    #expect((data["answers"] as? [[Int]])?.first?.count == 3 * 14)
    #expect((data["places"] as? [String])?.last == Data([15]).base64EncodedString())
    #expect(data["wrong"] as? [Int] == [39])
  }

  @Test func `names of files, classes and models never become markup`() throws {
    let analysis = try SmallAnalysis(
      files: [SmallAnalysis.hostile.replacing("/", with: "|"), "a/2.png", "b/3.png", "c/4.png"],
      names: [SmallAnalysis.hostile, "b", "c"], models: [SmallAnalysis.hostile, "second"])
    var images = MistakeBrowser.Images()
    images.address = "../images"
    let page = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: analysis.tables
    ).page(images: images, notes: [SmallAnalysis.hostile])
    #expect(!page.contains("<img"))
    #expect(page.matches(of: /<script[ >]/).count == 2)
    #expect(page.matches(of: /<\/script>/).count == 2)
    #expect(page.contains("img-src data: blob: 'self' file:"))
    #expect((try Self.data(of: page)["models"] as? [String])?.first == SmallAnalysis.hostile)
  }

  @Test func `a page without linked images may load none`() throws {
    let analysis = try SmallAnalysis()
    let page = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: analysis.tables
    ).page()
    #expect(page.contains("img-src data: blob:; base-uri"))
  }

  @Test func `names that lead out of the folder of images are refused`() throws {
    let analysis = try SmallAnalysis(files: ["a/1.png", "../2.png", "b/3.png", "c/4.png"])
    #expect(throws: ErrorFigureError.unsafeImageName("../2.png")) {
      try MistakeBrowser(
        samples: analysis.samples, classes: analysis.classes, tables: analysis.tables)
    }
  }

  @Test func `tables of other images and classes are refused`() throws {
    let analysis = try SmallAnalysis()
    func browse(_ predictions: [Int32]) throws {
      _ = try MistakeBrowser(
        samples: analysis.samples, classes: analysis.classes,
        tables: [
          ErrorTable(
            model: SmallAnalysis.record("m"), predictions: predictions,
            outcomes: predictions.map { _ in ErrorOutcome(.notClassified) })
        ])
    }
    #expect(
      throws: ErrorFigureError.mismatchedTable(model: "m", expected: 4, found: 1)
    ) { try browse([0]) }
    #expect(
      throws: ErrorFigureError.unknownClass(model: "m", image: "b/3.png", number: 3, count: 3)
    ) { try browse([0, 0, 3, 0]) }
  }

  @Test func `no model and no image make an empty page`() throws {
    let analysis = try SmallAnalysis()
    let page = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: []
    ).page()
    #expect(try Self.data(of: page)["wrong"] as? [Int] == [0, 0, 0, 0])
    #expect(!page.contains("name=\"model\""))
  }

  @Test(.enabled(if: Browser.path != nil, "needs Chromium"))
  func `a browser finds the images that match`() throws {
    let analysis = try SmallAnalysis(models: [SmallAnalysis.hostile, "b"])
    let page = try MistakeBrowser(
      samples: analysis.samples, classes: analysis.classes, tables: analysis.tables
    ).page()
    let document = try Browser.document(of: page)
    // Three images with a wrong model, of which one is in dispute.
    #expect(document.contains("data-found=\"3\""))
    #expect(!document.contains("data-first-error"))
    #expect(document.contains("1 of 2 models wrong"))
  }
}
