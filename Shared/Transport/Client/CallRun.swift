// One call with all its attempts: carries out what its `CallPlan` decides.

internal import RPC
internal import Synchronization

/// How one attempt went.
struct AttemptResult<Value: Sendable>: Sendable {
  let result: Result<Value, RPCError>
  /// Whether the answer says that this server cannot serve now.
  let isRefusal: Bool
  /// The pause that the server asks for.
  let pushback: Duration?
  /// Whether the answer goes on: it leaves its place on the connection by itself.
  var keepsPlace = false

  init(_ result: Result<Value, RPCError>, head: (Value) -> ResponseHead) {
    self.result = result
    let head = try? result.map(head).get()
    isRefusal = head?.isRefusal ?? false
    pushback = isRefusal ? head?.retryAfter : nil
  }
}

/// What the attempts of one call know of each other.
private final class CallRace: Sendable {
  private struct State {
    var members: [Int] = []
    var isWon = false
  }

  private let state = Mutex(State())

  var members: [Int] { state.withLock { $0.members } }
  var isWon: Bool { state.withLock { $0.isWon } }
  func tries(_ member: Int) { state.withLock { $0.members.append(member) } }
  func win() { state.withLock { $0.isWon = true } }
}

struct CallRun<Value: Sendable>: Sendable {
  typealias Attempt =
    @Sendable (RawRequest, ConnectionPool.Lease) async -> AttemptResult<Value>

  private struct Ended: Sendable {
    let number: Int
    let result: Result<Value, RPCError>
    /// Nil for an answer.
    let failure: AttemptFailure?
    let pushback: Duration?
    /// Whether no connection was to be had.
    var isUnplaced = false
  }

  private enum Event: Sendable {
    case ended(Ended)
    case hedgeIsDue
  }

  /// A connection may begin to close between its choice and its use. The call has then not been
  /// sent, and goes to another one at once; that is no attempt.
  private static var maximumChoices: Int { 4 }

  private let request: RawRequest
  private let pool: ConnectionPool
  private let policy: RetryPolicy
  private let attempt: Attempt
  private let race = CallRace()

  init(
    _ request: RawRequest, pool: ConnectionPool, policy: RetryPolicy, attempt: @escaping Attempt
  ) {
    self.request = request
    self.pool = pool
    self.policy = request.retry ?? policy
    self.attempt = attempt
  }

  /// - Parameter isStream: whether the answer has no end of its own. Such a call gets no hedge.
  func value(isStream: Bool) async throws(RPCError) -> Value {
    var plan = CallPlan(
      policy: policy, idempotency: request.idempotency, deadline: request.deadline)
    if !isStream, let delay = plan.hedgeDelay, pool.hasSeveral {
      return try await hedged(&plan, after: delay).get()
    }
    return try await inTurn(&plan, timesOut: !isStream).get()
  }

  // MARK: One after the other

  private func inTurn(
    _ plan: inout CallPlan, timesOut: Bool
  ) async -> Result<Value, RPCError> {
    var history = History()
    while true {
      let ended: Ended
      do {
        try plan.begin()
        ended = await once(plan.started, timeout: timesOut ? plan.attemptTimeout : nil)
        guard let failure = ended.failure else { return ended.result }
        history.add(ended)
        switch try pool.decide(&plan, failure, pushback: ended.pushback) {
        case .retry(let pause):
          if pause > .zero { try await Task.sleep(for: pause) }
        case .giveUp, .wait: return history.result
        }
      } catch is CancellationError {
        return .failure(RPCError(.canceled, "the call was cancelled"))
      } catch {
        return .failure(RPCError(.internal, "the call lost its way", cause: error))
      }
    }
  }

  // MARK: Side by side

  private func hedged(
    _ plan: inout CallPlan, after delay: Duration
  ) async -> Result<Value, RPCError> {
    var plan = plan
    do { try plan.begin() } catch {
      return .failure(RPCError(.internal, "the call lost its way", cause: error))
    }
    let timeout = plan.attemptTimeout
    return await withTaskGroup(of: Event.self) { group in
      group.addTask { .ended(await once(1, timeout: timeout)) }
      group.addTask {
        try? await Task.sleep(for: delay)
        return .hedgeIsDue
      }
      var history = History()
      var hedgeNumber: Int?
      defer { group.cancelAll() }
      while let event = await group.next() {
        switch event {
        case .hedgeIsDue:
          // The sleep of a call that is given up ends early.
          guard !Task.isCancelled,
            let lease = pool.leaseForHedge(than: race.members, plan: &plan)
          else { continue }
          let number = plan.started
          hedgeNumber = number
          group.addTask { .ended(await once(number, timeout: nil, lease: lease)) }
        case .ended(let ended):
          guard let failure = ended.failure else {
            plan.answered()
            race.win()
            if ended.number == hedgeNumber { pool.hedgeWon() }
            return ended.result
          }
          history.add(ended)
          switch try? pool.decide(&plan, failure, pushback: ended.pushback) {
          case .wait: continue
          case .retry(let pause):
            do { try plan.begin() } catch { return history.result }
            let (number, timeout) = (plan.started, plan.attemptTimeout)
            group.addTask {
              try? await Task.sleep(for: pause)
              return .ended(await once(number, timeout: timeout))
            }
          case .giveUp, nil: return history.result
          }
        }
      }
      return history.result
    }
  }

  // MARK: Attempts

  /// What is told to the caller when no attempt brought an answer.
  private struct History {
    private var latest: Result<Value, RPCError>?
    private var mayHaveBeenProcessed = false

    /// A later attempt that found no server says less than what became of an earlier one.
    mutating func add(_ ended: Ended) {
      if latest == nil || !ended.isUnplaced { latest = ended.result }
      if case .failure(let error) = ended.result, error.wasNotProcessed { return }
      mayHaveBeenProcessed = true
    }

    var result: Result<Value, RPCError> {
      guard let latest else { return .failure(RPCError(.canceled, "the call was cancelled")) }
      guard mayHaveBeenProcessed else { return latest }
      return latest.mapError { error in
        var error = error
        error.wasNotProcessed = false
        return error
      }
    }
  }

  /// One attempt: a place, and what comes of the call there.
  private func once(
    _ number: Int, timeout: Duration?, lease given: ConnectionPool.Lease? = nil
  ) async -> Ended {
    var given = given
    for choice in 1...Self.maximumChoices {
      let lease: ConnectionPool.Lease
      do throws(RPCError) {
        if let given {
          lease = given
        } else {
          lease = try await pool.lease(
            avoiding: race.members, deadline: request.deadline,
            isFirst: number == 1 && choice == 1)
        }
      } catch {
        return Ended(
          number: number, result: .failure(error), failure: .final, pushback: nil,
          isUnplaced: true)
      }
      given = nil
      race.tries(lease.member)
      let (made, end) = await sent(number, timeout, lease)
      let failure = failure(made, before: end)
      if !made.keepsPlace { pool.finished(lease, outcome(made, failure, number)) }
      if case .failure(let error) = made.result, error.wasNotSent, choice < Self.maximumChoices {
        continue
      }
      return Ended(
        number: number, result: renamed(made.result, failure, timeout), failure: failure,
        pushback: made.pushback)
    }
    return Ended(
      number: number, result: .failure(.unavailable("no connection stayed open")),
      failure: .final, pushback: nil)
  }

  /// - Returns: also when the attempt itself had to end, if before the call.
  private func sent(
    _ number: Int, _ timeout: Duration?, _ lease: ConnectionPool.Lease
  ) async -> (AttemptResult<Value>, CallInstant?) {
    var request = request
    var end: CallInstant?
    if number > 1 {
      do throws(RPCError) { request = try request.renewed() } catch {
        return (AttemptResult(failure: error), nil)
      }
    }
    if let timeout {
      let ownEnd = CallInstant.now.advanced(by: timeout)
      if request.deadline.map({ ownEnd < $0 }) ?? true {
        request.deadline = ownEnd
        end = ownEnd
      }
    }
    return (await attempt(request, lease), end)
  }

  private func failure(
    _ made: AttemptResult<Value>, before end: CallInstant?
  ) -> AttemptFailure? {
    switch made.result {
    case .success: return made.isRefusal ? .unavailable : nil
    case .failure(let error):
      switch error.code {
      case .deadlineExceeded: return end == nil ? .final : .timedOut
      // Another attempt has no other certificate.
      case .permissionDenied: return .final
      case _ where error.wasNotProcessed: return .unprocessed
      case .unavailable: return .unavailable
      default: return .final
      }
    }
  }

  /// What an attempt says about its endpoint. A server that says goodbye or is full is a good one;
  /// one that was outpaced though it had a head start is not.
  private func outcome(
    _ made: AttemptResult<Value>, _ failure: AttemptFailure?, _ number: Int
  ) -> CallOutcome {
    switch failure {
    case nil: return .success
    case .unprocessed: return .neutral
    case .unavailable, .timedOut: return .failure
    case .final:
      guard case .failure(let error) = made.result else { return .neutral }
      if error.code == .canceled, number == 1, race.isWon { return .failure }
      return error.code == .internal ? .failure : .neutral
    }
  }

  private func renamed(
    _ result: Result<Value, RPCError>, _ failure: AttemptFailure?, _ timeout: Duration?
  ) -> Result<Value, RPCError> {
    guard failure == .timedOut, let timeout else { return result }
    return .failure(.unavailable("no answer came within \(timeout)"))
  }
}

extension AttemptResult {
  fileprivate init(failure: RPCError) {
    result = .failure(failure)
    isRefusal = false
    pushback = nil
  }
}

extension ResponseHead {
  /// The statuses that say that this server cannot serve now; others might.
  fileprivate var isRefusal: Bool { status == 502 || status == 503 }

  /// The pause that the server asks for, in whole seconds as most servers write it.
  fileprivate var retryAfter: Duration? {
    fields.first("retry-after").flatMap { Int32($0) }.map { .seconds(max(0, Int($0))) }
  }
}
