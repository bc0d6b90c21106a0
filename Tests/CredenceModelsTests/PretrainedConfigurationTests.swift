import CredenceData
import CredenceModels
import Foundation
import GoldenSupport
import Testing

@Suite struct PretrainedConfigurationTests {
  @Test func `names are unique and every architecture has one default`() {
    let all = PretrainedConfiguration.all
    #expect(all.count > 900)
    #expect(Set(all.map(\.id)).count == all.count)
    let byArchitecture = Dictionary(grouping: all, by: \.architecture)
    for (architecture, configurations) in byArchitecture {
      #expect(configurations.count { $0.isDefault } == 1, "\(architecture)")
      #expect(PretrainedConfiguration.configurations(of: architecture) == configurations)
    }
  }

  @Test func `every value is legal`() {
    for configuration in PretrainedConfiguration.all {
      let id = configuration.id
      #expect(configuration.inputSize.count == 3, "\(id)")
      #expect(configuration.inputSize.allSatisfy { $0 > 0 }, "\(id)")
      #expect(configuration.testInputSize.allSatisfy { $0 > 0 }, "\(id)")
      #expect(configuration.cropFraction > 0.5 && configuration.cropFraction <= 1, "\(id)")
      #expect(configuration.testCropFraction > 0.5 && configuration.testCropFraction <= 1, "\(id)")
      #expect(configuration.classCount >= 0, "\(id)")
      #expect(configuration.mean.count == 3 && configuration.std.count == 3, "\(id)")
      #expect(configuration.std.allSatisfy { $0 > 0 }, "\(id)")
      #expect(!configuration.firstConvolution.isEmpty, "\(id)")
      #expect((1...2).contains(configuration.classifiers.count), "\(id)")
      #expect(configuration.tag != "untrained" || configuration.hubID.isEmpty, "\(id)")
    }
  }

  /// Every golden variant but the networks that timm lacks has a configuration.
  @Test func `every golden architecture of timm is in the table`() throws {
    let golden = GoldenSet("networks")
    let files = try FileManager.default.contentsOfDirectory(atPath: golden.folder.path)
      .filter { $0.hasSuffix(".json") && $0 != "classic.json" }
    #expect(!files.isEmpty)
    var names: Set<String> = []
    for file in files {
      let json = try JSONDecoder().decode(
        GoldenJSON.self, from: Data(contentsOf: golden.folder.appendingPathComponent(file)))
      for entry in json.array ?? [] {
        let name = try #require(entry["name"]?.text)
        let configuration = try #require(PretrainedConfiguration.named(name), "\(name)")
        #expect(Double(configuration.classCount) == entry["classes"]?.number, "\(name)")
        names.insert(name)
      }
    }
    #expect(names.count > 200)
  }

  @Test func `a name without a tag means the default weights`() throws {
    let plain = try #require(PretrainedConfiguration.named("resnet18"))
    #expect(plain.id == "resnet18.a1_in1k")
    #expect(plain.hubID == "timm/resnet18.a1_in1k")
    #expect(plain.inputSize == [3, 224, 224] && plain.cropFraction == 0.95)
    #expect(plain.testInputSize == [3, 288, 288] && plain.testCropFraction == 1)
    #expect(plain.interpolation == .bicubic && plain.license == "apache-2.0")
    #expect(PretrainedConfiguration.named("timm/resnet18.a1_in1k") == plain)
    let torchvision = try #require(PretrainedConfiguration.named("resnet18.tv_in1k"))
    #expect(torchvision.interpolation == .bilinear && torchvision.testInputSize == [3, 224, 224])
  }

  @Test func `unknown names have no configuration`() {
    for name in ["", ".", "resnet", "resnet18.", "resnet18.nothing", "RESNET18", "timm/"] {
      #expect(PretrainedConfiguration.named(name) == nil, "\(name)")
    }
  }

  @Test func `configurations survive JSON`() throws {
    let all = PretrainedConfiguration.all
    let data = try JSONEncoder().encode(all)
    #expect(try JSONDecoder().decode([PretrainedConfiguration].self, from: data) == all)
  }
}
