public import Foundation

/// A checksum as authors publish it beside their files.
public enum Checksum: Codable, Hashable, Sendable {
  /// 32 hexadecimal digits; it tells damage, not malice.
  case md5(String)
  /// 64 hexadecimal digits.
  case sha256(String)
  /// Nothing is known.
  case none

  /// The checksum of bytes, of the same kind and in lower case; empty for `none`.
  public func hexadecimal(of data: Data) -> String {
    var digest = Digest(self)
    digest.update(data)
    return digest.hexadecimal()
  }

  /// The published digits in lower case; empty for `none`.
  public var expected: String {
    switch self {
    case .md5(let digits), .sha256(let digits): digits.lowercased()
    case .none: ""
    }
  }
}

/// A checksum under way.
package enum Digest: Sendable {
  case md5(MD5)
  case sha256(SHA256)
  case none

  /// A checksum of the same kind, of nothing yet.
  package init(_ checksum: Checksum) {
    switch checksum {
    case .md5: self = .md5(MD5())
    case .sha256: self = .sha256(SHA256())
    case .none: self = .none
    }
  }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .md5(var digest):
      self = .none
      digest.update(bytes)
      self = .md5(digest)
    case .sha256(var digest):
      self = .none
      digest.update(bytes)
      self = .sha256(digest)
    case .none: break
    }
  }

  /// Takes in the next bytes.
  package mutating func update(_ data: Data) {
    data.withUnsafeBytes { update($0) }
  }

  /// The digits so far; empty for `none`.
  package func hexadecimal() -> String {
    switch self {
    case .md5(let digest): digest.hexadecimal()
    case .sha256(let digest): digest.hexadecimal()
    case .none: ""
    }
  }
}
