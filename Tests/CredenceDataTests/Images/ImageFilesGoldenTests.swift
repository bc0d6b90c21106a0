import CredenceData
import Foundation
import GoldenSupport
import Testing

@Suite struct ImageFilesGoldenTests {
  @Test func `files of every kind give the pixels that PIL gives`() throws {
    let set = GoldenSet("images")
    var group = GoldenGroup(set: "images", name: "files", file: "files.json")
    for (name, expected) in try set.json("files.json").members {
      let data = try set.data("files/\(name)")
      // PIL reads the first frame of GIF files; they are not supported here.
      let isRefused = expected.error != nil || name.hasSuffix(".gif")
      do {
        let image = try ImageDecoder.decode(data, name: name)
        if isRefused {
          group.fail(path: "\(name).error", "was decoded")
          continue
        }
        group.check(
          path: "\(name).width", expected: expected["width"]?.number ?? -1,
          actual: Double(image.width), tolerance: 0)
        group.check(
          path: "\(name).height", expected: expected["height"]?.number ?? -1,
          actual: Double(image.height), tolerance: 0)
        group.check(
          path: "\(name).sha256", expected: expected["sha256"]?.text,
          actual: image.pixels.withUnsafeBytes { digest($0) })
      } catch {
        if isRefused {
          for (leaf, _) in expected.members {
            group.skip(path: "\(name).\(leaf)", reason: "refused")
          }
        } else {
          group.fail(path: "\(name).sha256", error.localizedDescription)
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }
}
