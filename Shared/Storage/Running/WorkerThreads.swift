// A fixed number of threads for calls that block. Leases bound what is submitted, so a job never
// waits behind another one; the threads exist to keep disk and sockets off the event loops.

internal import Foundation

// @unchecked: `condition` guards every mutable property.
final class WorkerThreads: @unchecked Sendable {
  /// Bodies decode and check on these stacks; SQLite itself needs little.
  private static let stackSize = 2 * 1_024 * 1_024

  private let condition = NSCondition()
  private let maximum: Int
  private let name: String
  private var jobs: [@Sendable () -> Void] = []
  private var head = 0
  private var started = 0
  private var sleeping = 0
  private var isClosed = false

  init(name: String, maximum: Int) {
    self.name = name
    self.maximum = maximum
  }

  /// Runs the job on a thread of this pool. After `close` it runs on the caller's thread, so
  /// that nobody waits for a job that was dropped.
  func submit(_ job: @escaping @Sendable () -> Void) {
    condition.lock()
    guard !isClosed else {
      condition.unlock()
      job()
      return
    }
    jobs.append(job)
    if sleeping > 0 {
      condition.signal()
    } else if started < maximum {
      started += 1
      startThread(started)
    }
    condition.unlock()
  }

  /// Lets the threads end when the submitted jobs are done.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  private func startThread(_ number: Int) {
    let thread = Thread { [self] in
      while let job = next() { job() }
    }
    thread.name = "\(name)-\(number)"
    thread.stackSize = Self.stackSize
    thread.start()
  }

  private func next() -> (@Sendable () -> Void)? {
    condition.lock()
    defer { condition.unlock() }
    while head == jobs.count {
      if isClosed { return nil }
      sleeping += 1
      condition.wait()
      sleeping -= 1
    }
    let job = jobs[head]
    head += 1
    if head == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      head = 0
    }
    return job
  }
}
