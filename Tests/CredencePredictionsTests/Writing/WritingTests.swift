import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct WritingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What a set says, in a form that can be compared.
  private func parts(_ set: PredictionSet) -> [String] {
    func rows(_ matrix: Matrix?) -> String {
      guard let matrix else { return "none" }
      return "\(matrix.scalarType) \((0..<matrix.rowCount).map { matrix.row($0) })"
    }
    let output =
      switch set.output {
      case .logits(let matrix): "logits \(rows(matrix))"
      case .probabilities(let matrix): "probabilities \(rows(matrix))"
      case .scores(let matrix): "scores \(rows(matrix))"
      case .topK(let top): "top \(top.indices) \(rows(top.values))"
      case .decisions(let decisions): "\(decisions.predictions) \(decisions.confidences)"
      }
    let ids = set.sampleIDs.map { ids in (0..<ids.count).map { ids[$0] } } ?? []
    let multi = set.multiLabels.map { labels in (0..<labels.count).map { Array(labels[$0]) } }
    var metadata = set.metadata
    metadata.other = [:]
    return [
      output, "\(set.labels ?? [])", rows(set.embeddings), rows(set.head?.weight),
      "\(set.head?.bias ?? [])", "\(set.uncertainties.sorted { $0.key < $1.key })",
      "\(set.memberLogits.map { rows($0) })", rows(set.softLabels), "\(multi ?? [])", "\(ids)",
      "\(metadata) \(set.metadata.other.sorted { $0.key < $1.key })",
    ]
  }

  private func roundTrip(
    _ set: PredictionSet, _ format: PredictionFileFormat
  ) throws -> PredictionSet {
    let url = folder.url.appendingPathComponent("set.\(format.rawValue)")
    try set.write(to: url, format: format)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    let result = try read(url)
    #expect(result.warnings == [])
    try FileManager.default.removeItem(at: url)
    return result.set
  }

  @Test(arguments: PredictionFileFormat.allCases)
  func `keeps every part of a set`(_ format: PredictionFileFormat) throws {
    var full = try read(fixture("safetensors/full.safetensors")).set
    full.metadata.other["quote"] = "\"\\\n/ć🐈\u{1}"
    full.uncertainties["exact"] = [0.1, 1e300, -0.0]
    #expect(try parts(roundTrip(full, format)) == parts(full))
    for name in ["top", "decisions"] {
      var set = try read(fixture("safetensors/\(name).safetensors")).set
      set.metadata.model = "m"
      #expect(try parts(roundTrip(set, format)) == parts(set))
    }
  }

  @Test(arguments: PredictionFileFormat.allCases, ScalarType.allCases)
  func `keeps formats, whatever the layout and byte order`(
    _ format: PredictionFileFormat, _ type: ScalarType
  ) throws {
    var generator = SplitMix64(seed: 5)
    let count = 7 * 3 * type.size
    // Exponents in the middle of the range of every format, so that all are finite.
    let data = Data(
      (0..<count).map { _ in UInt8.random(in: 0x30...0x3f, using: &generator) })
    for layout in [Matrix.Layout.rowMajor, .columnMajor] {
      for isBigEndian in [false, true] {
        let matrix = try Matrix(
          bytes: data, rowCount: 7, columnCount: 3, scalarType: type, layout: layout,
          isBigEndian: isBigEndian)
        for output in [PredictionSet.Output.logits(matrix), .scores(matrix)] {
          var metadata = PredictionMetadata()
          metadata.model = "m"
          let set = try PredictionSet(output, metadata: metadata)
          let copy = try roundTrip(set, format)
          var expected = parts(set)
          if type == .bfloat16, format == .npz {
            expected[0] = expected[0].replacingOccurrences(of: "bfloat16", with: "float32")
          }
          #expect(parts(copy) == expected)
        }
      }
    }
  }

  @Test func `starts numbers at multiples of 64 bytes`() throws {
    let set = try read(fixture("safetensors/decisions.safetensors")).set
    let url = folder.url.appendingPathComponent("a.safetensors")
    try set.write(to: url, format: .safetensors)
    let header = try Data(contentsOf: url).prefix(8).reduce((0, 0)) {
      ($0.0 | Int($1) << $0.1, $0.1 + 8)
    }.0
    #expect((8 + header) % 64 == 0)
    let archive = folder.url.appendingPathComponent("a.npz")
    try set.write(to: archive, format: .npz)
    let bytes = try Data(contentsOf: archive)
    let predictions = try #require(bytes.firstRange(of: Data([2, 0, 0, 0, 0, 0, 0, 0])))
    #expect(predictions.lowerBound % 64 == 0)
  }

  @Test func `splits large matrices into pieces`() throws {
    let values = (0..<3_000_000).map { Float($0 % 1000) }
    let set = try PredictionSet(.logits(Matrix(values, columnCount: 3)))
    for format in PredictionFileFormat.allCases {
      let copy = try roundTrip(set, format)
      #expect(copy.scoreMatrix?[999_999, 2] == Double(values[2_999_999]))
      #expect(copy.scoreMatrix?[700_000, 1] == Double(values[2_100_001]))
    }
  }

  @Test func `leaves nothing behind where it fails`() throws {
    let set = try read(fixture("safetensors/top.safetensors")).set
    let absent = folder.url.appendingPathComponent("absent/a.npz")
    #expect(
      fileError { try set.write(to: absent, format: .npz) }
        == .unwritable(
          file: absent.relativePath, reason: "No file can be made in its folder."))
    #expect(
      fileError { try set.write(to: folder.url, format: .npz) }
        == .unwritable(file: folder.url.relativePath, reason: "This is a folder."))
    var named = set
    named.uncertainties["a/../x"] = [0, 0]
    let url = folder.url.appendingPathComponent("a.npz")
    #expect(
      fileError { try named.write(to: url, format: .npz) }
        == .unwritable(
          file: url.relativePath,
          reason: "‘uncertainty.a/../x.npy’ can't name a part: its name leads out of its folder."))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
    var broken = set
    broken.labels = [0]
    #expect(
      throws: PredictionError.countMismatch(
        what: "labels", count: 1, other: "samples", otherCount: 2)
    ) { try broken.write(to: url, format: .safetensors) }
  }

  @Test func `replaces a file in one step`() throws {
    let set = try read(fixture("safetensors/top.safetensors")).set
    let url = try folder.file("a.safetensors", "old")
    try set.write(to: url, format: .safetensors)
    // A set that is mapped from the very file can be written over it.
    try read(url).set.write(to: url, format: .safetensors)
    #expect(try read(url).set.labels == [0, 2])
  }

  @Test func `names files after model, data set and split`() {
    var metadata = PredictionMetadata()
    #expect(metadata.fileName() == "predictions.safetensors")
    metadata.model = "timm/resnet50"
    metadata.dataset = "imagenet"
    #expect(metadata.fileName(.npz) == "timm-resnet50__imagenet.npz")
    metadata.split = "val"
    #expect(metadata.fileName() == "timm-resnet50__imagenet__val.safetensors")
  }
}
