// swift-tools-version: 6.2
// The rooms that face foreign bytes, without sockets and services, under libFuzzer. `Rooms` holds
// links: what is built here is the house's own source. `scripts/fuzz` builds and runs it.
import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
  // Invariants look behind the doors, as tests do, though the build is an optimised one.
  .unsafeFlags(["-enable-testing"]),
]

// SwiftPM passes its two options in any order, of which the Swift compiler heeds the last: some builds
// would have no address sanitizer, the others no coverage. These come after them.
let sanitizers = "-sanitize=fuzzer,address"
/// Buffers without owners check their bounds in unoptimised builds only; asked to, they do it here too.
/// Within an arena nobody else would notice.
let strict = house + [.unsafeFlags([sanitizers, "-assert-config", "Debug"])]
/// Generated code goes the way that its tables send it: without coverage it is built in half the time
/// and tells the fuzzer nothing less.
let generated = house + [.unsafeFlags(["-sanitize=address"])]

// MARK: - protobuf-c

/// The folder of protobuf-c's own source, where `scripts/fuzz` could get it. Compiled into the
/// program it is instrumented too, and stands before the packaged library, in which a fuzzer is blind.
let protobufSource = Context.environment["LIANSHE_PROTOBUF_C_SOURCE"]

let protobufC: [Target] =
  protobufSource.map { folder in
    [.target(name: "ProtobufC", path: "ProtobufC", cSettings: [.unsafeFlags(["-I", folder])])]
  } ?? []

// MARK: - Rooms

func system(_ name: String, library: String) -> Target {
  .systemLibrary(name: name, path: "Rooms/\(name)", pkgConfig: library)
}

func room(_ name: String, _ doors: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: doors, path: "Rooms/\(name)", exclude: ["README.md"],
    swiftSettings: strict)
}

func messages(_ name: String, on others: [String] = []) -> [Target] {
  [
    .target(
      name: "C\(name)Messages",
      dependencies: ["CProtobufC", "CWireFacts"] + others.map { .byName(name: "C\($0)Messages") },
      path: "Rooms/C\(name)Messages"),
    .target(
      name: "\(name)Messages",
      dependencies: [.byName(name: "C\(name)Messages"), "RPC", "Wire"]
        + others.map { .byName(name: "\($0)Messages") },
      path: "Rooms/\(name)Messages", swiftSettings: generated),
  ]
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")

let rooms: [Target] =
  [
    system("CNghttp2", library: "libnghttp2"),
    system("CProtobufC", library: "libprotobuf-c"),
    system("CZlib", library: "zlib"),
    .target(name: "CWireFacts", path: "Rooms/CWireFacts"),
    room("Wire", ["CProtobufC", "CWireFacts"]),
    room("Compression", ["CZlib"]),
    room("HTTP2", ["CNghttp2"]),
    room("RPC", ["Compression", "Wire", log]),
  ]
  + messages("WellKnown") + messages("Common") + messages("Fixture", on: ["WellKnown"])

// MARK: - The fuzzer

let package = Package(
  name: "lianshe-fuzz",
  dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.16.2")],
  targets: rooms + protobufC + [
    .target(name: "Memory", path: "Memory"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CommonMessages", "Compression", "FixtureMessages", "HTTP2", "Memory", "RPC",
        "WellKnownMessages", "Wire", log,
      ] + protobufC.map { .byName(name: $0.name) },
      path: "Targets", swiftSettings: strict, linkerSettings: [.unsafeFlags([sanitizers])]),
  ])
