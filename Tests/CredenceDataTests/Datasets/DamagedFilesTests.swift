import CredenceData
import Foundation
import Testing

@Suite struct DamagedFilesTests {
  @Test func `any bytes open as a data set or throw`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("set/cat/a.png")
    try folder.writeImage("set/dog/" + String(repeating: "long-", count: 30) + ".png")
    for format in ["gnu", "pax"] {
      try #require(
        try folder.run("/bin/tar", ["--format=\(format)", "-cf", "\(format).tar", "set"]))
    }
    try #require(try folder.run("/bin/tar", ["-czf", "small.tar.gz", "set"]))
    try folder.write("a.npy", npy([2, 2, 2, 3], [UInt8](repeating: 7, count: 24)))
    try folder.write(
      "x-images-idx3-ubyte", Data([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]))
    try folder.write("labels.csv", "file,wnid,class_index\ncat/a.png,n1,3\n")
    try folder.write("map.json", #"{"0": ["n1", "cat"], "1": ["n2", "dog"]}"#)
    var random = SystemRandomNumberGenerator()
    for name in [
      "gnu.tar", "pax.tar", "small.tar.gz", "a.npy", "x-images-idx3-ubyte", "labels.csv",
      "map.json",
    ] {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
      for _ in 0..<40 {
        var damaged = data
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          // Headers stand at the start.
          let end = Bool.random(using: &random) ? damaged.count : min(damaged.count, 600)
          damaged[Int.random(in: 0..<end, using: &random)] = .random(in: 0...255, using: &random)
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
          damaged = damaged.prefix(Int.random(in: 0...damaged.count, using: &random))
        }
        let path = try folder.write("damaged-\(name)", damaged)
        do {
          let isText = name.hasPrefix("labels") || name.hasPrefix("map")
          let dataset = try DatasetCatalog.open(
            path: isText ? folder.path + "/set" : path,
            labels: name.hasPrefix("labels") ? path : nil,
            classMap: name.hasPrefix("map") ? path : nil)
          for index in 0..<min(dataset.count, 3) { _ = try? dataset.image(at: index) }
        } catch {
          #expect(error.errorDescription?.isEmpty == false)
        }
      }
    }
  }
}
