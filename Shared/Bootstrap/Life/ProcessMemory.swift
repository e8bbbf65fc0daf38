// How this process deals with large pieces of memory.

internal import CMalloc

enum ProcessMemory {
  /// From this size on memory is asked of the system and given back to it.
  private static let largeBytes: CInt = 1_048_576

  /// glibc raises its own mark to the size of the largest piece that was freed, and keeps what is
  /// below it: one caller with a large message would leave the process some MiB larger for good.
  static func giveLargePiecesBack() {
    _ = mallopt(M_MMAP_THRESHOLD, largeBytes)
  }
}
