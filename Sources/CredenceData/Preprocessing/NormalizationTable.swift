/// What each byte of each channel becomes, `[channels, 256]`.
struct NormalizationTable {
  let values: [Float]

  init(_ preprocessing: Preprocessing) {
    var values: [Float] = []
    values.reserveCapacity(256 * preprocessing.channels)
    for (mean, std) in zip(preprocessing.mean, preprocessing.std) {
      for byte in 0..<256 {
        values.append((Float(byte) / 255 - Float(mean)) / Float(std))
      }
    }
    self.values = values
  }
}
