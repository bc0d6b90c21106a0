import CredenceFiles
import CredenceModels
import CredenceTensor
import Foundation

/// Tells files that hold programs from files that hold weights alone.
enum ProgramFile {
  /// How the program in a file was exported.
  ///
  /// - Throws: `FileError.unsupported` for a file of weights, which needs an architecture.
  static func kind(of file: URL) throws -> ExportedProgram.Kind {
    let data = try MappedFile.bytes(of: file)
    if data.prefix(4) == Data([0x50, 0x4B, 0x03, 0x04]),
      let archive = try? ZIP(data, file: file.relativePath)
    {
      let names = archive.members.map(\.name)
      if names.contains(where: { $0.contains("/data/aotinductor/") }) { return .aotInductor }
      if names.contains(where: { $0.contains("/code/") }),
        names.contains(where: { $0.hasSuffix("/constants.pkl") })
      {
        return .torchScript
      }
    }
    throw FileError.unsupported(
      file: file.relativePath, what: "no TorchScript program and no AOTInductor package",
      instead:
        "Weights alone need their architecture: NAME=\(file.relativePath), with a name that ‘credence models’ lists."
    )
  }
}
