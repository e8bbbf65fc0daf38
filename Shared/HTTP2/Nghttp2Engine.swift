// This file, Nghttp2Fields.swift and LastBlock.swift are the only ones that see nghttp2. Memory rules:
// * The engine owns one `nghttp2_session` and one `Context`; both live until its deinit. There the
//   strings go first, which hold buffers of the session's allocator; then the session, which
//   points to the context; then the context.
// * nghttp2 gets the context as user data. Its callbacks are the file-scope functions below; they
//   change the context and return, and never call back into the session.
// * While a function of nghttp2 runs, no Swift code holds the context: callers leave `withState`
//   before they call a command. Bytes handed out by `mem_send` are copied before the next call.
// * Fields handed to `submit` are copied by nghttp2 during the call, except `PreparedFields`, which
//   the stream's slot (or the session, when the slot goes first) keeps until the frame is sent.

internal import CNghttp2

/// What a callback may touch.
private struct Context: ~Copyable {
  var state: SessionState
  var strings = BufferStrings()
  var block = LastBlock()
  let paths: PathCache
  var builder = FieldBuilder()

  init(_ state: consuming SessionState, _ paths: PathCache) {
    self.state = state
    self.paths = paths
  }
}

/// How a call into nghttp2 ended, in our words.
enum EngineFailure: Equatable {
  case flooded
  case outOfMemory
  case streamIDsExhausted
  case goingAway
  case streamClosed
  case invalid
  case other(String)
}

struct Nghttp2Engine: ~Copyable {
  private let session: OpaquePointer
  private let context: UnsafeMutablePointer<Context>

  /// Nil only when memory is out.
  init?(_ state: consuming SessionState, paths: PathCache) {
    let role = state.role
    let limits = state.limits
    context = UnsafeMutablePointer<Context>.allocate(capacity: 1)
    context.initialize(to: Context(state, paths))
    guard let made = makeSession(role, limits, context) else {
      context.deinitialize(count: 1)
      context.deallocate()
      return nil
    }
    session = made
  }

  deinit {
    // These hold buffers that nghttp2 frees through the session's allocator.
    context.pointee.strings.removeAll()
    context.pointee.block.removeAll()
    nghttp2_session_del(session)
    context.deinitialize(count: 1)
    context.deallocate()
  }

  /// The only way to the state. `body` must not call the engine.
  @inline(__always)
  func withState<Result>(_ body: (inout SessionState) -> Result) -> Result {
    body(&context.pointee.state)
  }
}

// MARK: - Bytes in and out

extension Nghttp2Engine {
  func receive(_ bytes: UnsafeRawBufferPointer) -> EngineFailure? {
    let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    let result = nghttp2_session_mem_recv(session, base, bytes.count)
    return result < 0 ? failure(of: Int32(truncatingIfNeeded: result)) : nil
  }

  /// Moves the frames that nghttp2 is ready to send into the output: all of them, but DATA only
  /// until the output is full.
  func drain() -> EngineFailure? {
    while true {
      var frame: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(session, &frame)
      if count < 0 { return failure(of: Int32(truncatingIfNeeded: count)) }
      if count == 0 { return nil }
      context.pointee.state.output.append(
        contentsOf: UnsafeBufferPointer(start: frame, count: count))
      if context.pointee.state.hasFailed { return nil }
    }
  }

  var wantsRead: Bool { nghttp2_session_want_read(session) != 0 }
  var wantsWrite: Bool { nghttp2_session_want_write(session) != 0 }
  var lastProcessedStream: Int32 { nghttp2_session_get_last_proc_stream_id(session) }
  var mayOpenStream: Bool { nghttp2_session_check_request_allowed(session) != 0 }

  /// Whether the peer lets us send nothing on a stream, for its own window or the connection's.
  func isWindowShut(_ stream: Int32) -> Bool {
    nghttp2_session_get_remote_window_size(session) <= 0
      || nghttp2_session_get_stream_remote_window_size(session, stream) <= 0
  }
}

/// Only reads, so callbacks may call it.
private func readRemoteSettings(_ session: OpaquePointer) -> RemoteSettings {
  func value(_ id: nghttp2_settings_id) -> UInt32 {
    nghttp2_session_get_remote_settings(session, id)
  }
  return RemoteSettings(
    maxConcurrentStreams: value(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS),
    initialWindowSize: value(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE),
    maxHeaderListSize: value(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE))
}

// MARK: - Commands

extension Nghttp2Engine {
  func submitRequest(
    _ prepared: PreparedFields?, _ fields: [HeaderField], endStream: Bool
  ) -> (stream: Int32, failure: EngineFailure?) {
    let result = context.pointee.builder.withPairs(prepared, fields) { pointer, count in
      var provider = dataProvider
      return endStream
        ? nghttp2_submit_request(session, nil, pointer, count, nil, nil)
        : nghttp2_submit_request(session, nil, pointer, count, &provider, nil)
    }
    return result > 0 ? (result, nil) : (0, failure(of: result))
  }

  func submitResponse(
    _ stream: Int32, _ prepared: PreparedFields?, _ fields: [HeaderField], endStream: Bool
  ) -> EngineFailure? {
    let result = context.pointee.builder.withPairs(prepared, fields) { pointer, count in
      var provider = dataProvider
      return endStream
        ? nghttp2_submit_response(session, stream, pointer, count, nil)
        : nghttp2_submit_response(session, stream, pointer, count, &provider)
    }
    return result == 0 ? nil : failure(of: result)
  }

  func resume(_ stream: Int32) {
    // Fails only for a stream that is gone or not deferred, and then nothing is to be done.
    _ = nghttp2_session_resume_data(session, stream)
  }

  func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
    _ = nghttp2_submit_rst_stream(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
  }

  func consume(_ stream: Int32, _ count: Int) {
    _ = nghttp2_session_consume(session, stream, count)
  }

  func consumeConnection(_ count: Int) {
    _ = nghttp2_session_consume_connection(session, count)
  }

  func shutdownNotice() {
    _ = nghttp2_submit_shutdown_notice(session)
  }

  func goAway(lastStream: Int32, _ code: HTTP2ErrorCode) {
    _ = nghttp2_submit_goaway(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), lastStream, code.rawValue, nil, 0)
  }

  func ping(_ opaque: UInt64) {
    withUnsafeBytes(of: opaque.bigEndian) { bytes in
      _ = nghttp2_submit_ping(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue),
        bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    }
  }
}

// MARK: - Making a session

private func makeSession(
  _ role: HTTP2Role, _ limits: HTTP2Limits, _ context: UnsafeMutablePointer<Context>
) -> OpaquePointer? {
  var callbacks: OpaquePointer?
  var option: OpaquePointer?
  guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
  defer { nghttp2_session_callbacks_del(callbacks) }
  guard nghttp2_option_new(&option) == 0, let option else { return nil }
  defer { nghttp2_option_del(option) }
  setCallbacks(callbacks)
  setOptions(option, limits)

  var session: OpaquePointer?
  let result =
    role == .server
    ? nghttp2_session_server_new2(&session, callbacks, context, option)
    : nghttp2_session_client_new2(&session, callbacks, context, option)
  guard result == 0, let session else { return nil }
  guard submitFirstFlight(session, role, limits) else {
    nghttp2_session_del(session)
    return nil
  }
  return session
}

private func setOptions(_ option: OpaquePointer, _ limits: HTTP2Limits) {
  nghttp2_option_set_no_auto_window_update(option, 1)
  nghttp2_option_set_no_closed_streams(option, 1)
  // The session checks the preface itself, to be able to answer HTTP/1.1.
  nghttp2_option_set_no_recv_client_magic(option, 1)
  nghttp2_option_set_peer_max_concurrent_streams(option, limits.assumedPeerConcurrentStreams)
  nghttp2_option_set_max_settings(option, max(1, limits.maxSettingsEntries))
  nghttp2_option_set_max_deflate_dynamic_table_size(option, Int(limits.headerTableBytes))
  // FrameMeter counts exactly. nghttp2 counts calls instead of frames here: a CONTINUATION header
  // that arrives byte by byte counts nine times.
  let continuations = min(max(0, limits.maxContinuations), Int(UInt32.max))
  nghttp2_option_set_max_continuations(option, (continuations + 1) * 9)
  // A second fence behind our own budget, with nghttp2's own clock.
  nghttp2_option_set_stream_reset_rate_limit(
    option, UInt64(limits.resetsReceived.burst) * 2 + 1,
    UInt64(limits.resetsReceived.perSecond) * 2 + 1)
}

/// SETTINGS with the stream limit, and the connection window, before anything else.
private func submitFirstFlight(
  _ session: OpaquePointer, _ role: HTTP2Role, _ limits: HTTP2Limits
) -> Bool {
  func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
    nghttp2_settings_entry(settings_id: Int32(bitPattern: id.rawValue), value: value)
  }
  let headerBytes = UInt32(clamping: limits.maxHeaderBytes)
  let maxWindow = UInt32(Int32.max)
  var entries = [
    entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, min(limits.streamWindowBytes, maxWindow)),
    entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, headerBytes),
    entry(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableBytes),
    // Switches the dependency tree of RFC 7540 off: cheaper, and one flood less.
    entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
  ]
  switch role {
  case .server:
    entries.append(
      entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams))
  case .client:
    entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
  }
  let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
  guard nghttp2_submit_settings(session, none, entries, entries.count) == 0 else { return false }
  let window = Int32(clamping: limits.connectionWindowBytes)
  return nghttp2_session_set_local_window_size(session, none, 0, window) == 0
}

private func failure(of code: Int32) -> EngineFailure {
  switch nghttp2_error(rawValue: code) {
  case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: .flooded
  case NGHTTP2_ERR_NOMEM: .outOfMemory
  case NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE: .streamIDsExhausted
  case NGHTTP2_ERR_START_STREAM_NOT_ALLOWED: .goingAway
  case NGHTTP2_ERR_STREAM_CLOSED, NGHTTP2_ERR_INVALID_STREAM_ID, NGHTTP2_ERR_STREAM_CLOSING:
    .streamClosed
  case NGHTTP2_ERR_INVALID_ARGUMENT, NGHTTP2_ERR_DATA_EXIST, NGHTTP2_ERR_PROTO,
    NGHTTP2_ERR_INVALID_STATE:
    .invalid
  default: .other(nghttp2_strerror(code).map { String(cString: $0) } ?? "error \(code)")
  }
}

// MARK: - Callbacks

private func context(_ userData: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Context>? {
  userData?.assumingMemoryBound(to: Context.self)
}

private func setCallbacks(_ callbacks: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
  nghttp2_session_callbacks_set_on_header_callback2(callbacks, onHeader)
  nghttp2_session_callbacks_set_on_invalid_header_callback2(callbacks, onInvalidHeader)
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrameReceived)
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onDataChunk)
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onFrameSent)
  nghttp2_session_callbacks_set_send_data_callback(callbacks, onSendData)
}

private func hasFlag(_ flags: UInt8, _ flag: nghttp2_flag) -> Bool {
  UInt32(flags) & flag.rawValue != 0
}

private func onBeginHeaders(
  _: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = context(userData), let headers = frame?.pointee.headers else { return 0 }
  let kind: HeaderBlockKind =
    switch headers.cat {
    case NGHTTP2_HCAT_REQUEST: .request
    case NGHTTP2_HCAT_RESPONSE: .response
    default: .following
    }
  context.pointee.block.begin()
  context.pointee.state.blockBegan(stream: headers.hd.stream_id, kind: kind)
  return 0
}

private func onHeader(
  _: OpaquePointer?, _: UnsafePointer<nghttp2_frame>?, _ name: OpaquePointer?,
  _ value: OpaquePointer?, _: UInt8, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = context(userData), let name, let value else { return 0 }
  if let (nameBytes, valueBytes) = context.pointee.block.known(name, value) {
    guard context.pointee.state.admitsField(nameBytes: nameBytes, valueBytes: valueBytes) else {
      return afterRefusedField(context)
    }
    context.pointee.block.repeatField()
    return 0
  }
  let nameView = nghttp2_rcbuf_get_buf(name)
  let valueView = nghttp2_rcbuf_get_buf(value)
  guard
    context.pointee.state.admitsField(nameBytes: nameView.len, valueBytes: valueView.len)
  else { return afterRefusedField(context) }
  if context.pointee.block.repeats(name, valueView) {
    context.pointee.block.repeatField()
    return 0
  }
  let field = HeaderField(
    name: context.pointee.strings.string(name, nameView),
    value: PathCache.isFor(nameView)
      ? context.pointee.paths.string(
        UnsafeBufferPointer(start: valueView.base, count: valueView.len))
      : context.pointee.strings.string(value, valueView))
  // Bytes that are not UTF-8 become U+FFFD, which has three.
  let more = field.value.utf8.count - valueView.len
  if more > 0, !context.pointee.state.admitsRepair(more) { return 0 }
  context.pointee.block.append(field, name, nameView.len, value, valueView.len)
  return 0
}

/// Nothing but this ends the decoding of a block; the session is given up with it.
private func afterRefusedField(_ context: UnsafeMutablePointer<Context>) -> Int32 {
  context.pointee.state.flood == nil ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
}

/// By default nghttp2 leaves such a field out and goes on; RFC 9113, 8.2.1 calls the whole message
/// malformed, and a gateway in front of us may have read it differently.
private func onInvalidHeader(
  _: OpaquePointer?, _: UnsafePointer<nghttp2_frame>?, _: OpaquePointer?, _: OpaquePointer?,
  _: UInt8, _: UnsafeMutableRawPointer?
) -> Int32 {
  NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
}

private func onFrameReceived(
  _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?,
  _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = context(userData), let frame else { return 0 }
  let header = frame.pointee.hd
  switch nghttp2_frame_type(rawValue: UInt32(header.type)) {
  case NGHTTP2_DATA:
    context.pointee.state.dataFrameEnded(
      stream: header.stream_id,
      isEmpty: header.length > 0 && header.length <= frame.pointee.data.padlen,
      endStream: hasFlag(header.flags, NGHTTP2_FLAG_END_STREAM))
  case NGHTTP2_HEADERS:
    let isWanted = context.pointee.state.wantsBlock(of: header.stream_id)
    context.pointee.state.blockEnded(
      stream: header.stream_id, isWanted ? context.pointee.block.take() : [],
      endStream: hasFlag(header.flags, NGHTTP2_FLAG_END_STREAM))
  case NGHTTP2_SETTINGS:
    if !hasFlag(header.flags, NGHTTP2_FLAG_ACK), let session {
      context.pointee.state.settingsReceived(readRemoteSettings(session))
    }
  case NGHTTP2_PING:
    if hasFlag(header.flags, NGHTTP2_FLAG_ACK) {
      let opaque = withUnsafeBytes(of: frame.pointee.ping.opaque_data) { bytes in
        bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      }
      context.pointee.state.pingAcknowledged(opaque)
    }
  case NGHTTP2_GOAWAY:
    context.pointee.state.goAwayReceived(
      lastStream: frame.pointee.goaway.last_stream_id, code: frame.pointee.goaway.error_code)
  default:
    break
  }
  return 0
}

private func onDataChunk(
  _: OpaquePointer?, _: UInt8, _ stream: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
  _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  context(userData)?.pointee.state.dataReceived(
    stream: stream, UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}

private func onStreamClose(
  _: OpaquePointer?, _ stream: Int32, _ code: UInt32, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  context(userData)?.pointee.state.streamClosed(stream, HTTP2ErrorCode(rawValue: code))
  return 0
}

private func onFrameSent(
  _: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = context(userData), let frame else { return 0 }
  let header = frame.pointee.hd
  switch nghttp2_frame_type(rawValue: UInt32(header.type)) {
  case NGHTTP2_HEADERS:
    context.pointee.state.headersSent(
      stream: header.stream_id, endStream: hasFlag(header.flags, NGHTTP2_FLAG_END_STREAM))
  case NGHTTP2_RST_STREAM:
    context.pointee.state.resetSent(
      stream: header.stream_id,
      code: HTTP2ErrorCode(rawValue: frame.pointee.rst_stream.error_code))
  case NGHTTP2_GOAWAY:
    // Our own GOAWAYs with an error are not made by nghttp2, so this one is its verdict.
    let code = frame.pointee.goaway.error_code
    if code != HTTP2ErrorCode.noError.rawValue {
      let text = UnsafeBufferPointer(
        start: frame.pointee.goaway.opaque_data, count: frame.pointee.goaway.opaque_data_len)
      let reason = text.isEmpty ? "protocol violation" : String(decoding: text, as: UTF8.self)
      // The two limits that nghttp2 ends connections for by itself.
      if code == HTTP2ErrorCode.enhanceYourCalm.rawValue {
        context.pointee.state.reach(.maxSettingsEntries)
      } else if reason.hasSuffix("max concurrent streams exceeded") {
        context.pointee.state.reach(.maxConcurrentStreams)
      }
      context.pointee.state.fail(HTTP2ErrorCode(rawValue: code), reason: reason)
    }
  default:
    break
  }
  return 0
}

/// Bytes of a stream are not copied through nghttp2: it asks how many there are, and
/// `onSendData` puts them behind their frame header.
private let dataProvider = nghttp2_data_provider(
  source: nghttp2_data_source(), read_callback: onReadData)

private func onReadData(
  _: OpaquePointer?, _ stream: Int32, _: UnsafeMutablePointer<UInt8>?, _ limit: Int,
  _ flags: UnsafeMutablePointer<UInt32>?, _: UnsafeMutablePointer<nghttp2_data_source>?,
  _ userData: UnsafeMutableRawPointer?
) -> Int {
  guard let context = context(userData), let flags else {
    return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  }
  switch context.pointee.state.nextChunk(stream: stream, limit: limit) {
  case .bytes(let count, let isLast):
    flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    if isLast { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return count
  case .nothingYet:
    return Int(NGHTTP2_ERR_DEFERRED.rawValue)
  case .streamGone:
    return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  }
}

private func onSendData(
  _: OpaquePointer?, _ frame: UnsafeMutablePointer<nghttp2_frame>?,
  _ header: UnsafePointer<UInt8>?, _ count: Int, _: UnsafeMutablePointer<nghttp2_data_source>?,
  _ userData: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = context(userData), let frame else { return 0 }
  // 9 is the length of every frame header.
  context.pointee.state.writeDataFrame(
    stream: frame.pointee.hd.stream_id,
    header: UnsafeRawBufferPointer(start: header, count: 9), count: count,
    isLast: hasFlag(frame.pointee.hd.flags, NGHTTP2_FLAG_END_STREAM))
  // Frames of data come last: whatever else was to be sent is in the output by now.
  return context.pointee.state.isOutputFull ? NGHTTP2_ERR_PAUSE.rawValue : 0
}
