import CredenceData
import Foundation
import Testing

@Suite struct DamagedFilesTests {
  @Test func `a compressed file is refused before it takes more memory than its header promises`()
    throws
  {
    let folder = try TemporaryFolder()
    // Eighty megabytes of zeros in eighty kilobytes.
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2]
    let zeros = 80 << 20
    let archiveStart = [UInt8](repeating: 0, count: 257) + Array("ustar".utf8)
    for (name, start) in [("bomb-images-idx3-ubyte", header), ("bomb.tar", archiveStart)] {
      try folder.write(name, Data(start) + Data(count: zeros))
      try #require(try folder.run("/bin/gzip", ["-9", name]))
    }
    let images = "\(folder.path)/bomb-images-idx3-ubyte.gz"
    #expect(
      throws: DatasetError.malformed(
        file: images, format: "IDX", problem: "it promises 20 bytes and holds \(zeros + 16)")
    ) { try DatasetCatalog.open(path: images) }
    let archive = "\(folder.path)/bomb.tar.gz"
    let error = #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: archive) }
    guard case .unsupported(_, let what, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(what.hasSuffix("that announce \(zeros + 262), more than 100 times as many"))
    // A header that promises as much as is there is believed up to the same limit.
    let large: [UInt8] = [0, 0, 8, 1, 5, 0, 0, 0]
    try folder.write("labels", Data(large) + Data(count: zeros))
    try #require(try folder.run("/bin/gzip", ["-9", "labels"]))
    #expect(throws: DatasetError.self) {
      try DatasetCatalog.open(path: images, labels: "\(folder.path)/labels.gz")
    }
  }

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
