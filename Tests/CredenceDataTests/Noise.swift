import CredenceData
import CredenceFiles

/// The test image of `Tests/Golden/images/generate.py`: every byte is a hash of its position.
func noise(width: Int, height: Int, seed: Int) -> PixelImage {
  let pixels = (0..<width * height * 3).map { index -> UInt8 in
    var hash = UInt32(truncatingIfNeeded: (index + seed * 7919) &* 2_654_435_761)
    hash ^= hash >> 15
    hash = hash &* 2_246_822_519
    hash ^= hash >> 13
    return UInt8(truncatingIfNeeded: hash)
  }
  return PixelImage(width: width, height: height, pixels: pixels)
}

/// The SHA-256 of bytes in hexadecimal digits.
func digest(_ bytes: UnsafeRawBufferPointer) -> String {
  var hash = SHA256()
  hash.update(bytes)
  return hash.hexadecimal()
}
