// How a call is written as a request: the client's half of the protocol, outgoing.

internal import Wire

/// Builds requests of the Connect protocol.
struct ClientCall {
  let info: MethodInfo
  let options: CallOptions
  let deadline: CallInstant?
  let limits: RPCLimits
  /// What a `google.protobuf.Any` may hold in JSON.
  let types: TypeRegistry

  static let userAgent = "lianshe-swift/1"

  init(
    info: MethodInfo, options: CallOptions, limits: RPCLimits, types: TypeRegistry
  ) {
    self.info = info
    self.options = options
    self.limits = limits
    self.types = types
    deadline = options.effectiveDeadline
  }

  var contentType: ContentType { ContentType(info.kind.framing, options.codec) }

  /// The largest message accepted.
  var maximumMessageBytes: Int {
    options.maximumResponseBytes ?? limits.maximumResponseBytes
  }

  func request(_ message: some WireMessage) throws(RPCError) -> RawRequest {
    let body = try options.codec.encode(message, types: types)
    guard body.count <= limits.maximumRequestBytes else {
      throw .tooLarge(body.count, limit: limits.maximumRequestBytes, what: "the request")
    }
    let timeout = try Self.timeout(until: deadline)
    var request: RawRequest
    if options.verb == .get, info.isCallableByGet, let short = try get(body, timeout) {
      request = short
    } else {
      request = try post(body, timeout)
    }
    request.idempotency = info.idempotency
    request.retry = options.retry
    return request
  }

  /// The request with its message in the path; nil when the path would be too long.
  private func get(_ body: [UInt8], _ timeout: String?) throws(RPCError) -> RawRequest? {
    // Neither compressed nor as base64 can so much fit, so it is not even tried.
    guard compresses(body) || body.count <= limits.maximumPathBytes else { return nil }
    let coding = compresses(body) ? options.compression : .identity
    let message = coding == .gzip ? try ContentCoding.deflate(body) : body
    let path = CallQuery.path(info.path, message, options.codec, coding)
    guard path.utf8.count <= limits.maximumPathBytes else { return nil }
    var fields = HeaderFields()
    fields.fields.reserveCapacity(4 + options.metadata.entries.count)
    fields.append("user-agent", Self.userAgent)
    if options.acceptsGzip { fields.append("accept-encoding", "gzip") }
    append(timeout, to: &fields)
    return RawRequest(verb: "GET", path: path, fields: fields, body: [], deadline: deadline)
  }

  private func post(_ message: [UInt8], _ timeout: String?) throws(RPCError) -> RawRequest {
    var body = message
    var fields = HeaderFields()
    fields.fields.reserveCapacity(8 + options.metadata.entries.count)
    fields.append("content-type", contentType.text)
    fields.append("connect-protocol-version", "1")
    fields.append("user-agent", Self.userAgent)
    switch info.kind.framing {
    case .unary:
      if options.acceptsGzip { fields.append("accept-encoding", "gzip") }
      if compresses(body) {
        body = try ContentCoding.deflate(body)
        fields.append("content-encoding", "gzip")
      }
    case .stream:
      if options.acceptsGzip { fields.append("connect-accept-encoding", "gzip") }
      if compresses(body) { fields.append("connect-content-encoding", "gzip") }
      body = try Envelope.wrap(
        body, coding: options.compression, compressingFrom: limits.compressionThresholdBytes)
    }
    append(timeout, to: &fields)
    return RawRequest(path: info.path, fields: fields, body: body, deadline: deadline)
  }

  private func compresses(_ body: [UInt8]) -> Bool {
    options.compression == .gzip && body.count >= limits.compressionThresholdBytes
  }

  /// What is the same for every verb.
  private func append(_ timeout: String?, to fields: inout HeaderFields) {
    if let timeout { fields.append("connect-timeout-ms", timeout) }
    if let trace = options.trace { fields.append("traceparent", trace.traceparent) }
    for entry in options.metadata { fields.append(entry.key, entry.value) }
  }

  /// What is left until a deadline, in the form of `connect-timeout-ms`.
  ///
  /// - Throws: `deadline_exceeded` when nothing is.
  static func timeout(until deadline: CallInstant?) throws(RPCError) -> String? {
    guard let deadline else { return nil }
    let left = CallInstant.now.duration(to: deadline)
    guard left > .zero else {
      throw RPCError(.deadlineExceeded, "the deadline passed before the call was made")
    }
    let (seconds, attoseconds) = left.components
    // Ten digits of milliseconds are 115 days; who waits longer waits that long.
    let milliseconds = min(seconds, 9_999_998) * 1_000 + attoseconds / 1_000_000_000_000_000
    // Less than a millisecond is still some time; zero would say there is none.
    return String(max(milliseconds, 1))
  }
}
