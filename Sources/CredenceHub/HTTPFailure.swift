import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

/// What went wrong between here and a server, in words.
enum HTTPFailure {
  /// The reason as a sentence.
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout: "It did not answer within 10 seconds."
      case .readTimeout: "It sent nothing for 60 seconds."
      case .remoteConnectionClosed: "It ended the connection."
      default: "The transfer failed: \(error.shortDescription)."
      }
    case let error as NIOConnectionError:
      error.dnsAError != nil && error.connectionErrors.isEmpty
        ? "The name ‘\(error.host)’ is not known."
        : "Nothing answers at \(error.host):\(error.port)."
    case is NIOSSLError: "The connection can't be encrypted, or the certificate is not trusted."
    case let error as IOError: "The connection failed: \(error)."
    default: "The transfer failed: \(error)."
    }
  }
}
