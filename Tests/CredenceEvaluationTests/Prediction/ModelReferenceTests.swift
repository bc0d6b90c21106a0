import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceTensor
import FileSupport
import Foundation
import Testing

@Suite struct ModelReferenceTests {
  private func single(_ text: String) throws -> ModelReference {
    let all = try ModelReference.references(text)
    #expect(all.count == 1)
    return try #require(all.first)
  }

  @Test func `NAME=FILE is an architecture with weights of a file`() throws {
    let reference = try single("resnet50=/data/best.pth.tar")
    #expect(
      reference
        == .weights(
          architecture: "resnet50", file: URL(fileURLWithPath: "/data/best.pth.tar")))
    #expect(reference.name == "best")
    #expect(try single("lenet=a=b.safetensors").name == "a=b")
  }

  @Test func `an unknown architecture has suggestions`() throws {
    let error = #expect(throws: ModelError.self) { try ModelReference.references("resnet5O=x.pth") }
    guard case .unknownModel(let name, let suggestions)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(name == "resnet5O" && suggestions.contains("resnet50"))
  }

  @Test func `a name is its default weights, with a tag others`() throws {
    guard case .published(let plain) = try single("resnet18") else {
      Issue.record("no published weights")
      return
    }
    #expect(plain.id == "resnet18.a1_in1k")
    #expect(try single("resnet18.tv_in1k").name == "resnet18.tv_in1k")
    #expect(try single("timm/resnet18.a1_in1k") == .published(plain))
  }

  @Test func `an unknown tag is refused with those that are known`() throws {
    let error = #expect(throws: ModelError.self) {
      try ModelReference.references("resnet18.nothing")
    }
    guard case .unknownTag("resnet18", "nothing", let known)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(known.contains("tv_in1k") && known.contains("a1_in1k"))
  }

  @Test(arguments: [
    "hf-hub:someone/net", "hf_hub:someone/net", "someone/net", "hf-hub:someone/net@v1",
  ])
  func `two names with a slash are a repository`(_ text: String) throws {
    let name = text.contains("@") ? "someone/net@v1" : "someone/net"
    #expect(try single(text) == .repository(name))
  }

  @Test(arguments: ["lenet", "cifar_resnet20"])
  func `an architecture without published weights says so`(_ name: String) {
    #expect(throws: ModelError.noPublishedWeights(name: name, tags: [])) {
      try ModelReference.references(name)
    }
  }

  @Test(arguments: ["renset18", "./missing.pt", "/no/such/model.pt2", "RESNET18", ""])
  func `anything else is unknown`(_ text: String) throws {
    let error = #expect(throws: ModelError.self) { try ModelReference.references(text) }
    guard case .unknownModel(text, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test func `patterns are all architectures with published weights that match`() throws {
    let names = try ModelReference.references("resnet*d").map(\.name)
    #expect(names.contains { $0.hasPrefix("resnet50d.") } && names.count > 3)
    #expect(names.allSatisfy { $0.prefix { $0 != "." }.hasSuffix("d") })
    let tags = try ModelReference.references("resnet18.*").map(\.name)
    #expect(Set(tags) == Set(PretrainedConfiguration.configurations(of: "resnet18").map(\.id)))
    #expect(throws: ModelError.unknownModel(name: "nothing*", suggestions: [])) {
      try ModelReference.references("nothing*")
    }
  }

  @Test func `files that are there are recognized by their content`() throws {
    let program = fixture("programs/classifier.pt")
    #expect(try single(program.path) == .program(program, .torchScript))
    #expect(try single(program.path).name == "classifier")
    let folder = try TemporaryFolder()
    #expect(try single(folder.url.path) == .folder(URL(fileURLWithPath: folder.url.path)))
    let weights = try folder.file("weights.pt", "no program")
    let error = #expect(throws: FileError.self) {
      try ModelReference.references(weights.path)
    }
    guard case .unsupported(_, let what, let instead)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(what == "no TorchScript program and no AOTInductor package")
    #expect(instead.contains("NAME=\(weights.path)"))
  }

  // MARK: - What is said of the images

  @Test func `keys behind a plus are what is said of the images`() throws {
    let (name, overrides) = try ModelReference.parts(
      "squeezenet1_0=w+b.pth+img-size=227x230+crop-pct=0.9+mean=0.1,0.2,0.3")
    #expect(name == "squeezenet1_0=w+b.pth")
    var expected = PreprocessingOverrides()
    expected.imageSize = [227, 230]
    expected.cropFraction = 0.9
    expected.mean = [0.1, 0.2, 0.3]
    #expect(overrides == expected)
    #expect(try ModelReference.parts("a+b=c") == ("a+b=c", PreprocessingOverrides()))
  }

  @Test func `a value without meaning is refused`() {
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "--img-size", value: "‘big’",
        allowed: "a number of pixels such as 224, or HEIGHTxWIDTH")
    ) { try ModelReference.parts("resnet18+img-size=big") }
  }
}
