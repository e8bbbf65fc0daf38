// The table of what a server answers. It is a value that is filled while a service is composed;
// `RPCServer` freezes it.

public import Wire

/// The methods of a server and the interceptors around them.
public struct Router: Sendable {
  let interceptors: [any ServerInterceptor]
  private(set) var routes: [Route] = []
  private(set) var forwards: [RawRoute] = []
  /// What a `google.protobuf.Any` may hold in JSON besides the messages of the packages whose
  /// methods are registered, and of what those import. Default: nothing.
  public var types = TypeRegistry.empty

  /// - Parameter interceptors: run around every call of every method, the first one outermost.
  public init(interceptors: [any ServerInterceptor] = []) {
    self.interceptors = interceptors
  }

  /// Registers the handler of a unary method. A later one for the same path replaces it.
  public mutating func unary<Request: WireMessage, Response: WireMessage>(
    _ descriptor: MethodDescriptor<Request, Response>,
    _ handler: @escaping @Sendable (Request, CallContext) async throws -> Response
  ) {
    let interceptors = interceptors.map { $0.bound(to: descriptor.info) }
    add(
      Route(info: descriptor.info, types: descriptor.types) { request, context in
        if interceptors.isEmpty {
          let message = try request.decode(Request.self)
          return try request.encode(try await handler(message, context))
        }
        return try await Interception.run(interceptors[...], context) { context in
          let message = try request.decode(Request.self)
          return try request.encode(try await handler(message, context))
        }
      })
  }

  /// Lets a unary method that has a handler be answered without a task where its answer is at hand,
  /// in memory: no task is made, and nothing is awaited.
  ///
  /// - Parameter answer: nil leaves the call to the method's handler. It runs on the loop of the
  ///   connection, so it must not wait for anything, nor take long.
  public mutating func atOnce<Request: WireMessage, Response: WireMessage>(
    _ descriptor: MethodDescriptor<Request, Response>,
    _ answer: @escaping @Sendable (Request, CallContext) throws -> Response?
  ) {
    let interceptors = interceptors.map { $0.bound(to: descriptor.info) }
    guard let index = routes.firstIndex(where: { $0.info.path == descriptor.info.path }),
      case .unary = routes[index].body
    else { return }
    routes[index] = Route(routes[index]) { request, context in
      try Interception.runAtOnce(interceptors[...], context) { context in
        guard let message = try answer(try request.decode(Request.self), context)
        else {
          return nil
        }
        return try request.encode(message)
      }
    }
  }

  /// Registers the handler of a server-streaming method. Its answer ends when it returns.
  public mutating func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ descriptor: MethodDescriptor<Request, Response>,
    _ handler:
      @escaping @Sendable (Request, ResponseWriter<Response>, CallContext) async throws -> Void
  ) {
    let interceptors = interceptors.map { $0.bound(to: descriptor.info) }
    add(
      Route(info: descriptor.info, types: descriptor.types) { request, sink, context in
        try await Interception.run(interceptors[...], context) { context in
          let message = try request.decode(Request.self)
          let writer = ResponseWriter<Response> { response in
            try await sink.write(try request.envelope(response))
          }
          try await handler(message, writer, context)
        }
      })
  }

  /// Makes methods known that this server does not implement: they answer `unimplemented` with
  /// status 501 where an unknown path answers 404. Methods that have a handler keep it.
  public mutating func declare(_ methods: [MethodInfo]) {
    for method in methods where !routes.contains(where: { $0.info.path == method.path }) {
      routes.append(Route(unimplemented: method))
    }
  }

  /// Hands every request whose path begins with a prefix, and that no method of this router
  /// answers, to a handler as it came: nothing is decoded and no interceptor runs.
  ///
  /// The longest matching prefix wins. Requests are collected up to the server's message limit.
  public mutating func fallback(
    prefix: String, _ handler: @escaping @Sendable (RawCall) async throws -> Void
  ) {
    forwards.removeAll { $0.prefix == prefix }
    forwards.append(RawRoute(prefix: prefix, handler: handler))
    forwards.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  /// The methods registered, in order, without those only declared.
  public var methods: [MethodInfo] { routes.compactMap { $0.isImplemented ? $0.info : nil } }

  private mutating func add(_ route: Route) {
    if let index = routes.firstIndex(where: { $0.info.path == route.info.path }) {
      routes[index] = route
    } else {
      routes.append(route)
    }
  }
}

/// Runs a body inside interceptors.
enum Interception {
  static func runAtOnce(
    _ interceptors: ArraySlice<any ServerInterceptor>,
    _ context: CallContext,
    _ body: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? {
    guard let outermost = interceptors.first else { return try body(context) }
    return try outermost.interceptAtOnce(context) { context in
      try runAtOnce(interceptors.dropFirst(), context, body)
    }
  }

  static func run<Result: Sendable>(
    _ interceptors: ArraySlice<any ServerInterceptor>,
    _ context: CallContext,
    _ body: (CallContext) async throws -> Result
  ) async throws -> Result {
    guard let outermost = interceptors.first else { return try await body(context) }
    return try await outermost.intercept(context) { context in
      try await run(interceptors.dropFirst(), context, body)
    }
  }
}
