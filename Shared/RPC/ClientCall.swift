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
    var body = try options.codec.encode(message, types: types)
    guard body.count <= limits.maximumRequestBytes else {
      throw .tooLarge(body.count, limit: limits.maximumRequestBytes, what: "the request")
    }
    var fields = HeaderFields()
    fields.fields.reserveCapacity(8 + options.metadata.entries.count)
    fields.append("content-type", contentType.text)
    fields.append("connect-protocol-version", "1")
    fields.append("user-agent", Self.userAgent)
    if let timeout = try Self.timeout(until: deadline) {
      fields.append("connect-timeout-ms", timeout)
    }
    let compresses =
      options.compression == .gzip && body.count >= limits.compressionThresholdBytes
    switch info.kind.framing {
    case .unary:
      if options.acceptsGzip { fields.append("accept-encoding", "gzip") }
      if compresses {
        body = try ContentCoding.deflate(body)
        fields.append("content-encoding", "gzip")
      }
    case .stream:
      if options.acceptsGzip { fields.append("connect-accept-encoding", "gzip") }
      if compresses { fields.append("connect-content-encoding", "gzip") }
      body = try Envelope.wrap(
        body, coding: options.compression, compressingFrom: limits.compressionThresholdBytes)
    }
    if let trace = options.trace { fields.append("traceparent", trace.traceparent) }
    for entry in options.metadata { fields.append(entry.key, entry.value) }
    return RawRequest(path: info.path, fields: fields, body: body, deadline: deadline)
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
