// swift-tools-version: 6.2
// A folder is a room, a room is a target, and a target's dependency list is its door.
import PackageDescription

// MARK: - Products

let products: [Product] = [
  // The channel for other packages: protobuf-c messages over nghttp2, the Connect protocol.
  .library(
    name: "LiansheChannel",
    targets: [
      "Wire", "Compression", "HTTP2", "RPC", "Transport", "CommonMessages", "WellKnownMessages",
    ]),
  // TLS for it, for those who want swift-nio-ssl.
  .library(name: "LiansheChannelTLS", targets: ["TLS"]),
  .executable(name: "protoc-gen-lianshe", targets: ["ProtocGenLianshe"]),
  .executable(name: "lianshe-registry", targets: ["RegistryMain"]),
  .executable(name: "lianshe-statistics", targets: ["StatisticsMain"]),
  .executable(name: "lianshe-exhibitions", targets: ["ExhibitionsMain"]),
  .executable(name: "lianshe-talent", targets: ["TalentMain"]),
  .executable(name: "lianshe-gateway", targets: ["GatewayMain"]),
  .executable(name: "lianshe", targets: ["Admin"]),
]

// MARK: - Dependencies

let dependencies: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
  .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
]

// MARK: - Settings

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

// MARK: - Doors

typealias Door = Target.Dependency

let argumentParser = Door.product(name: "ArgumentParser", package: "swift-argument-parser")
let coreMetrics = Door.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Door.product(name: "Crypto", package: "swift-crypto")
let csv = Door.product(name: "SwiftCSV", package: "SwiftCSV")
let grdb = Door.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Door.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Door.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Door.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Door.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Door.product(name: "HummingbirdTesting", package: "hummingbird")
let jwt = Door.product(name: "JWTKit", package: "jwt-kit")
let lifecycle = Door.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let log = Door.product(name: "Logging", package: "swift-log")
let metrics = Door.product(name: "Metrics", package: "swift-metrics")
let mustache = Door.product(name: "Mustache", package: "swift-mustache")
let nioCore = Door.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Door.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Door.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Door.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Door.product(name: "NIOTLS", package: "swift-nio")
let nioPosix = Door.product(name: "NIOPosix", package: "swift-nio")
let pluginLibrary = Door.product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf")
let protobuf = Door.product(name: "SwiftProtobuf", package: "swift-protobuf")
let unixSignals = Door.product(name: "UnixSignals", package: "swift-service-lifecycle")

// MARK: - Rooms

/// A C library of the system: module map and shim only.
/// - Parameter library: whose pkg-config says how to link it; nil for one that is opened at run time.
func system(_ name: String, library: String?, package: String) -> Target {
  .systemLibrary(
    name: name, path: "Shared/\(name)", pkgConfig: library, providers: [.apt([package])])
}

/// A room: Swift sources in one folder, with its card where the folder holds one.
func room(_ name: String, at path: String, _ doors: [Door], card: Bool = false) -> Target {
  .target(
    name: name, dependencies: doors, path: path, exclude: card ? ["README.md"] : [],
    swiftSettings: strict)
}

func shared(_ name: String, _ doors: [Door] = []) -> Target {
  room(name, at: "Shared/\(name)", doors, card: true)
}

func executable(_ name: String, at path: String, _ doors: [Door], exclude: [String] = [])
  -> Target
{
  .executableTarget(
    name: name, dependencies: doors, path: path, exclude: exclude, swiftSettings: strict)
}

func test(_ name: String, _ doors: [Door]) -> Target {
  .testTarget(name: name, dependencies: doors, path: "Tests/\(name)", swiftSettings: strict)
}

/// The generated pair of a proto package: protoc-c's C, and the Swift that alone imports it.
func messages(
  _ name: String, on others: [String] = [], calls: Bool = true,
  in folder: String = "Shared/Messages"
) -> [Target] {
  let c = ["CProtobufC", "CWireFacts"] + others.map { "C\($0)Messages" }
  let swift =
    ["C\(name)Messages", "Wire"] + (calls ? ["RPC"] : []) + others.map { "\($0)Messages" }
  return [
    .target(
      name: "C\(name)Messages", dependencies: c.map { .byName(name: $0) },
      path: "\(folder)/C\(name)Messages"),
    .target(
      name: "\(name)Messages", dependencies: swift.map { .byName(name: $0) },
      path: "\(folder)/\(name)Messages", swiftSettings: strict),
  ]
}

/// The four rooms of a service that keeps records, and their tests.
func service(
  _ name: String, domain shared: [Door] = [], storage: [Door] = [], api: [Door] = [],
  tests support: [Door] = []
) -> [Target] {
  let domain = Door.byName(name: name + "Domain")
  let storing = Door.byName(name: name + "Storage")
  let calls = Door.byName(name: name + "API")
  let own = Door.byName(name: name + "Messages")
  let spoken: [Door] =
    [
      domain, storing, own, "Access", "CommonMessages", "Imports", "Measures", "RPC",
      "ServiceAPI", "Storage", "Wire",
    ] + api
  return [
    room(name + "Domain", at: "Services/\(name)/Domain", ["Measures"] + shared),
    room(
      name + "Storage", at: "Services/\(name)/Storage",
      [domain, "Measures", "Storage"] + storage),
    room(name + "API", at: "Services/\(name)/API", ["HealthMessages"] + spoken),
    executable(
      name + "Main", at: "Services/\(name)/Main",
      [
        calls, storing, own, "Access", "Bootstrap", "HealthMessages", "Hosting", "Imports", "RPC",
        "ServiceAPI", "Storage", "Transport", argumentParser, lifecycle, log,
      ] + api),
    test(name + "DomainTests", [domain, "Measures"] + shared),
    test(
      name + "StorageTests",
      [domain, storing, "Measures", "Storage", "TestSupport"] + shared + storage + support),
    test(
      name + "APITests",
      spoken + [calls, "HealthMessages", "TestSupport", crypto, log] + support),
  ]
}

/// The rooms of a service that keeps entries.
func entryService(_ name: String) -> [Target] {
  service(
    name, domain: ["Entries"], storage: ["EntryStorage"],
    api: ["Entries", "EntryAPI", "EntryStorage"], tests: ["EntrySupport"])
}

// MARK: - The house

let channel: [Target] = [
  system("CNghttp2", library: "libnghttp2", package: "libnghttp2-dev"),
  system("CProtobufC", library: "libprotobuf-c", package: "libprotobuf-c-dev"),
  system("CZlib", library: "zlib", package: "zlib1g-dev"),
  .target(name: "CWireFacts", path: "Shared/CWireFacts"),
  shared("Wire", ["CProtobufC", "CWireFacts"]),
  shared("Compression", ["CZlib"]),
  shared("HTTP2", ["CNghttp2"]),
  shared("RPC", ["Compression", "Wire", log]),
  shared("Names"),
  shared("Transport", ["HTTP2", "Names", "RPC", "Wire", log, nioCore, nioPosix]),
  shared("TLS", ["RPC", "Transport", log, nioCore, nioSSL, nioTLS]),
  executable(
    "ProtocGenLianshe", at: "Shared/Generator", [pluginLibrary, protobuf],
    exclude: ["README.md", "Protos"]),
  executable(
    "ChannelTarget", at: "Tests/ChannelTarget", ["FixtureMessages", "RPC", "Transport", log]),
  test("WireTests", ["CProtobufC", "CWireFacts", "FixtureMessages", "WellKnownMessages", "Wire"]),
  test("GeneratorTests", ["ProtocGenLianshe", pluginLibrary, protobuf]),
  test("CompressionTests", ["Compression"]),
  test("HTTP2Tests", ["HTTP2"]),
  test("RPCTests", ["Compression", "FixtureMessages", "RPC", "Wire", log]),
  test(
    "TransportTests",
    ["FixtureMessages", "HTTP2", "RPC", "Transport", "Wire", log, nioCore, nioEmbedded, nioPosix]),
  test(
    "TLSTests",
    [
      "FixtureMessages", "HTTP2", "RPC", "TLS", "Transport", "WellKnownMessages", "Wire", log,
      nioCore, nioPosix,
    ]),
  executable(
    "ConformanceServer", at: "Tests/Conformance/Server",
    ["FixtureMessages", "RPC", "TLS", "Transport", "Wire", argumentParser, log]),
  executable(
    "ConformanceClient", at: "Tests/Conformance/Client",
    ["FixtureMessages", "RPC", "TLS", "Transport", "Wire", log]),
]

let wire: [Target] =
  messages("Common", calls: false) + messages("WellKnown", calls: false) + messages("Health")
  + messages("Registry", on: ["Common"]) + messages("Statistics", on: ["Common"])
  + messages("Exhibitions", on: ["Common"]) + messages("Talent", on: ["Common"])
  + messages("Gateway", on: ["Common"])
  + messages("Fixture", on: ["WellKnown"], in: "Tests/Fixtures/Messages")
  + [
    executable("ConformanceConvert", at: "Tests/Conformance/Convert", ["FixtureMessages", "Wire"])
  ]

let commons: [Target] = [
  system("CMalloc", library: nil, package: "libc6-dev"),
  system("CPostgres", library: nil, package: "libpq-dev"),
  shared("Measures"),
  shared("Entries", ["Measures"]),
  shared("Storage", ["CPostgres", crypto, grdb, grdbSQLite]),
  shared("EntryStorage", ["Entries", "Measures", "Storage", crypto]),
  shared("Imports", ["Measures", "Storage", crypto, csv]),
  shared("Access", ["CommonMessages", "RPC", crypto, jwt]),
  shared(
    "ServiceAPI",
    [
      "Access", "CommonMessages", "HealthMessages", "Imports", "Measures", "RPC", "Storage", "Wire",
      log,
    ]),
  shared(
    "EntryAPI",
    [
      "Access", "CommonMessages", "Entries", "EntryStorage", "Imports", "Measures", "RPC",
      "ServiceAPI", "Storage", "Wire",
    ]),
  shared(
    "Bootstrap",
    [
      "CMalloc", "RPC", "TLS", "Transport", argumentParser, coreMetrics, lifecycle, log, nioCore,
      nioHTTP1,
      nioPosix, unixSignals,
    ]),
  shared(
    "Hosting",
    [
      "Access", "Bootstrap", "HealthMessages", "RPC", "ServiceAPI", "Storage", "Transport",
      lifecycle, log,
    ]),
  shared("TestSupport", ["Access", "RPC", "Storage"]),
  room(
    "EntrySupport", at: "Tests/EntrySupport",
    ["Entries", "EntryAPI", "EntryStorage", "Measures", "Storage", "TestSupport", "Wire"]),
  executable("StorageCrashWriter", at: "Tests/StorageCrashWriter", ["Storage"]),
  test("MeasuresTests", ["Measures"]),
  test("EntriesTests", ["Entries", "Measures"]),
  test("EntryStorageTests", ["Entries", "EntryStorage", "Measures", "Storage", "TestSupport"]),
  test(
    "EntryAPITests",
    [
      "Access", "CommonMessages", "Entries", "EntryAPI", "EntryStorage", "Imports", "Measures",
      "RPC", "ServiceAPI", "Storage", "TalentMessages", "TestSupport", "Wire", crypto, log,
    ]),
  test("StorageTests", ["Storage", "StorageCrashWriter", "TestSupport", grdb]),
  test("ImportsTests", ["Imports", "Storage", "TestSupport"]),
  test("AccessTests", ["Access", "RPC", crypto, jwt]),
  test(
    "ServiceAPITests",
    [
      "Access", "CommonMessages", "HealthMessages", "Imports", "Measures", "RPC", "ServiceAPI",
      "Storage", "TestSupport", "Wire", crypto, log,
    ]),
  test(
    "BootstrapTests",
    ["Bootstrap", "RPC", "TLS", "Transport", coreMetrics, lifecycle, log, nioCore, nioPosix]),
]

let gateway: [Target] = [
  room("GatewayDomain", at: "Services/Gateway/Domain", ["Measures"]),
  room(
    "GatewayStorage", at: "Services/Gateway/Storage", ["GatewayDomain", "Storage"]),
  room(
    "GatewayClients", at: "Services/Gateway/Clients",
    [
      "CommonMessages", "ExhibitionsMessages", "GatewayDomain", "Measures", "RPC",
      "RegistryMessages", "StatisticsMessages", "TalentMessages", "Wire",
    ]),
  room(
    "GatewayReports", at: "Services/Gateway/Reports",
    ["CommonMessages", "GatewayDomain", "GatewayMessages", "Measures", "Wire", mustache]),
  room(
    "GatewayAPI", at: "Services/Gateway/API",
    [
      "Access", "CommonMessages", "ExhibitionsMessages", "GatewayClients", "GatewayDomain",
      "GatewayMessages", "GatewayReports", "GatewayStorage", "HealthMessages", "Measures", "RPC",
      "RegistryMessages", "ServiceAPI", "StatisticsMessages", "Storage", "TalentMessages", "Wire",
      httpTypes, hummingbird, hummingbirdCore, lifecycle, log, metrics, nioCore,
    ]),
  executable(
    "GatewayMain", at: "Services/Gateway/Main",
    [
      "Access", "Bootstrap", "GatewayAPI", "GatewayClients", "GatewayDomain", "GatewayMessages",
      "GatewayReports", "GatewayStorage", "HealthMessages", "Hosting", "RPC", "ServiceAPI",
      "Storage",
      "Transport",
      argumentParser, hummingbird, lifecycle, log, nioCore,
    ]),
  room(
    "GatewaySupport", at: "Tests/GatewaySupport",
    [
      "CommonMessages", "ExhibitionsMessages", "GatewayClients", "GatewayDomain", "Measures",
      "RPC", "RegistryMessages", "StatisticsMessages", "TalentMessages", "Wire",
    ]),
  test("GatewayDomainTests", ["GatewayDomain", "Measures"]),
  test(
    "GatewayClientsTests",
    [
      "CommonMessages", "ExhibitionsMessages", "GatewayClients", "GatewayDomain",
      "GatewaySupport", "Measures", "RPC", "RegistryMessages", "StatisticsMessages",
      "TalentMessages", "Wire",
    ]),
  test(
    "GatewayReportsTests",
    [
      "CommonMessages", "GatewayClients", "GatewayDomain", "GatewayMessages", "GatewayReports",
      "GatewaySupport", "Measures", "RPC", "StatisticsMessages", "Wire",
    ]),
  test(
    "GatewayAPITests",
    [
      "Access", "CommonMessages", "ExhibitionsMessages", "GatewayAPI", "GatewayClients",
      "GatewayDomain", "GatewayMessages", "GatewayReports", "GatewayStorage", "GatewaySupport",
      "HealthMessages", "Measures", "RPC", "RegistryMessages", "ServiceAPI", "StatisticsMessages",
      "Storage",
      "TalentMessages", "TestSupport", "Transport", "Wire", httpTypes, hummingbird,
      hummingbirdTesting, log, nioCore,
    ]),
  test("GatewayStorageTests", ["GatewayDomain", "GatewayStorage", "Storage", "TestSupport"]),
]

let tool: [Target] = [
  executable(
    "Admin", at: "Services/Admin",
    [
      "Access", "CommonMessages", "ExhibitionsMessages", "GatewayMessages", "HealthMessages",
      "RPC", "RegistryMessages", "StatisticsMessages", "TalentMessages", "TLS", "Transport", "Wire",
      argumentParser, crypto, log,
    ],
    exclude: ["README.md"]),
  test(
    "AdminTests",
    [
      "Access", "Admin", "CommonMessages", "ExhibitionsMessages", "GatewayMessages",
      "HealthMessages", "RPC", "RegistryMessages", "StatisticsMessages", "TalentMessages",
      "Transport", argumentParser,
    ]),
]

let services: [Target] =
  entryService("Registry") + entryService("Exhibitions") + entryService("Talent")
  + service("Statistics", api: ["RegistryMessages"])
  + gateway + tool

/// With LIANSHE_PART=channel in the environment the package is the channel and its tests alone: what
/// `scripts/sanitize` builds a second time with instruments.
let isChannelAlone = Context.environment["LIANSHE_PART"] == "channel"
let channelProducts: Set = ["LiansheChannel", "protoc-gen-lianshe"]

let package = Package(
  name: "lianshe",
  products: isChannelAlone ? products.filter { channelProducts.contains($0.name) } : products,
  dependencies: dependencies,
  targets: isChannelAlone ? channel + wire : channel + wire + commons + services)
