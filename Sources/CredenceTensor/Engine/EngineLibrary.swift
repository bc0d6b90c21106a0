internal import CTorch
import Foundation

/// The engine's library, loaded when the first tensor is made.
enum EngineLibrary {
  /// The name of its file on this system.
  static var fileName: String {
    #if os(macOS) || os(iOS)
      "libCredenceEngine.dylib"
    #else
      "libCredenceEngine.so"
    #endif
  }

  /// The function table.
  ///
  /// - Throws: `EngineError` where there is no library, or one that can't be used; the same each time.
  static func table() throws(EngineError) -> UnsafePointer<ct_api> {
    switch loaded {
    case .success(let table): table.pointer
    case .failure(let error): throw error
    }
  }

  /// The table of a library that was loaded before, as by whoever holds a tensor.
  static var tableInUse: UnsafePointer<ct_api> {
    guard case .success(let table) = loaded else {
      preconditionFailure("a tensor exists without an engine")
    }
    return table.pointer
  }

  /// A constant structure in a library that is never unloaded, so any thread may read it.
  private struct Table: @unchecked Sendable {
    let pointer: UnsafePointer<ct_api>
  }

  private static let loaded: Result<Table, EngineError> = {
    do throws(EngineError) {
      return .success(Table(pointer: try load()))
    } catch {
      return .failure(error)
    }
  }()

  private static func load() throws(EngineError) -> UnsafePointer<ct_api> {
    let candidates = candidates()
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) })
    else { throw .libraryMissing(searched: candidates) }
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "The system gives no reason."
      throw .libraryUnusable(path: path, reason: reason)
    }
    guard let symbol = dlsym(library, CT_API_SYMBOL) else {
      throw .libraryUnusable(path: path, reason: "It has no function ‘\(CT_API_SYMBOL)’.")
    }
    let function = unsafeBitCast(symbol, to: ct_api_function.self)
    guard let table = function() else {
      throw .libraryUnusable(path: path, reason: "It hands out no function table.")
    }
    guard table.pointee.version == CT_API_VERSION else {
      throw .libraryVersion(
        path: path, expected: Int(CT_API_VERSION), found: Int(table.pointee.version))
    }
    return table
  }

  /// Where the library may be: what CREDENCE_ENGINE says alone, else beside the program and in its installation.
  private static func candidates() -> [String] {
    if let path = ProcessInfo.processInfo.environment["CREDENCE_ENGINE"], !path.isEmpty {
      return [path]
    }
    var folders: [URL] = []
    if let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      let folder = executable.deletingLastPathComponent()
      let parent = folder.deletingLastPathComponent()
      // An installed program, or one in the package's own build folder.
      folders = [
        folder, parent.appending(path: "lib"),
        parent.deletingLastPathComponent().appending(path: "engine"),
      ]
    }
    return folders.map { $0.appending(path: fileName).path }
  }
}
