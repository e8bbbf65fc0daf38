// How a server's connection ends without losing a call, as a value with its own tests.
//
//   serving ──begin──▶ noticed ──ping acknowledged, time──▶ goodbye ──streams finish──▶ (closed)
//
// The notice asks the client to open no more streams. Requests that crossed it on the way are still
// taken; one round trip later there can be none left, and GOAWAY names the last one.

internal import NIOCore

struct ServerDrain {
  enum Action: Equatable {
    case none
    case giveNotice(ping: UInt64)
    case sayGoodbye
    /// End the calls that stream: their time is up.
    case endStreams
  }

  private enum Phase: Equatable {
    case serving
    case noticed(until: NIODeadline)
    case goodbye
  }

  /// Marks the ping of the notice. `Keepalive` has other numbers.
  static let pingNumber: UInt64 = 0x6472_6169_6E20_6D65

  private var phase = Phase.serving
  private var streamsUntil: NIODeadline?

  var isServing: Bool { phase == .serving }
  var isSaidGoodbye: Bool { phase == .goodbye }

  mutating func begin(
    now: NIODeadline, noticeUntil: NIODeadline, streamsUntil: NIODeadline
  ) -> Action {
    guard phase == .serving else { return .none }
    phase = .noticed(until: noticeUntil)
    self.streamsUntil = streamsUntil
    return .giveNotice(ping: Self.pingNumber)
  }

  mutating func acknowledged(_ number: UInt64) -> Action {
    guard case .noticed = phase, number == Self.pingNumber else { return .none }
    phase = .goodbye
    return .sayGoodbye
  }

  /// Time passes. One action per call; the next call gives the next.
  mutating func tick(now: NIODeadline) -> Action {
    if case .noticed(let until) = phase, now >= until {
      phase = .goodbye
      return .sayGoodbye
    }
    if let streamsUntil, now >= streamsUntil {
      self.streamsUntil = nil
      return .endStreams
    }
    return .none
  }
}
