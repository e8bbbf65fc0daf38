// What a request's head says, whoever sends it and whenever: found once for a head that repeats.

/// How a request is to be dealt with, as far as its head tells.
package enum ReadHead: Sendable {
  case call(CallHead)
  case raw(RawHead)
  /// The complete answer.
  case refused(Answer)

  /// Whether the same head means the same again. Refusals are counted each time.
  package var isForAll: Bool {
    if case .call = self { return true }
    return false
  }
}

/// The head of a call to a method of ours, which was admitted.
package final class CallHead: Sendable {
  let route: Route
  let fields: HeaderFields
  let shape: AnswerShape
  /// How the request is compressed.
  let coding: ContentCoding
  /// What the head says of the body's size.
  let declaredBytes: Int?
  /// The message of a call by GET, which has no body.
  let queryMessage: [UInt8]?
  /// What the caller gives the call, and what this server gives one whose caller says nothing.
  let callerTimeout: CallInterval?
  let ownTimeout: CallInterval?

  init(
    route: Route, fields: HeaderFields, shape: AnswerShape, coding: ContentCoding = .identity,
    declaredBytes: Int? = nil, queryMessage: [UInt8]? = nil, callerTimeout: CallInterval? = nil,
    ownTimeout: CallInterval? = nil
  ) {
    self.route = route
    self.fields = fields
    self.shape = shape
    self.coding = coding
    self.declaredBytes = declaredBytes
    self.queryMessage = queryMessage
    self.callerTimeout = callerTimeout
    self.ownTimeout = ownTimeout
  }
}

/// The head of a request that is passed through.
package final class RawHead: Sendable {
  let forward: RawRoute
  let head: RequestHead
  let shape: AnswerShape
  /// Bytes of body that are taken.
  let limit: Int
  let callerTimeout: CallInterval?
  let ownTimeout: CallInterval?

  init(
    forward: RawRoute, head: RequestHead, shape: AnswerShape, limit: Int,
    callerTimeout: CallInterval?, ownTimeout: CallInterval?
  ) {
    self.forward = forward
    self.head = head
    self.shape = shape
    self.limit = limit
    self.callerTimeout = callerTimeout
    self.ownTimeout = ownTimeout
  }
}
