import CImageCodecs
import CredenceData
import Foundation
import GoldenSupport
import Testing

@Suite struct CodecTests {
  private static let files = GoldenSet("images")

  /// The files of the golden set that decode.
  private static func readable() throws -> [(name: String, data: Data, image: PixelImage)] {
    try files.json("files.json").members.compactMap { name, _ in
      let data = try files.data("files/\(name)")
      return (try? ImageDecoder.decode(data, name: name)).map { (name, data, $0) }
    }
  }

  @Test func `a part of an image equals that part of the whole`() throws {
    var random = SystemRandomNumberGenerator()
    for (name, data, image) in try Self.readable() where !name.hasSuffix(".bmp") {
      for _ in 0..<20 {
        let left = Int.random(in: 0..<image.width, using: &random)
        let right = Int.random(in: left + 1...image.width, using: &random)
        let top = Int.random(in: 0..<image.height, using: &random)
        let bottom = Int.random(in: top + 1...image.height, using: &random)
        let part = try #require(
          Self.part(of: data, left..<right, top..<bottom), "\(name) \(left) \(right)")
        var expected: [UInt8] = []
        for row in top..<bottom {
          let start = row * image.width
          expected += image.pixels[(start + left) * 3..<(start + right) * 3]
        }
        #expect(part == expected, "\(name), columns \(left)..<\(right), rows \(top)..<\(bottom)")
      }
    }
  }

  private static func part(of data: Data, _ columns: Range<Int>, _ rows: Range<Int>) -> [UInt8]? {
    data.withUnsafeBytes { bytes in
      var reader: OpaquePointer?
      var (width, height): (UInt32, UInt32) = (0, 0)
      var message = [CChar](repeating: 0, count: Int(CI_MESSAGE_SIZE))
      let start = bytes.bindMemory(to: UInt8.self).baseAddress
      guard ci_reader_open(&reader, start, bytes.count, 1 << 20, &width, &height, &message) == 0
      else { return nil }
      defer { ci_reader_close(reader) }
      var output = [UInt8](repeating: 0, count: columns.count * rows.count * 3)
      let status = ci_reader_read(
        reader, UInt32(columns.lowerBound), UInt32(rows.lowerBound), UInt32(columns.upperBound),
        UInt32(rows.upperBound), &output, columns.count * 3, &message)
      return status == 0 ? output : nil
    }
  }

  @Test func `any bytes decode or throw`() throws {
    var random = SystemRandomNumberGenerator()
    for (name, data, _) in try Self.readable() {
      for _ in 0..<25 {
        var damaged = data
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(
            in: 0...255, using: &random)
        }
        if Bool.random(using: &random) {
          damaged = damaged.prefix(Int.random(in: 0...damaged.count, using: &random))
        }
        do {
          let image = try ImageDecoder.decode(damaged, name: name)
          #expect(image.pixels.count == image.width * image.height * 3)
        } catch .unreadableImage(let image, let reason) {
          #expect(image == name && !reason.isEmpty)
        }
      }
    }
  }

  @Test func `an image too large for memory is refused by its header`() throws {
    var header = try Self.files.data("files/picture.png")
    header.replaceSubrange(16..<24, with: [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
    #expect(throws: DatasetError.self) { try ImageDecoder.decode(header, name: "huge") }
  }

  @Test func `encoding as JPEG gives what PIL writes`() throws {
    let picture = try ImageDecoder.decode(Self.files.data("files/picture.png"), name: "picture")
    let expected = try ImageDecoder.decode(Self.files.data("files/rgb-420.jpg"), name: "rgb-420")
    let encoded = try ImageEncoder.jpeg(picture, quality: 85)
    #expect(try ImageDecoder.decode(encoded, name: "encoded") == expected)
    for quality in [0, 101] {
      #expect(throws: DatasetError.self) { try ImageEncoder.jpeg(picture, quality: quality) }
    }
  }

  @Test(arguments: [0, 1, 6, 9]) func `PNG files give the same image back`(_ level: Int) throws {
    let image = noise(width: 31, height: 17, seed: level)
    let encoded = try ImageEncoder.png(image, compressionLevel: level)
    #expect(try ImageDecoder.decode(encoded, name: "encoded") == image)
  }

  @Test func `formats that are not read are named`() throws {
    #expect(
      throws: DatasetError.unreadableImage(
        image: "a.jpg", reason: "GIF is not supported; convert it to PNG or JPEG")
    ) { try ImageDecoder.decode(Self.files.data("files/animation.gif"), name: "a.jpg") }
    #expect(throws: DatasetError.unreadableImage(image: "b", reason: "it is empty")) {
      try ImageDecoder.decode(Data(), name: "b")
    }
    #expect(throws: DatasetError.unreadableImage(image: "c", reason: "it is cut short")) {
      try ImageDecoder.decode(Self.files.data("files/truncated.jpg"), name: "c")
    }
  }
}
