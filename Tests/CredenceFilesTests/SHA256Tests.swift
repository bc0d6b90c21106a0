import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4 and RFC 6234.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func `agrees with the standard`(text: String, digest: String) {
    var hash = SHA256()
    hash.update(Data(text.utf8))
    #expect(hash.hexadecimal() == digest)
  }

  @Test func `a million letters give the published digest in any pieces`() {
    for size in [1, 63, 64, 65, 1_000] {
      var hash = SHA256()
      let piece = Data(repeating: UInt8(ascii: "a"), count: size)
      for _ in 0..<1_000_000 / size { hash.update(piece) }
      hash.update(piece.prefix(1_000_000 % size))
      #expect(
        hash.hexadecimal() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
  }
}
