// Which limits of calls were reached, for the metrics of whoever carries them.

internal import Synchronization
internal import Wire

/// A limit of `RPCLimits`, or of reading a message.
package enum CallLimit: Sendable, Hashable {
  case maximumRequestBytes, maximumPathBytes
  case maximumElements, maximumAllocation, maximumDepth

  /// The limit that a message broke; nil when it is wrong in itself.
  init?(_ error: WireError) {
    switch error.code {
    case .tooLarge: self = .maximumRequestBytes
    case .tooManyElements: self = .maximumElements
    case .tooMuchMemory: self = .maximumAllocation
    case .tooDeep: self = .maximumDepth
    case .malformed, .invalidUTF8, .nulInString, .duplicate, .wrongType, .outOfRange, .unknownType,
      .unsupported:
      return nil
    }
  }
}

/// Counts for all calls of a server. Reaching a limit is rare, so a lock will do.
package final class CallLimitCounts: Sendable {
  private let counts = Mutex<[CallLimit: Int]>([:])

  func reach(_ limit: CallLimit) { counts.withLock { $0[limit, default: 0] &+= 1 } }

  package func count(of limit: CallLimit) -> Int { counts.withLock { $0[limit] ?? 0 } }
}
