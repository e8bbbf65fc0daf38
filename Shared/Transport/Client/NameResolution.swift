// When to ask for the addresses of a name again: the decisions as a value, and the asking itself.

internal import Names
internal import NIOPosix
internal import RPC

/// Finds the addresses of a host name.
public protocol HostResolver: Sendable {
  /// All addresses of a host, as text: `10.0.0.1`, `fd00::1`. Cancelled when nobody waits any more.
  func addresses(of host: String) async throws -> [String]
}

/// The system's own resolver: A and AAAA records, the hosts file, whatever is configured.
public struct SystemHostResolver: HostResolver {
  public init() {}

  /// `getaddrinfo` blocks, so it runs on NIO's pool of threads for that.
  public func addresses(of host: String) async throws -> [String] {
    try await NIOThreadPool.singleton.runIfActive { try HostNames.addresses(of: host) }
  }
}

/// One `dns:` name of a channel.
///
///   idle ──ask──▶ asking ──resolved, failed──▶ idle until `interval` has passed, or a connection
///                                              failed and `minimumInterval` has passed
struct NameResolution: Sendable {
  let endpoint: Endpoint
  private let interval: Duration
  private let minimumInterval: Duration
  private(set) var isAsking = false
  private(set) var hasAnswer = false
  private var askedLast: CallInstant?
  private var isDoubted = false

  init(endpoint: Endpoint, interval: Duration, minimumInterval: Duration) {
    self.endpoint = endpoint
    self.interval = interval
    self.minimumInterval = minimumInterval
  }

  /// - Returns: whether to ask now; it counts as asked then.
  mutating func ask(now: CallInstant) -> Bool {
    guard !isAsking else { return false }
    if let askedLast {
      let passed = askedLast.duration(to: now)
      guard passed >= (isDoubted || !hasAnswer ? minimumInterval : interval) else { return false }
    }
    isAsking = true
    isDoubted = false
    askedLast = now
    return true
  }

  /// - Throws: when nothing was asked.
  mutating func resolved() throws(IllegalMove) {
    guard isAsking else { throw IllegalMove("answer", of: "a name that nobody asked for") }
    isAsking = false
    hasAnswer = true
  }

  /// What is known stays in use.
  ///
  /// - Throws: when nothing was asked.
  mutating func failed() throws(IllegalMove) {
    guard isAsking else { throw IllegalMove("fail", of: "a name that nobody asked for") }
    isAsking = false
  }

  /// An address of the name has failed: perhaps the service lives elsewhere now.
  mutating func doubt() { isDoubted = true }
}
