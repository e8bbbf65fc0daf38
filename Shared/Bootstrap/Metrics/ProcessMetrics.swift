// What the operating system knows of this process, read at each scrape.

internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

enum ProcessMetrics {
  /// The names that Prometheus' own clients use, so that common dashboards work.
  static func register(in registry: MetricsRegistry, program: String, version: String) {
    registry.gauge(
      "lianshe_build_info", help: "The running program and its version; always 1",
      labels: [("program", program), ("version", version)]
    ).set(1 as Int64)
    let started = Date().timeIntervalSince1970
    registry.reading(
      "process_start_time_seconds", help: "When the process started, in seconds since 1970"
    ) { started }
    registry.reading(
      "process_cpu_seconds_total", help: "Processor time used by the process", isCounter: true,
      read: cpuSeconds)
    #if os(Linux)
      registry.reading(
        "process_resident_memory_bytes", help: "Memory of the process that is in RAM",
        read: residentBytes)
      registry.reading(
        "process_open_fds", help: "Open file descriptors", read: openDescriptors)
    #endif
  }

  @Sendable
  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  #if os(Linux)
    /// The second field of statm is the resident set in pages.
    @Sendable
    private static func residentBytes() -> Double {
      guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
        return .nan
      }
      let fields = text.split(separator: " ")
      guard fields.count > 1, let pages = Double(fields[1]) else { return .nan }
      return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    @Sendable
    private static func openDescriptors() -> Double {
      let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      return names.map { Double($0.count) } ?? .nan
    }
  #endif
}
