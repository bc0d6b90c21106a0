import CredenceData
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct PreprocessingGoldenTests {
  @Test func `images are resized, cropped and normalized as timm does, bit for bit`() throws {
    var group = GoldenGroup(set: "images", name: "prepared", file: "prepared.json")
    for (name, golden) in try GoldenSet("images").json("prepared.json").members {
      func number(_ key: String) -> Int { Int(golden[key]?.number ?? 0) }
      let preprocessing = try Preprocessing(#require(golden["settings"]))
      let image = ImageContent.pixels(
        noise(width: number("width"), height: number("height"), seed: number("seed")))
      for (key, format) in [("sha256", PixelFormat.uint8), ("normalized", .float32)] {
        do {
          group.check(
            path: "\(name).\(key)", expected: golden[key]?.text,
            actual: try preparedDigest(image, preprocessing, format))
        } catch {
          group.fail(path: "\(name).\(key)", error.localizedDescription)
        }
      }
      for key in ["width", "height", "seed", "settings"] {
        group.skip(path: "\(name).\(key)", reason: "input")
      }
      for (key, value) in golden["settings"]?.members ?? [] {
        for index in (value.array ?? []).indices {
          group.skip(path: "\(name).settings.\(key).\(index)", reason: "input")
        }
        group.skip(path: "\(name).settings.\(key)", reason: "input")
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }

  /// Needs the ImageNet sample images, which may not be distributed.
  @Test func `199 photographs are decoded and prepared as PIL and timm do, bit for bit`() throws {
    let golden = try GoldenSet("images").json("samples.json")
    var group = GoldenGroup(set: "images", name: "samples", file: "samples.json")
    let settings = golden["settings"]?.members ?? []
    for (name, members) in settings {
      for (key, value) in members.members {
        group.skip(path: "settings.\(name).\(key)", reason: "input")
        for index in (value.array ?? []).indices {
          group.skip(path: "settings.\(name).\(key).\(index)", reason: "input")
        }
      }
    }
    let folder = UndistributedData.folder?.appendingPathComponent("imagenet-samples/images")
    if folder == nil { print("CREDENCE_DATA is not set: photographs are not tested") }
    for (file, expected) in golden["images"]?.members ?? [] {
      guard let folder else {
        for (key, _) in expected.members {
          group.skip(path: "images.\(file).\(key)", reason: "CREDENCE_DATA is not set")
        }
        continue
      }
      let data = try Data(contentsOf: folder.appendingPathComponent(file))
      let decoded = try ImageDecoder.decode(data, name: file)
      group.check(
        path: "images.\(file).decoded", expected: expected["decoded"]?.text,
        actual: String(decoded.pixels.withUnsafeBytes { digest($0) }.prefix(16)))
      for (name, members) in settings {
        let preprocessing = try Preprocessing(members)
        for (key, format) in [(name, PixelFormat.uint8), (name + " normalized", .float32)] {
          guard let digest = expected[key]?.text else { continue }
          group.check(
            path: "images.\(file).\(key)", expected: digest,
            actual: String(
              try preparedDigest(.encoded(data), preprocessing, format).prefix(16)))
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }
}
