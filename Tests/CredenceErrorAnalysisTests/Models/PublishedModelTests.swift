import CredenceErrorAnalysis
import CredenceModels
import Testing

@Suite struct PublishedModelTests {
  @Test func `modules have the published order and counts`() {
    let counts = PublishedModule.all.map { "\($0.id) \($0.models.count)" }
    #expect(
      counts == [
        "beit 9", "bit 9", "convnext 55", "deit 24", "efficientnet 135", "eva 16", "metaformer 42",
        "regnet 61", "resnet 167", "ssl_swsl_wsl 16", "swin 29", "timm_misc_cnn 69",
        "timm_misc_hybrid 64", "timm_misc_mlp 14", "timm_misc_transformer_dist 35",
        "timm_misc_transformer 63", "torchvision_misc 37", "vit 75", "xcit 42",
      ])
  }

  @Test func `sources within modules have the published counts`() {
    func count(_ module: String, _ source: String) -> Int? {
      PublishedModule[module]?.models.count { $0.source == source }
    }
    #expect(count("convnext", "torchvision.models") == 4)
    #expect(count("convnext", "huggingface") == 11)
    #expect(count("efficientnet", "torchvision.models") == 7)
    #expect(count("regnet", "torchvision.models") == 17)
    #expect(count("resnet", "torchvision.models") == 10)
    #expect(count("swin", "torchvision.models") == 6)
    #expect(count("torchvision_misc", "torchvision.models") == 21)
    #expect(count("torchvision_misc", "timm") == 16)
    #expect(count("vit", "torchvision.models") == 7)
  }

  @Test func `kinds have the published counts`() {
    func counts(_ key: (PublishedModel) -> String) -> [String: Int] {
      Dictionary(grouping: PublishedModel.all, by: key).mapValues(\.count)
    }
    #expect(
      counts(\.source) == [
        "timm": 863, "torchvision.models": 72, "torch.hub": 16, "huggingface": 11,
      ])
    #expect(
      counts(\.architectureFamily) == ["cnn": 565, "transformer": 276, "hybrid": 97, "mlp": 24])
    #expect(
      counts(\.architectureGroup) == [
        "ResNet": 196, "ViT": 180, "EfficientNet": 141, "CNN": 96, "RegNet": 61, "ConvNeXt": 55,
        "Hybrid": 46, "MetaFormer": 42, "XCiT": 42, "MaxViT": 35, "Swin": 29, "EVA": 16,
        "MLP": 14, "BEIT": 9,
      ])
    #expect(
      counts(\.trainingData) == [
        "ImageNet-1k (1.2M)": 757, "ImageNet-21k (14M)": 131, "LAION-2B (2.3B)": 23,
        "Instagram (940M)": 10, "Instagram (3.6B)": 6, "JFT (300M)": 10, "WIT (400M)": 9,
        "Flickr YFCC (90M)": 6, "RandomInternetImages (2B)": 4, "Merged (30M)": 2,
        "Merged (38M)": 2, "LAION-400M (400M)": 2,
      ])
    #expect(
      counts { $0.extraAnnotations.joined(separator: "+") } == [
        "": 761, "Distillation": 79, "Self-Supervised Learning": 45,
        "Semi-Supervised Learning": 32, "CLIP Training": 32, "Adversarial Training": 11,
        "Self-Supervised Learning+CLIP Training": 2,
      ])
    #expect(Set(PublishedModel.all.map(\.architecture)).count == 70)
  }

  @Test func `names and folders are unique and find their model`() {
    #expect(PublishedModel.all.count == 962)
    #expect(Set(PublishedModel.all.map(\.id)).count == 962)
    for model in PublishedModel.all {
      #expect(PublishedModel[model.id] == model)
      #expect(PublishedModel[ModelRecord(model).folder] == model)
    }
    #expect(PublishedModel["timm/nothing"] == nil)
  }

  @Test func `a model that runs here has a network and weights`() throws {
    let runnable = PublishedModel.all.compactMap { model -> PretrainedConfiguration? in
      if case .published(let configuration) = model.availability { configuration } else { nil }
    }
    #expect(runnable.count > 400)
    for configuration in runnable {
      #expect(ModelCatalog[configuration.architecture] != nil)
      #expect(!configuration.hubID.isEmpty)
      #expect(configuration.classCount == 1000)
    }
  }

  @Test(arguments: [
    ("torchvision/resnet50", "resnet50.tv2_in1k"), ("torchvision/resnet18", "resnet18.tv_in1k"),
    ("torchvision/regnet_x_1_6gf", "regnetx_016.tv2_in1k"),
    ("torchvision/regnet_x_400mf", "regnetx_004_tv.tv2_in1k"),
    ("torchvision/regnet_y_128gf_swag", "regnety_1280.swag_ft_in1k"),
    ("facebook/resnext50_32x4d_swsl", "resnext50_32x4d.fb_swsl_ig1b_ft_in1k"),
    ("facebook/resnext101_32x32d_wsl", "resnext101_32x32d.fb_wsl_ig1b_ft_in1k"),
    ("timm/resnet50.a1_in1k", "resnet50.a1_in1k"),
  ])
  func `weights of other publishers are found on the hub`(id: String, name: String) throws {
    let model = try #require(PublishedModel[id])
    guard case .published(let configuration) = model.availability else {
      Issue.record("\(id) is \(model.availability)")
      return
    }
    #expect(configuration.id == name)
  }

  @Test func `what can't be run by itself says why`() throws {
    let squeezeNet = try #require(PublishedModel["torchvision/squeezenet1_0"])
    #expect(squeezeNet.availability == .needsWeights(architecture: "squeezenet1_0"))
    let cait = try #require(PublishedModel["timm/cait_m36_384.fb_dist_in1k"])
    #expect(cait.availability == .unknownArchitecture)
  }
}
