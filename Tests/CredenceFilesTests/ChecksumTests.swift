import CredenceFiles
import Foundation
import Testing

@Suite struct ChecksumTests {
  @Test func `MD5 is that of RFC 1321`() {
    let examples = [
      "": "d41d8cd98f00b204e9800998ecf8427e", "a": "0cc175b9c0f1b6a831c399e269772661",
      "abc": "900150983cd24fb0d6963f7d28e17f72",
      "message digest": "f96b697d7cb7938d525a2f31aaf161d0",
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890":
        "57edf4a22be3c955ac49da2e2107b67a",
    ]
    for (text, digits) in examples {
      #expect(Checksum.md5("").hexadecimal(of: Data(text.utf8)) == digits)
    }
  }

  @Test(arguments: [1, 63, 64, 65, 119, 1000]) func `pieces make no difference`(_ size: Int) {
    let data = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) })
    var (md5, sha256) = (MD5(), SHA256())
    for start in stride(from: 0, to: data.count, by: size) {
      md5.update(data[start..<min(start + size, data.count)])
      sha256.update(data[start..<min(start + size, data.count)])
    }
    #expect(md5.hexadecimal() == Checksum.md5("").hexadecimal(of: data))
    #expect(sha256.hexadecimal() == Checksum.sha256("").hexadecimal(of: data))
  }

  @Test func `digits are compared in lower case, and nothing fits nothing`() {
    #expect(Checksum.md5("AB").expected == "ab")
    #expect(Checksum.none.expected == Checksum.none.hexadecimal(of: Data([1])))
  }
}
