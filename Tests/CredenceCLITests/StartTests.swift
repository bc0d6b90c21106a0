import Foundation
import Testing

@Suite(.serialized) struct StartTests {
  /// 50 ms on an idle machine; the bound is wide, since other tests run at the same time.
  @Test func `it starts at once`() throws {
    let workspace = try Workspace()
    let times = try (0..<5).map { _ in
      let start = ContinuousClock.now
      _ = try Program.run(["--version"], in: workspace)
      return ContinuousClock.now - start
    }
    #expect(times.sorted()[2] < .milliseconds(500), "\(times)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ldd"), "needs ldd"))
  func `it links no tensor engine and no Python`() throws {
    let run = try Program.run(
      URL(fileURLWithPath: "/usr/bin/ldd"), [Program.url().path], in: Workspace())
    #expect(run.status == 0)
    for library in ["torch", "c10", "cuda", "mkl", "python", "onnx"] {
      #expect(!run.output.lowercased().contains("lib\(library)"), "\(run.output)")
    }
  }
}
