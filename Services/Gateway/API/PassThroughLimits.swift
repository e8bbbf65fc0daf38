// How much of a service the callers of the gateway may take, all together.

internal import RPC
internal import Synchronization

/// The gateway has 1,024 streams to one replica of a service (4 connections of 256), and its own
/// questions for reports need some of them. A call that passes through has its stream until its caller
/// has read the answer, and a watch as long as the caller likes.
package struct PassThroughLimits: Sendable, Hashable {
  /// Calls to one service that may be under way. Over it: `resource_exhausted`.
  package var maximumCalls = 768
  /// Of those, the ones whose answers are streamed.
  package var maximumWatches = 512

  package init() {}
}

/// Counts the calls that are passed through to one service.
final class PassThroughPlaces: Sendable {
  private struct Taken {
    var calls = 0
    var watches = 0
  }

  private let limits: PassThroughLimits
  private let taken = Mutex(Taken())

  init(_ limits: PassThroughLimits) { self.limits = limits }

  /// Runs a body while a place is taken for its call.
  ///
  /// - Throws: `resource_exhausted` when there is none.
  func occupied(by call: RawCall, _ body: () async throws -> Void) async throws {
    let isWatch = call.fields.first("content-type")?.hasPrefix("application/connect+") ?? false
    let hasPlace = taken.withLock { taken in
      guard taken.calls < limits.maximumCalls, !isWatch || taken.watches < limits.maximumWatches
      else { return false }
      taken.calls += 1
      taken.watches += isWatch ? 1 : 0
      return true
    }
    guard hasPlace else {
      throw RPCError(
        .resourceExhausted,
        isWatch
          ? "too many watches are passed through to this service; try again later"
          : "too many calls are passed through to this service; try again later")
    }
    defer {
      taken.withLock { taken in
        taken.calls -= 1
        taken.watches -= isWatch ? 1 : 0
      }
    }
    try await body()
  }
}
