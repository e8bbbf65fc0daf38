// Answers to requests that are refused before they are all here.

internal import NIOCore
internal import RPC

extension ServerConnection {
  /// Answers a request that is still on its way. An answer that overtakes the request ends the
  /// stream, and common clients (curl) then fail their own sending and never read it; so the rest
  /// is read and dropped first, within bounds.
  func answerSoon(_ answer: Answer, _ stream: ServerStream, within time: Duration? = nil) {
    stream.earlyAnswer = answer
    dropHeldBytes(stream)
    answerWhenQuiet(stream, until: loop.now + TimeAmount(clamping: time ?? limits.earlyAnswerTime))
  }

  private func answerWhenQuiet(_ stream: ServerStream, until end: NIODeadline) {
    let bound = NIOLoopBound(stream, eventLoop: loop)
    let look = min(loop.now + TimeAmount(clamping: limits.earlyAnswerDelay), end)
    loop.scheduleTask(deadline: look) {
      let stream = bound.value
      guard stream.phase == .receiving, let answer = stream.earlyAnswer else { return }
      let isOver = stream.isQuiet() || look >= end
      if isOver { return stream.connection.answer(answer, stream) }
      stream.connection.answerWhenQuiet(stream, until: end)
    }
  }
}
