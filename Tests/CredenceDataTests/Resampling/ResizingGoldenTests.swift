import CredenceData
import GoldenSupport
import Testing

@Suite struct ResizingGoldenTests {
  @Test func `every filter resizes as Pillow does, bit for bit`() throws {
    var group = GoldenGroup(set: "images", name: "resized", file: "resized.json")
    for (name, golden) in try GoldenSet("images").json("resized.json").members {
      func number(_ key: String) -> Int { Int(golden[key]?.number ?? 0) }
      let interpolation = try #require(
        golden["interpolation"]?.text.flatMap(Interpolation.init(rawValue:)))
      let image = noise(width: number("width"), height: number("height"), seed: number("seed"))
      let resized = try image.resized(
        width: number("newWidth"), height: number("newHeight"), interpolation)
      group.check(
        path: "\(name).sha256", expected: golden["sha256"]?.text,
        actual: resized.pixels.withUnsafeBytes { digest($0) })
      for key in ["width", "height", "seed", "newWidth", "newHeight", "interpolation"] {
        group.skip(path: "\(name).\(key)", reason: "input")
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }
}
