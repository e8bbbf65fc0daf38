// Where libFuzzer comes in, and calls back with one input after another. Which of two entries a
// linker takes, libFuzzer's own or the one that SwiftPM asks for (`Fuzz_main`), is the same to us.

internal import Memory

private import Glibc

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The variable of the environment that names the target: arguments are libFuzzer's own, which it
/// hands to programs that it starts.
private let variable = "LIANSHE_FUZZ_TARGET"

private let chosen: FuzzTarget = {
  guard let name = getenv(variable), let target = FuzzTarget(rawValue: String(cString: name)) else {
    fatalError("\(variable) must be one of \(FuzzTarget.allCases.map(\.rawValue))")
  }
  return target
}()

/// Called once, before the first input.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _: UnsafeMutablePointer<CInt>?,
  _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  _ = chosen
  memory_install()
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

@_cdecl("Fuzz_main")
public func entry(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { testOneInput($0, $1) }
}
