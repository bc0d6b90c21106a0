import CredencePredictions
public import Foundation

extension FittedDensity {
  /// The version of the file's layout.
  public static let schema = "credence.density/1"
  private static let metadataKey = "credence.density"

  /// What stands in the file's metadata, as JSON.
  private struct Description: Codable {
    var schema: String
    var configuration: GaussianDensity.Configuration
    var origin: Origin
    var warnings: [String]
  }

  /// Writes the density as a safetensors file, in pieces; it appears when it is complete.
  ///
  /// - Throws: `FileError.unwritable`.
  public func write(to url: URL) throws {
    func outgoing(_ name: String, _ values: [Double]) -> OutgoingArray {
      OutgoingArray(name, values.map(\.bitPattern), element: .float64)
    }
    func outgoing(_ name: String, _ matrix: Matrix, shape: [Int]) -> OutgoingArray {
      OutgoingArray(
        name, StoredArray(shape: shape, element: matrix.element, bytes: matrix.bytes))
    }
    var arrays = [
      OutgoingArray("counts", counts.map { Int64($0) }, element: .int64),
      outgoing("means", means, shape: [classCount, dimension]),
      outgoing("log_determinants", logDeterminants), outgoing("jitters", jitters),
      outgoing("shrinkages", shrinkages), outgoing("log_priors", logPriors),
    ]
    switch factors {
    case .triangles(let matrix):
      arrays.append(
        outgoing("triangles", matrix, shape: [matrix.rowCount, matrix.columnCount]))
    case .scales(let scales):
      arrays.append(outgoing("scales", scales, shape: [classCount, dimension]))
    case .lowRank(let scales, let directions, let rank):
      arrays.append(outgoing("scales", scales, shape: [classCount, dimension]))
      arrays.append(outgoing("directions", directions, shape: [classCount, rank, dimension]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let description = try encoder.encode(
      Description(
        schema: Self.schema, configuration: configuration, origin: origin, warnings: warnings))
    try SafetensorsWriter.write(
      arrays, metadata: [Self.metadataKey: String(decoding: description, as: UTF8.self)], to: url)
  }

  /// Maps a density that was written by `write(to:)`; the numbers of the factors are read where they are used.
  ///
  /// - Throws: `FileError` for a file that can't be read or is none, `CalibrationError` for parts that don't fit together.
  public init(contentsOf url: URL) throws {
    let file = try Safetensors(contentsOf: url)
    guard let text = file.metadata[Self.metadataKey] else {
      throw FileError.malformed(
        file: url.relativePath, format: "density",
        problem: "its metadata lacks ‘\(Self.metadataKey)’")
    }
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
    } catch {
      throw FileError.malformed(
        file: url.relativePath, format: "density",
        problem: "the JSON of ‘\(Self.metadataKey)’ is not the description of a density")
    }
    guard description.schema == Self.schema else {
      throw CalibrationError.unsupportedSchema(found: description.schema, expected: Self.schema)
    }
    let parts = DensityParts(file)
    let configuration = description.configuration
    let means = try parts.matrix("means", rank: 2)
    let factors: Factors
    switch configuration.covariance {
    case .perClass, .tied: factors = .triangles(try parts.matrix("triangles", rank: 2))
    case .diagonal: factors = .scales(try parts.matrix("scales", rank: 2))
    case .lowRank:
      let directions = try parts.matrix("directions", rank: 3)
      factors = .lowRank(
        scales: try parts.matrix("scales", rank: 2), directions: directions,
        rank: directions.columnCount / max(means.columnCount, 1))
    }
    try self.init(
      configuration: configuration, counts: parts.integers("counts"), means: means,
      factors: factors, logDeterminants: parts.numbers("log_determinants"),
      jitters: parts.numbers("jitters"), shrinkages: parts.numbers("shrinkages"),
      logPriors: parts.numbers("log_priors"), origin: description.origin,
      warnings: description.warnings)
  }
}

/// The arrays of a density's file.
private struct DensityParts {
  let file: Safetensors

  init(_ file: Safetensors) { self.file = file }

  private func array(_ name: String) throws(CalibrationError) -> StoredArray {
    guard let array = file[name] else {
      throw .malformedDensity(part: name, reason: "are missing")
    }
    return array
  }

  /// An array of which the first dimension counts rows and the others are joined.
  func matrix(_ name: String, rank: Int) throws -> Matrix {
    let array = try array(name)
    guard array.shape.count == rank, let scalarType = array.element.scalarType else {
      throw CalibrationError.malformedDensity(
        part: name, reason: "have not \(rank) dimensions of floating-point numbers")
    }
    return try Matrix(
      bytes: array.bytes, rowCount: array.shape[0],
      columnCount: array.shape.dropFirst().reduce(1, *), scalarType: scalarType)
  }

  func numbers(_ name: String) throws(CalibrationError) -> [Double] {
    guard let values = try array(name).doubles() else {
      throw .malformedDensity(part: name, reason: "are no numbers")
    }
    return values
  }

  func integers(_ name: String) throws(CalibrationError) -> [Int] {
    guard let values = try array(name).integers() else {
      throw .malformedDensity(part: name, reason: "are no integers")
    }
    return values
  }
}

extension Matrix {
  /// The number format, as arrays of files name it.
  fileprivate var element: StoredArray.Element {
    switch scalarType {
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    }
  }
}
