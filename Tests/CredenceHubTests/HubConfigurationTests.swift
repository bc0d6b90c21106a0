import CredenceHub
import Foundation
import Testing

@Suite struct HubConfigurationTests {
  private func read(_ text: String) throws -> HubConfiguration {
    try HubConfiguration(Data(text.utf8), file: "f")
  }

  @Test func `reads what timm writes`() throws {
    let found = try read(
      """
      {"architecture": "convnext_tiny", "num_classes": 3, "num_features": 768, "global_pool": "avg",
       "label_names": ["n1", "n2", "n3"], "label_descriptions": {"n1": "cat"},
       "model_args": {"in_chans": 1, "img_size": 64},
       "pretrained_cfg": {"tag": "in12k", "custom_load": false, "input_size": [3, 224, 224],
         "test_input_size": [3, 288, 288], "fixed_input_size": false, "interpolation": "bilinear",
         "crop_pct": 0.95, "test_crop_pct": 1, "crop_mode": "squash", "mean": [0.5, 0.5, 0.5],
         "std": [1, 1, 1], "num_classes": 1000, "pool_size": [7, 7],
         "first_conv": ["conv1.0", "conv2"], "classifier": "head.fc", "license": "mit"}}
      """)
    #expect(found.architecture == "convnext_tiny")
    #expect(found.tag == "in12k")
    #expect(found.classCount == 3)
    #expect(found.inputSize == [1, 224, 224])
    #expect(found.testInputSize == [3, 288, 288])
    #expect(found.interpolation == "bilinear")
    #expect(found.cropFraction == 0.95 && found.testCropFraction == 1)
    #expect(found.cropMode == "squash")
    #expect(found.mean == [0.5, 0.5, 0.5] && found.standardDeviation == [1, 1, 1])
    #expect(found.firstConvolution == ["conv1.0", "conv2"] && found.classifier == ["head.fc"])
    #expect(found.labelNames == ["n1", "n2", "n3"])
    #expect(found.labelDescriptions == ["n1": "cat"])
    #expect(found.modelArguments == #"{"img_size":64,"in_chans":1}"#)
    #expect(found.globalPooling == "avg" && found.license == "mit")
    let copy = try JSONDecoder().decode(
      HubConfiguration.self, from: JSONEncoder().encode(found))
    #expect(copy == found)
  }

  @Test func `gives what is left out timm's defaults`() throws {
    let found = try read(#"{"architecture": "resnet18", "labels": ["a", "b"], "first_conv": null}"#)
    #expect(found.classCount == 1000)
    #expect(found.inputSize == [3, 224, 224] && found.testInputSize == [])
    #expect(found.interpolation == "bicubic" && found.cropMode == "center")
    #expect(found.cropFraction == 0.875 && found.testCropFraction == 0.875)
    #expect(found.mean == [0.485, 0.456, 0.406])
    #expect(found.standardDeviation == [0.229, 0.224, 0.225])
    #expect(found.labelNames == ["a", "b"] && found.firstConvolution == [])
  }

  @Test(arguments: [
    ("[", "it is no JSON object"), ("[1]", "it is no JSON object"),
    ("{}", "it names no architecture"),
    (
      #"{"architecture": "a", "input_size": [3, 0, 5]}"#,
      "‘input_size’ is [3, 0, 5], not channels, height and width"
    ),
    (#"{"architecture": "a", "num_classes": -1}"#, "‘num_classes’ is -1"),
    (
      #"{"architecture": "a", "mean": [1], "std": [0]}"#, "‘mean’ is [1.0] and ‘std’ [0.0]"
    ),
    (#"{"architecture": "a", "crop_pct": 0}"#, "‘crop_pct’ is 0.0"),
  ])
  func `refuses what describes no model`(_ text: String, _ problem: String) {
    #expect(throws: HubError.badConfiguration(file: "f", problem: problem)) { try read(text) }
  }
}
