import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Files that ask for more than weights, or were made to do harm.
@Suite struct CheckpointRefusalTests {
  private func error(_ name: String) -> FileError? {
    fileError { _ = try TensorArchive(contentsOf: fixture("checkpoint/hostile/\(name)")) }
  }

  @Test(arguments: ["command.pth", "command-legacy.pth"])
  func `runs nothing, and names what it was asked to run`(_ name: String) throws {
    let error = try #require(self.error(name))
    guard case .refusedName(_, "posix.system") = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.errorDescription?.hasSuffix("asks for ‘posix.system’, which is refused.") == true)
  }

  @Test func `refuses whole networks by the name of their class`() {
    guard case .refusedName(_, "torch.nn.modules.linear.Linear")? = error("module.pth") else {
      Issue.record("\(String(describing: error("module.pth")))")
      return
    }
  }

  @Test(arguments: [
    ("complex.pth", "torch.ComplexFloatStorage"), ("quantized.pth", "torch.QInt8Storage"),
    ("float8.pth", "torch.float8_e4m3fn"),
  ])
  func `refuses numbers that no array has`(_ name: String, _ type: String) {
    guard case .unsupported(_, let what, _)? = error(name) else {
      Issue.record("\(String(describing: error(name)))")
      return
    }
    #expect(what == "numbers of the type \(type)" || name == "quantized.pth", "\(what)")
    #expect(what.hasPrefix("numbers of the type"))
  }

  @Test func `tells programs from weights`() {
    guard case .unsupported(_, let what, _)? = error("program.pt") else {
      Issue.record("\(String(describing: error("program.pt")))")
      return
    }
    #expect(what.hasPrefix("a TorchScript program"))
  }

  @Test func `says what a file without weights holds`() {
    let file = fixture("checkpoint/hostile/no-weights.pth").relativePath
    let advice =
      "Save the weights by name: torch.save(model.state_dict(), path); or say under which key they "
      + "stand."
    #expect(
      error("no-weights.pth")
        == .unsupported(file: file, what: "no named tensors, but ‘epoch’", instead: advice))
    #expect(
      error("list.pth")
        == .unsupported(
          file: fixture("checkpoint/hostile/list.pth").relativePath, what: "no named tensors",
          instead: advice))
  }

  @Test func `stops at containers inside of themselves, or too deep`() {
    for (name, problem) in [
      ("endless.pth", "it has a container inside of itself"),
      ("deep.pth", "its containers are more than 100 levels deep"),
    ] {
      #expect(
        error(name)
          == .malformed(
            file: fixture("checkpoint/hostile/\(name)").relativePath,
            format: "PyTorch checkpoint", problem: problem))
    }
  }

  @Test(arguments: ["legacy.pth", "wrapped-legacy.tar", "old.pkl"])
  func `notices every cut of an old file`(_ name: String) throws {
    let whole = try Data(contentsOf: fixture("checkpoint/\(name)"))
    for count in 0..<whole.count {
      let error = fileError { _ = try TensorArchive(whole.prefix(count), file: "f") }
      switch error {
      case .truncated, .malformed, .unknownFormat: break
      default: Issue.record("\(count): \(String(describing: error))")
      }
    }
  }

  @Test(arguments: ["zip.pth", "wrapped.pth.tar"])
  func `notices changed numbers when they are read`(_ name: String) throws {
    var data = try Data(contentsOf: fixture("checkpoint/\(name)"))
    let archive = try TensorArchive(data, file: "f")
    let first = try #require(try archive.array("conv.weight"))
    let position = try #require(data.firstRange(of: first.bytes)?.lowerBound)
    data[position] ^= 1
    let changed = try TensorArchive(data, file: "f")
    guard case .checksumMismatch? = fileError({ _ = try changed.array("conv.weight") }) else {
      Issue.record("not noticed")
      return
    }
  }

  @Test(arguments: [
    (
      Data("version https://git-lfs.github.com/spec/v1\n".utf8),
      "only a Git LFS reference to weights"
    ),
    (
      Data("<!doctype html>".utf8),
      "a web page, perhaps an error of the server it was fetched from"
    ), (Data([0x1f, 0x8b, 8, 0]), "gzipped data"),
  ])
  func `recognizes what was fetched instead of weights`(_ data: Data, _ expected: String) {
    guard
      case .unsupported("f.pth", expected, _)? = fileError({
        _ = try TensorArchive(data, file: "f.pth")
      })
    else {
      Issue.record("not recognized")
      return
    }
  }
}
