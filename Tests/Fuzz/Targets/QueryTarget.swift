// Calls by GET: a query that says anything, and queries of our own that must come back as they were.

internal import Compression
internal import FixtureMessages
internal import Wire

@testable internal import RPC

func fuzzQuery(_ input: [UInt8]) {
  var choices = Choices(input)
  let shape = choices.byte()
  if shape & 1 == 0 {
    foreignQuery(choices.rest(), verb: shape & 2 == 0 ? "GET" : "HEAD")
  } else {
    ownQuery(choices.rest(), codec: shape & 2 == 0 ? .proto : .json, isGzip: shape & 4 != 0)
  }
}

// MARK: - Queries of others

private func foreignQuery(_ bytes: [UInt8], verb: String) {
  let query = CallQuery(bytes)
  _ = try? query.check()
  _ = query.codec
  _ = try? query.compression()
  if let message = try? query.message() {
    require(message.count <= bytes.count, "a message of \(message.count) in \(bytes.count) bytes")
  }
  if let decoded = PercentCoding.decode(bytes) {
    require(
      PercentCoding.decode(PercentCoding.encode(decoded).utf8) == decoded, "escapes change bytes")
  }
  let text = String(decoding: bytes, as: UTF8.self)
  let tag = EntityTag.weak(of: bytes, .proto)
  require(EntityTag.list(tag, contains: tag), "a list of one tag does not hold it")
  _ = EntityTag.list(text, contains: tag)
  var fields = HeaderFields()
  fields.append("if-none-match", text)
  let answer = EchoCalls.send(
    RequestHead(verb: verb, path: "\(EchoCalls.service)GetEcho?\(text)", fields: fields), [],
    cut: 1)
  require(
    [200, 304].contains(answer.head.status) || (400...599).contains(answer.head.status),
    "status \(answer.head.status)")
  if verb == "HEAD" || answer.head.status == 304 {
    require(answer.body.isEmpty, "a body where HTTP has none")
  }
}

// MARK: - Queries of our own

private func ownQuery(_ bytes: [UInt8], codec: Codec, isGzip: Bool) {
  let coding: ContentCoding = isGzip ? .gzip : .identity
  guard let sent = isGzip ? try? Gzip.compress(bytes) : bytes else {
    fatalError("broken: not compressed")
  }
  let path = CallQuery.path(EchoCalls.service + "GetEcho", sent, codec, coding)
  require(path.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a path that cannot be sent")
  let query = CallQuery(path: path)
  do throws(RPCError) {
    try query.check()
    require(query.codec == codec, "the codec has changed")
    require(try query.compression() == (isGzip ? "gzip" : nil), "the compression has changed")
    require(try query.message() == sent, "the message has changed")
  } catch {
    fatalError("broken: our own query is refused: \(error)")
  }
  // The same call by POST has the same answer.
  guard path.utf8.count <= EchoCalls.limits.maximumPathBytes else { return }
  let got = EchoCalls.send(RequestHead(verb: "GET", path: path, fields: []), [], cut: 1)
  var fields = HeaderFields()
  fields.append("content-type", ContentType(.unary, codec).text)
  if isGzip { fields.append("content-encoding", "gzip") }
  let posted = EchoCalls.send(
    RequestHead(verb: "POST", path: EchoCalls.service + "GetEcho", fields: fields), sent, cut: 64)
  require(
    got.head.status == posted.head.status, "GET \(got.head.status), POST \(posted.head.status)")
  require(got.body == posted.body, "GET and POST are answered in different words")
}
