public import Foundation

/// Draws charts as files, with the Python package vl-convert-python in a process of its own.
public struct ChartRenderer: Sendable {
  /// A kind of picture; the raw value is the file's ending.
  public enum ImageFormat: String, CaseIterable, Sendable {
    case png
    case svg
    case pdf
  }

  private let python: URL

  /// Finds a Python that has the package.
  ///
  /// Tried in this order: `CREDENCE_PYTHON`, which must work when it is set; `.venv/bin/python3` of the current folder and of those
  /// above the program; `python3` on the `PATH`.
  ///
  /// - Parameters:
  ///   - environment: The variables to look at.
  ///   - folders: Where `.venv` may be.
  /// - Throws: `ReportError.chartRenderer` where there is none.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    folders: [URL] = ChartRenderer.projectFolders
  ) throws {
    if let path = environment["CREDENCE_PYTHON"], !path.isEmpty {
      let chosen = URL(fileURLWithPath: path)
      guard Self.hasPackage(chosen) else {
        throw ReportError.chartRenderer(
          "CREDENCE_PYTHON is ‘\(path)’, which can't import vl_convert.")
      }
      python = chosen
      return
    }
    let local = folders.map { $0.appendingPathComponent(".venv/bin/python3") }
    let installed = (environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).appendingPathComponent("python3") }
    guard let found = (local + installed).first(where: Self.hasPackage) else {
      throw ReportError.chartRenderer("no python3 was found that can import vl_convert.")
    }
    python = found
  }

  /// The current folder, and the four above the program, as in `.build/<platform>/release/credence`.
  public static var projectFolders: [URL] {
    var folders = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
    var folder = Bundle.main.executableURL?.resolvingSymlinksInPath()
    for _ in 0..<4 {
      folder = folder?.deletingLastPathComponent()
      if let folder { folders.append(folder) }
    }
    return folders
  }

  /// Draws every chart.
  ///
  /// - Parameters:
  ///   - charts: The charts, with different ids.
  ///   - format: The kind of picture.
  /// - Returns: The pictures by file name, such as `risk-coverage.png`.
  /// - Throws: `ReportError.chartRenderer` with what the program said.
  public func draw(_ charts: [Chart], as format: ImageFormat) throws -> [String: Data] {
    try draw(charts, as: [format])
  }

  /// Draws every chart in several kinds of pictures, all by one process.
  ///
  /// - Parameters:
  ///   - charts: The charts, with different ids.
  ///   - formats: The kinds of pictures.
  /// - Returns: The pictures by file name.
  /// - Throws: `ReportError.chartRenderer` with what the program said.
  public func draw(_ charts: [Chart], as formats: [ImageFormat]) throws -> [String: Data] {
    guard !charts.isEmpty, !formats.isEmpty else { return [:] }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-charts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for chart in charts {
      try Data(chart.specification().utf8)
        .write(to: folder.appendingPathComponent("\(chart.id).json"))
    }
    let result = try Self.run(
      python,
      ["-c", PageResources.renderer, formats.map(\.rawValue).joined(separator: ","), folder.path])
    guard result.status == 0 else {
      let reason = result.errors.split(separator: "\n").last.map(String.init)
      throw ReportError.chartRenderer(reason ?? "the program ended with status \(result.status).")
    }
    var pictures: [String: Data] = [:]
    for chart in charts {
      for format in formats {
        let name = "\(chart.id).\(format.rawValue)"
        pictures[name] = try Data(contentsOf: folder.appendingPathComponent(name))
      }
    }
    return pictures
  }

  private static func hasPackage(_ python: URL) -> Bool {
    guard FileManager.default.isExecutableFile(atPath: python.path) else { return false }
    return (try? run(python, ["-c", "import vl_convert"]))?.status == 0
  }

  private static func run(_ program: URL, _ arguments: [String]) throws
    -> (status: Int32, errors: String)
  {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw ReportError.chartRenderer("‘\(program.path)’ can't be started.")
    }
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
