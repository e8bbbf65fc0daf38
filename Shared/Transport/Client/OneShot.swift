// One value, brought once, awaited once.

internal import Synchronization

/// A value that somebody waits for and that several may bring; the first one counts.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Value, Never>)
    case known(Value)
    case taken
  }

  private let state = Mutex(State.open)

  func resume(_ value: Value) {
    let continuation = state.withLock { state -> CheckedContinuation<Value, Never>? in
      switch state {
      case .open:
        state = .known(value)
        return nil
      case .waiting(let continuation):
        state = .taken
        return continuation
      case .known, .taken:
        return nil
      }
    }
    continuation?.resume(returning: value)
  }

  /// Waits. To be called once.
  func value() async -> Value {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> Value? in
        if case .known(let value) = state {
          state = .taken
          return value
        }
        state = .waiting(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
