import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct DecimalNumberTests {
  private func parse(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { DecimalNumber.parse($0) }
  }

  /// Bit patterns, so that the sign of zero counts.
  private func agrees(_ text: String) -> Bool {
    parse(text)?.bitPattern == Double(text)?.bitPattern
  }

  @Test(arguments: 0..<20)
  func `agrees with the standard library to the last bit`(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var texts: [String] = []
    for _ in 0..<1000 {
      // Any number as it is printed, as its neighbors to 17 and 19 digits, and any digits with any exponent.
      let value = Double(bitPattern: generator.next())
      if value.isFinite {
        texts += ["\(value)", String(format: "%.16e", value), String(format: "%.18e", value)]
      }
      let fraction = Double.random(in: -20...20, using: &generator)
      texts += ["\(fraction)", "\(Float(fraction))", String(format: "%.18e", fraction)]
      let digits = UInt64.random(in: 0 ... .max, using: &generator) >> seed
      texts.append("\(digits)e\(Int.random(in: -345...310, using: &generator))")
    }
    #expect(texts.filter { !agrees($0) } == [])
  }

  @Test(arguments: [
    "0", "-0", "+1", "1.", ".5", "1e5", "1E+05", "1e-5", "00012", "0.000000000000000000000001",
    "9007199254740993", "9007199254740992.9999999999999999", "1e22", "1e23", "1e-22", "1e-23",
    "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "2.4703282292062327e-324",
    "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623159e308", "1e400",
    "1e-400",
    "0e999999999999", "123456789012345678901234567890", "6929495644600919.5",
    "4503599627370496.5", "4503599627370497.5", "1e999999999999999999999", "8.5e-5",
  ])
  func `reads what is hard to round`(_ text: String) {
    #expect(agrees(text))
  }

  @Test func `reads infinities and NaN`() {
    #expect(parse("inf") == .infinity)
    #expect(parse("-Infinity") == -.infinity)
    #expect(parse("NaN")?.isNaN == true)
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1 ", " 1", "1,", "--1", "nane", "1_0",
    "infinit", "١",
  ])
  func `refuses anything else`(_ text: String) {
    #expect(parse(text) == nil)
  }
}
