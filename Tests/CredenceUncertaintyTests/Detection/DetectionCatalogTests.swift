import CredenceUncertainty
import Testing

@Suite struct DetectionCatalogTests {
  @Test func `ids are unique and every method names its source`() {
    let all = DetectionDescriptor.all
    #expect(Set(all.map(\.id)).count == all.count)
    for method in all {
      #expect(!method.title.isEmpty && !method.source.isEmpty, "\(method.id)")
      #expect(!method.requirements.isEmpty, "\(method.id)")
      for parameter in method.parameters {
        #expect(parameter.accepts(parameter.defaultValue), "\(method.id).\(parameter.name)")
        #expect(
          parameter.candidates.allSatisfy(parameter.accepts), "\(method.id).\(parameter.name)")
      }
    }
  }

  @Test func `the grid has every combination, the first parameter fastest`() {
    let grid = DetectionDescriptor.gen.grid()
    #expect(grid.count == 42)
    #expect(grid[0] == ["gamma": 0.01, "M": 10])
    #expect(grid[1] == ["gamma": 0.1, "M": 10])
    #expect(DetectionDescriptor.gen.grid(fixed: ["M": 3]).count == 7)
    #expect(DetectionDescriptor.msp.grid() == [[:]])
  }

  @Test func `unknown names and impossible values are refused by name`() throws {
    #expect(
      throws: DetectionError.unknownMethod(
        name: "energi", known: DetectionDescriptor.all.map(\.id))
    ) {
      try DetectionDescriptor.named("energi")
    }
    #expect(throws: DetectionError.unknownParameter(method: "knn", name: "n", known: ["k"])) {
      try DetectionDescriptor.knn.completed(["n": 1])
    }
    #expect(
      throws: DetectionError.badParameter(
        method: "knn", name: "k", value: 1.5, allowed: "a whole number, 1 or more")
    ) { try DetectionDescriptor.knn.completed(["k": 1.5]) }
    #expect(try DetectionDescriptor.named("uncertainty.odin").id == "uncertainty.odin")
  }
}
