import CredenceData
import Foundation
import Testing

@Suite struct CorruptedDatasetWriterTests {
  private let data: TemporaryFolder
  private let output: TemporaryFolder

  init() throws {
    (data, output) = (try TemporaryFolder(), try TemporaryFolder())
    for (index, name) in ["ant/a.png", "ant/b.png", "bee/c.JPEG", "bee/sub/d.png"].enumerated() {
      let image = TestImage.colorful(width: 24, height: 20, shift: index)
      try data.write("clean/\(name)", ImageEncoder.png(image))
    }
  }

  private var clean: String { "\(data.path)/clean" }
  private var target: URL { URL(fileURLWithPath: "\(output.path)/made") }

  private func settings(
    _ names: [String] = ["fog", "pixelate"], _ severities: [Int] = [1, 4]
  ) throws -> CorruptedDatasetSettings {
    var settings = CorruptedDatasetSettings(
      corruptions: try CorruptionCatalog.named(names), severities: severities)
    settings.benchmark = .cifarC
    settings.encoding = .png
    return settings
  }

  @discardableResult
  private func write(
    _ settings: CorruptedDatasetSettings, from path: String? = nil, to folder: URL? = nil
  ) throws -> CorruptedDatasetWriter.Result {
    try CorruptedDatasetWriter(DatasetCatalog.open(path: path ?? clean), settings)
      .write(to: folder ?? target)
  }

  /// The bytes of every file below a folder.
  private func contents(of folder: URL) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let url = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      if !isFolder.boolValue { contents[name] = try Data(contentsOf: url) }
    }
    return contents
  }

  @Test func `a tree keeps classes, labels and the pixels of each corruption`() throws {
    let result = try write(settings())
    #expect(result.madeCount == 16 && result.presentCount == 0 && result.skipped.isEmpty)
    let tree = try CorruptionTree(path: target.path)
    #expect(tree.corruptions == ["fog", "pixelate"])
    #expect(tree.entries.map(\.severity) == [1, 4, 1, 4])
    let original = try DatasetCatalog.open(path: clean)
    for entry in tree.entries {
      let made = try tree.dataset(entry)
      #expect(made.classNames == ["ant", "bee"])
      // An ending that is not the encoding's is changed.
      #expect(
        (0..<4).map(made.id(at:)) == ["ant/a.png", "ant/b.png", "bee/c.png", "bee/sub/d.png"])
      for index in 0..<4 {
        #expect(made.label(at: index) == original.label(at: index))
        let expected = try CorruptionCatalog.named(entry.corruption).corrupted(
          original.image(at: index), severity: entry.severity, benchmark: .cifarC, seed: 0,
          sample: original.id(at: index))
        #expect(try made.image(at: index) == expected)
      }
    }
  }

  @Test func `the files depend on the seed and not on the threads`() throws {
    var first = try settings(["gaussian_noise", "frost"], [2])
    first.workerCount = 1
    try write(first)
    let other = URL(fileURLWithPath: "\(output.path)/other")
    var second = first
    second.workerCount = 5
    try write(second, to: other)
    #expect(try contents(of: target) == contents(of: other))
    second.seed = 1
    let third = URL(fileURLWithPath: "\(output.path)/third")
    try write(second, to: third)
    #expect(try contents(of: target) != contents(of: third))
  }

  @Test func `what is there is not made again, and corruptions can be added`() throws {
    try write(settings())
    let before = try contents(of: target)
    let lost = target.appendingPathComponent("fog/4/ant/b.png")
    try FileManager.default.removeItem(at: lost)
    let kept = target.appendingPathComponent("fog/1/ant/a.png")
    let date = try FileManager.default.attributesOfItem(atPath: kept.path)[.modificationDate]
    let again = try write(settings())
    #expect(again.madeCount == 1 && again.presentCount == 15)
    #expect(try contents(of: target) == before)
    let dateAfter = try FileManager.default.attributesOfItem(atPath: kept.path)[.modificationDate]
    #expect(date as? Date == dateAfter as? Date)
    let more = try write(settings(["contrast", "fog"], [1]))
    #expect(more.madeCount == 4 && more.presentCount == 4)
  }

  @Test func `settings and images of another run are refused by name`() throws {
    try write(settings())
    var changed = try settings()
    changed.seed = 3
    #expect(
      throws: CorruptionError.otherRun(
        folder: target.relativePath, setting: "seed", found: "0", asked: "3")
    ) { try write(changed) }
    changed = try settings()
    changed.encoding = .jpeg(quality: 85)
    #expect(
      throws: CorruptionError.otherRun(
        folder: target.relativePath, setting: "encoding", found: "PNG",
        asked: "JPEG of quality 85")
    ) { try write(changed) }
    try data.writeImage("clean/ant/new.png")
    #expect(
      throws: CorruptionError.otherRun(
        folder: target.relativePath, setting: "number of images", found: "4", asked: "5")
    ) { try write(settings()) }
  }

  @Test func `folders of something else and of the data itself are refused`() throws {
    try output.write("made/notes.txt", "mine")
    #expect(throws: CorruptionError.foreignFolder(target.relativePath)) { try write(settings()) }
    let inside = URL(fileURLWithPath: "\(clean)/made")
    #expect(throws: CorruptionError.folderInsideData(inside.relativePath)) {
      try write(settings(), to: inside)
    }
    #expect(try contents(of: target).keys.sorted() == ["notes.txt"])
  }

  @Test func `images that can't be read are named, or left out`() throws {
    try data.write("clean/bee/damaged.png", "no image")
    #expect {
      try write(settings())
    } throws: { error in
      guard case DatasetError.unreadableImage(let image, _) = error else { return false }
      return image.hasSuffix("bee/damaged.png")
    }
    var skipping = try settings()
    skipping.unreadableImages = .skip
    let result = try write(skipping)
    #expect(result.skipped.map(\.id) == ["bee/damaged.png"])
    let entry = try #require(CorruptionTree(path: target.path).entries.first)
    #expect(try CorruptionTree(path: target.path).dataset(entry).count == 4)
  }

  @Test func `images are resized to 8 to 7 and cut before they are corrupted`() throws {
    var cropped = try settings(["fog"], [1])
    cropped.crop = .center(side: 14)
    try write(cropped)
    let tree = try CorruptionTree(path: target.path)
    let image = try tree.dataset(#require(tree.entries.first)).image(at: 0)
    #expect(image.width == 14 && image.height == 14)
    let original = try DatasetCatalog.open(path: clean).image(at: 0)
    // 24 × 20 becomes 19 × 16.
    let resized = try original.resized(width: 19, height: 16, .bilinear)
    var pixels: [UInt8] = []
    for row in 1..<15 {
      pixels += resized.pixels[(row * 19 + 2) * 3..<(row * 19 + 16) * 3]
    }
    let expected = try CorruptionDescriptor.fog.corrupted(
      PixelImage(width: 14, height: 14, pixels: pixels), severity: 1, benchmark: .cifarC, seed: 0,
      sample: "ant/a.png")
    #expect(image == expected)
  }

  @Test func `the benchmark is that of the nearest size`() throws {
    for (side, benchmark) in [(20, "cifar-c"), (60, "tiny-imagenet-c"), (300, "imagenet-c")] {
      let folder = try TemporaryFolder()
      try folder.write("a/x.png", ImageEncoder.png(TestImage.gray(9, width: side, height: side)))
      var settings = try settings(["brightness"], [1])
      settings.benchmark = nil
      let out = URL(fileURLWithPath: "\(output.path)/\(side)")
      #expect(try write(settings, from: folder.path, to: out).benchmark.rawValue == benchmark)
    }
  }

  // MARK: Arrays

  private func writeArrays(count: Int, labeled: Bool = true) throws -> String {
    var pixels: [UInt8] = []
    for index in 0..<count {
      pixels += TestImage.colorful(width: 8, height: 8, shift: index).pixels
    }
    if labeled {
      try data.write("arrays/labels.npy", npy([count], (0..<count).map { UInt8($0 % 3) }))
    }
    return try data.write("arrays/images.npy", npy([count, 8, 8, 3], pixels))
  }

  @Test func `arrays hold all severities one after another, with labels as often`() throws {
    let path = try writeArrays(count: 7)
    let result = try write(settings(["contrast", "shot_noise"], [1, 2, 3, 4, 5]), from: path)
    #expect(result.madeCount == 70)
    let clean = try DatasetCatalog.open(path: path)
    let tree = try CorruptionTree(path: target.path)
    #expect(tree.corruptions == ["contrast", "shot_noise"] && tree.entries.count == 10)
    for entry in tree.entries {
      let made = try tree.dataset(entry)
      #expect(made.count == 7)
      for index in 0..<7 {
        #expect(made.id(at: index) == clean.id(at: index))
        #expect(made.label(at: index) == index % 3)
        let expected = try CorruptionCatalog.named(entry.corruption).corrupted(
          clean.image(at: index), severity: entry.severity, benchmark: .cifarC, seed: 0,
          sample: clean.id(at: index))
        #expect(try made.image(at: index) == expected)
      }
    }
    let again = try write(settings(["contrast", "shot_noise"], [1, 2, 3, 4, 5]), from: path)
    #expect(again.madeCount == 0 && again.presentCount == 70)
  }

  @Test func `arrays need all severities and the classes`() throws {
    let path = try writeArrays(count: 2, labeled: false)
    #expect(
      throws: DatasetError.badSetting(
        name: "--severity", value: "‘1 4’",
        allowed: "1-5 for images in arrays, whose files hold all severities")
    ) { try write(settings(), from: path) }
    #expect(throws: CorruptionError.unlabeledArrays(path)) {
      try write(settings(["fog"], [1, 2, 3, 4, 5]), from: path)
    }
  }

  // MARK: Settings

  @Test func `impossible settings are refused before anything is written`() throws {
    #expect(throws: CorruptionError.invalidSeverity(6)) { try write(settings(["fog"], [6])) }
    for change: (inout CorruptedDatasetSettings) -> Void in [
      { $0.workerCount = 0 }, { $0.encoding = .jpeg(quality: 0) }, { $0.crop = .center(side: 0) },
      { $0.severities = [] }, { $0.severities = [1, 1] }, { $0.corruptions = [] },
    ] {
      var settings = try settings()
      change(&settings)
      #expect {
        try write(settings)
      } throws: { error in
        if case DatasetError.badSetting = error { true } else { false }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: target.path))
  }

  @Test func `two images that would get one file are refused`() throws {
    try data.writeImage("clean/ant/a.bmp")
    #expect(throws: CorruptionError.sameName(first: "ant/a.bmp", second: "ant/a.png")) {
      try write(settings())
    }
  }

  @Test func `classes of a label file become folders`() throws {
    let flat = try TemporaryFolder()
    for name in ["x.png", "y.png"] { try flat.writeImage("images/\(name)") }
    try flat.write("images/labels.txt", "x.png wasp\ny.png moth\n")
    try write(settings(["brightness"], [2]), from: "\(flat.path)/images")
    let paths = try contents(of: target).keys.sorted()
    #expect(paths == ["brightness/2/moth/y.png", "brightness/2/wasp/x.png", "corruptions.json"])
  }

  @Test func `groups of names are the standard 15 and all 19`() throws {
    #expect(try CorruptionCatalog.named(["all"]).count == 15)
    #expect(try CorruptionCatalog.named(["fog", "all-extra"]).count == 19)
    #expect(try CorruptionCatalog.named(["fog", "snow", "fog"]).map(\.id) == ["fog", "snow"])
    #expect(throws: (any Error).self) { try CorruptionCatalog.named(["fogg"]) }
  }
}
