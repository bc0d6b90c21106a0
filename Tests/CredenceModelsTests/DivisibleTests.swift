import CredenceModels
import Testing

@Suite struct DivisibleTests {
  @Test(arguments: [
    (35.2, 32), (44, 48), (12, 16), (3, 8), (0.5, 8), (8, 8), (17.6, 16), (11.2, 16),
  ])
  func `rounds as the published networks do`(_ value: Double, _ expected: Int) {
    #expect(Divisible.nearest(value, by: 8) == expected)
  }

  @Test func `may round down by more than a tenth where that is allowed`() {
    #expect(Divisible.nearest(11, by: 8) == 16)
    #expect(Divisible.nearest(11, by: 8, limit: 0) == 8)
  }

  @Test(arguments: 0..<200)
  func `is the nearest multiple, or the next one where that loses too much`(seed: Int) {
    let value = 0.37 * Double(seed * seed % 4001)
    let divisor = 1 + seed % 16
    let result = Divisible.nearest(value, by: divisor)
    #expect(result % divisor == 0)
    #expect(result >= divisor)
    #expect(Double(result) >= 0.9 * value)
    // Nothing closer would have done.
    #expect(Double(result) - value <= Double(divisor))
  }
}
