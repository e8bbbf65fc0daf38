// How often one call may be sent, and when again. What may be sent again at all is not a choice: it
// follows from the method, and from what became of the call.

/// The bounds of the attempts that one call may take.
///
/// A call that provably was not processed may be sent again, whatever it does. One that may have
/// been processed is sent again only when its method has no side effects or is idempotent, and only
/// while nothing of an answer has reached the caller. The channel's budget bounds all of it.
public struct RetryPolicy: Sendable, Hashable {
  /// How often a call is sent at most, the first time included; 1 for never again.
  public var maximumAttempts = 3

  /// The longest pause before the first repetition, which is chosen by chance. It doubles with each
  /// further one.
  public var minimumPause: Duration = .milliseconds(25)

  /// What the longest pause grows to, and the longest that a server may ask for (`retry-after`): a
  /// call that should pause for longer fails.
  public var maximumPause: Duration = .seconds(1)

  /// A call with less time than this left until its deadline is not sent again.
  public var minimumRemaining: Duration = .milliseconds(10)

  /// How long a unary call that may be repeated waits for one server before it is sent to another;
  /// nil for as long as its deadline allows. The last attempt has all the time that is left.
  public var attemptTimeout: Duration?

  /// How long a unary call without side effects waits before it is sent to a second server as well,
  /// where there is one. The first answer counts, the other call is cancelled. Nil for never.
  public var hedgeDelay: Duration?

  public init() {}

  /// Every call is sent once.
  public static var never: RetryPolicy {
    var policy = RetryPolicy()
    policy.maximumAttempts = 1
    return policy
  }
}
