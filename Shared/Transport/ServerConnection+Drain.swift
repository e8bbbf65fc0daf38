// How a connection of a listener ends without losing a call; `ServerDrain` says when what is due.

internal import HTTP2
internal import NIOCore
internal import RPC

extension ServerConnection {
  /// Lets the calls under way finish and takes no new ones. Without effect when begun before.
  func beginDrain() {
    let now = loop.now
    advanceDrain(
      drain.begin(
        now: now, noticeUntil: now + TimeAmount(clamping: limits.drainNoticeTimeout),
        streamsUntil: now + TimeAmount(clamping: limits.streamDrainGrace)))
  }

  /// Ends what has not finished in a drain's time.
  func endDrain() {
    guard isOpen else { return }
    for stream in streams.values { giveUp(stream, .shuttingDown) }
    session.goAway(.noError)
    closeGently()
  }

  func advanceDrain(_ action: ServerDrain.Action) {
    switch action {
    case .none: break
    case .giveNotice(let ping):
      // The answer to the ping shall prove that the notice was read.
      session.shutdownNotice()
      stageOutput()
      session.ping(ping)
    case .sayGoodbye:
      session.goAway(.noError)
    case .endStreams:
      for stream in streams.values where stream.invocation?.isStream ?? false {
        giveUp(stream, .shuttingDown, canWait: true)
      }
    }
    if action != .none { requestFlush() }
  }
}
