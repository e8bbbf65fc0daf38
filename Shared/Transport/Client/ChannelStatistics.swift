// What a channel has done and how its endpoints stand, for metrics and for people.

/// Counts since the channel was made. They only rise.
public struct ChannelCounts: Sendable, Hashable {
  /// Calls made.
  public var calls = 0
  /// Calls handed to a connection, repetitions and hedges included.
  public var attempts = 0
  /// Attempts after a failed one.
  public var retries = 0
  /// Attempts beside one that took long.
  public var hedges = 0
  /// Hedges that answered first.
  public var hedgesWon = 0
  /// Repetitions that the budget did not allow.
  public var budgetRefusals = 0
  /// Calls that waited for a connection.
  public var waits = 0
  /// Calls that failed because too many waited, or because they waited for too long.
  public var waitRefusals = 0
  /// Times that an endpoint was left out.
  public var ejections = 0
  /// Times that an endpoint came back.
  public var returns = 0

  public init() {}
}

/// One endpoint of a channel, as it is now.
public struct EndpointStatistics: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Not connected, and no call has asked for it.
    case idle
    case connecting
    case ready
    /// Connected, but nothing is heard: used when there is nothing better.
    case quiet
    /// Could not be reached; it is tried again after a pause.
    case paused
    /// Left out because its calls failed.
    case ejected
  }

  public let endpoint: Endpoint
  public let state: State
  public let callsUnderWay: Int
  public let connections: Int
}

/// A channel at one moment.
public struct ChannelStatistics: Sendable, Hashable {
  public let counts: ChannelCounts
  public let endpoints: [EndpointStatistics]
  public let callsWaiting: Int
  /// Whole tokens of the retry budget.
  public let retryTokens: Int
}
