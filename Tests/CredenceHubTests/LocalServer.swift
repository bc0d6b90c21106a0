import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on this machine for one test, at a port that is free.
final class LocalServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
  }

  struct Response: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body = Data()
    /// After so many bytes of the body the connection ends.
    var cut: Int?

    static func status(_ status: Int, _ headers: [(String, String)] = []) -> Response {
      Response(status: status, headers: headers)
    }

    /// A content, or the part of it that a request asks for.
    static func content(
      _ body: Data, _ request: Request, tag: String? = nil, cut: Int? = nil
    ) -> Response {
      var response = Response(body: body, cut: cut)
      if let tag { response.headers.append(("ETag", tag)) }
      guard let range = request.headers["range"],
        let start = Int(range.dropFirst("bytes=".count).dropLast())
      else { return response }
      guard start < body.count else {
        return .status(416, [("Content-Range", "bytes */\(body.count)")])
      }
      response.status = 206
      response.headers.append(
        ("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)"))
      response.body = body.dropFirst(start)
      return response
    }
  }

  typealias Handler = @Sendable (Request) -> Response

  /// What a server answers.
  struct Answers {
    let handler: Handler

    static func answers(_ handler: @escaping Handler) -> Answers { Answers(handler: handler) }
  }

  private final class Log: Sendable {
    let requests = Mutex<[Request]>([])
  }

  private let channel: any Channel
  private let log: Log

  /// All requests so far.
  var requests: [Request] { log.requests.withLock { $0 } }

  private init(channel: any Channel, log: Log) {
    self.channel = channel
    self.log = log
  }

  /// Runs a server for the time of a closure.
  static func with<Result>(
    _ answers: Answers, _ body: (LocalServer) async throws -> Result
  ) async throws -> Result {
    let handler = answers.handler
    let log = Log()
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            RequestHandler { request in
              log.requests.withLock { $0.append(request) }
              return handler(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = LocalServer(channel: channel, log: log)
    do {
      let result = try await body(server)
      try await channel.close()
      return result
    } catch {
      try? await channel.close()
      throw error
    }
  }

  /// The address of a path; a second name of this machine counts as another server.
  func url(_ path: String = "", host: String = "127.0.0.1") -> URL {
    URL(string: "http://\(host):\(channel.localAddress?.port ?? 0)\(path)")
      ?? URL(fileURLWithPath: "/")
  }

  private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let handler: Handler
    private var head: HTTPRequestHead?

    init(_ handler: @escaping Handler) {
      self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): self.head = head
      case .body: break
      case .end:
        guard let head else { return }
        let request = Request(
          method: head.method.rawValue, path: head.uri,
          headers: Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }))
        respond(handler(request), to: head, context)
      }
    }

    private func respond(
      _ response: Response, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
      var headers = HTTPHeaders(response.headers)
      if !headers.contains(name: "Content-Length") {
        headers.add(name: "Content-Length", value: "\(response.body.count)")
      }
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: response.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if request.method != .HEAD {
        let body = response.cut.map { response.body.prefix($0) } ?? response.body
        context.write(
          wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
      }
      if response.cut != nil, request.method != .HEAD {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).whenComplete { _ in
          // What was sent still arrives.
          bound.value.channel.close(mode: .output, promise: nil)
        }
      } else {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
