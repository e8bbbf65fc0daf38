// Bodies of calls: unary and streamed, both sides, compressed or said to be; and the parts that read
// them. The first byte chooses the part, the next ones its circumstances.

internal import Compression
internal import FixtureMessages
internal import Wire

@testable internal import RPC

func fuzzEnvelope(_ input: [UInt8]) {
  var choices = Choices(input)
  let part = choices.byte()
  let peak = heapPeak {
    switch part % 6 {
    case 0: request(&choices)
    case 1: answer(&choices)
    case 2: boundaries(&choices)
    case 3: gzip(&choices)
    case 4: errorBody(choices.rest())
    default: endOfStream(choices.rest())
    }
  }
  require(peak <= 1_500_000 + 64 * input.count, "\(input.count) bytes held \(peak)")
}

private let codecs: [Codec] = [.proto, .json]

// MARK: - Requests

/// A request to the server. What it answers well, a caller must be able to read.
private func request(_ choices: inout Choices) {
  let shape = choices.byte()
  let cut = Int(choices.byte())
  let isStream = shape & 1 != 0
  let codec = codecs[Int(shape >> 1 & 1)]
  let isGzip = shape & 4 != 0
  let acceptsGzip = shape & 8 != 0
  var fields = HeaderFields()
  fields.append("content-type", ContentType(isStream ? .stream : .unary, codec).text)
  if isGzip { fields.append(isStream ? "connect-content-encoding" : "content-encoding", "gzip") }
  if acceptsGzip {
    fields.append(isStream ? "connect-accept-encoding" : "accept-encoding", "gzip")
  }
  let body = body(&choices, shape: shape, isStream: isStream, isGzip: isGzip)
  if shape & 0x80 != 0 { fields.append("content-length", String(body.count)) }
  let answer = EchoCalls.send(
    RequestHead(
      verb: "POST", path: EchoCalls.service + (isStream ? "WatchEcho" : "GetEcho"),
      fields: fields), body, cut: cut)
  read(answer, isStream: isStream, codec: codec, cut: cut, isOurs: true)
}

/// The bytes as they are, or dressed so that they get further.
private func body(
  _ choices: inout Choices, shape: UInt8, isStream: Bool, isGzip: Bool
) -> [UInt8] {
  let bytes = choices.rest()
  guard shape & 0x10 != 0 else { return bytes }
  let payload = isGzip ? (try? Gzip.compress(bytes)) ?? [] : bytes
  return isStream ? Envelope.frame(flags: isGzip ? 1 : 0, payload) : payload
}

// MARK: - Answers

/// An answer of a server that may say anything.
private func answer(_ choices: inout Choices) {
  let shape = choices.byte()
  let cut = Int(choices.byte())
  let isStream = shape & 1 != 0
  let codec = codecs[Int(shape >> 1 & 1)]
  let isGzip = shape & 4 != 0
  var fields = HeaderFields()
  let types = [
    ContentType(isStream ? .stream : .unary, codec).text, "text/plain", "application/json",
  ]
  fields.append("content-type", types[Int(shape >> 5) % types.count])
  if isGzip { fields.append(isStream ? "connect-content-encoding" : "content-encoding", "gzip") }
  let status = shape & 8 == 0 ? 200 : 100 + Int(choices.byte()) * 2
  let body = body(&choices, shape: shape, isStream: isStream, isGzip: isGzip)
  read(
    Answer(head: ResponseHead(status: status, fields: fields), body: body), isStream: isStream,
    codec: codec, cut: cut, isOurs: false)
}

/// Reads an answer as a caller does. One of our own server's must be good.
private func read(_ answer: Answer, isStream: Bool, codec: Codec, cut: Int, isOurs: Bool) {
  let method = isStream ? EchoServiceMethods.watchEcho.info : EchoServiceMethods.getEcho.info
  let call = ClientCall(
    info: method, options: CallOptions(codec: codec), limits: EchoCalls.limits, types: .empty)
  if isOurs { require((200...599).contains(answer.head.status), "status \(answer.head.status)") }
  if isStream {
    let stream = ReadyStream(answer, cut: cut)
    let error = runNow { await drain(stream, of: call) }
    // Well or with the error that the server has sent, but never because it could not be read.
    if isOurs { require(error?.isFromPeer ?? true, "\(String(reflecting: error))") }
    return
  }
  do throws(RPCError) {
    let response = try call.message(of: answer, as: Request.self)
    require(answer.head.status == 200, "a message of status \(answer.head.status)")
    require(
      (try? response.message.protobufBytes()) != nil, "what was answered cannot be written")
  } catch {
    if isOurs { require(error.isFromPeer, "\(String(reflecting: error))") }
  }
}

/// Takes messages until the end.
private func drain(_ stream: ReadyStream, of call: ClientCall) async -> RPCError? {
  do {
    let source = try await ConnectResponseSource<Request>(call: call, raw: stream)
    while try await source.next() != nil {}
    require(try await source.next() == nil, "a message after the end")
    return nil
  } catch let error as RPCError {
    return error
  } catch {
    fatalError("broken: \(error) is no RPCError")
  }
}

// MARK: - Parts

/// The reader of envelopes and the follower of their boundaries see the same.
private func boundaries(_ choices: inout Choices) {
  let cut = Int(choices.byte()) + 1
  let bytes = choices.rest()
  var reader = EnvelopeReader(limit: 1 << 32)
  var follower = EnvelopeBoundaries()
  var found: [(flags: UInt8, payload: [UInt8])] = []
  var start = 0
  while start < bytes.count {
    let piece = Array(bytes[start..<min(bytes.count, start + cut)])
    start += piece.count
    reader.append(piece)
    follower.pass(piece)
    do {
      while let next = try reader.next() { found.append(next) }
    } catch {
      fatalError("broken: an envelope within the limit is refused: \(error)")
    }
    require(reader.isEmpty == follower.isAtBoundary, "reader and follower differ")
  }
  require(
    follower.hasEnded == (found.last.map { $0.flags & Envelope.endFlag != 0 } ?? false),
    "the end is seen by one of them")
  let whole = found.flatMap { Envelope.frame(flags: $0.flags, $0.payload) }
  require(whole == Array(bytes.prefix(whole.count)), "an envelope is not what was sent")
}

private func gzip(_ choices: inout Choices) {
  let limit = Int(choices.byte()) * 64
  let bytes = choices.rest()
  if let content = try? Gzip.decompress(bytes, limit: limit) {
    require(content.count <= limit, "\(content.count) bytes came of a limit of \(limit)")
    require((try? Gzip.decompress(bytes, limit: content.count)) == content, "exactly the limit")
    if !content.isEmpty {
      do throws(CompressionError) {
        _ = try Gzip.decompress(bytes, limit: content.count - 1)
        fatalError("broken: one byte over the limit passes")
      } catch {
        require(error.code == .tooLarge, "over the limit: \(error.code)")
      }
    }
  }
  guard let packed = try? Gzip.compress(bytes) else { fatalError("broken: not compressed") }
  require((try? Gzip.decompress(packed, limit: bytes.count)) == bytes, "gzip changes bytes")
}

/// Errors that any server may have written: what is read is written so that it reads the same.
private func errorBody(_ bytes: [UInt8]) {
  guard let error = ErrorJSON.read(body: bytes, fallback: .unknown) else { return }
  let text = ErrorJSON.body(error)
  guard let again = ErrorJSON.read(body: text, fallback: .unknown) else {
    fatalError("broken: our own error is not read")
  }
  require(again.code == error.code && again.message == error.message, "an error has changed")
  require(again.details == error.details, "details have changed")
}

private func endOfStream(_ bytes: [UInt8]) {
  guard let (error, trailers) = try? ErrorJSON.read(endOfStream: bytes) else { return }
  var bare = error
  bare?.metadata = Metadata()
  let text = ErrorJSON.endOfStream(error: bare, trailers: trailers)
  guard let (again, sameTrailers) = try? ErrorJSON.read(endOfStream: text) else {
    fatalError("broken: our own end of a stream is not read")
  }
  require(again?.code == error?.code && again?.message == error?.message, "an error has changed")
  for entry in trailers {
    require(
      sameTrailers.values(for: entry.key) == trailers.values(for: entry.key),
      "the trailers under \(entry.key) have changed")
  }
}
