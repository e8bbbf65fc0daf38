// Whether the other side of a silent connection still lives, as a value with its own tests. A client
// that has vanished without a word leaves its watches behind, whose handlers may have nothing to
// write for hours.

internal import NIOCore

/// Asks by PING after a silence, and gives up when nothing at all comes back.
struct Keepalive {
  enum Action: Equatable {
    case none
    case ask(number: UInt64)
    case giveUp
  }

  /// Tells our questions from the ping of a drain.
  private static let numbers: UInt64 = 0x6B65_6570_0000_0000

  private let interval: TimeAmount
  private let timeout: TimeAmount
  private var askedAt: NIODeadline?
  private var asked: UInt64 = 0

  init(interval: Duration, timeout: Duration) {
    self.interval = TimeAmount(clamping: interval)
    self.timeout = TimeAmount(clamping: timeout)
  }

  /// Time passes on a connection that has something to wait for.
  ///
  /// - Parameter lastRead: when the peer was last heard; any byte is a sign of life.
  mutating func tick(now: NIODeadline, lastRead: NIODeadline) -> Action {
    if let since = askedAt, lastRead > since { askedAt = nil }
    if let since = askedAt { return now >= since + timeout ? .giveUp : .none }
    guard now >= lastRead + interval else { return .none }
    asked &+= 1
    askedAt = now
    return .ask(number: Self.numbers | asked & 0xFFFF_FFFF)
  }

  /// Nothing is waited for, or nothing can be heard: the silence does not count.
  mutating func pause() { askedAt = nil }
}
