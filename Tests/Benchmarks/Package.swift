// swift-tools-version: 6.2
// What is measured beside the shipped executables: an echo server on the channel, as another house
// would write it, and the counting of allocations. A package of its own, so that nothing of it is
// shipped.
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let channel = Target.Dependency.product(name: "LiansheChannel", package: "lianshe")

let package = Package(
  name: "lianshe-benchmarks",
  dependencies: [
    .package(name: "lianshe", path: "../.."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    .target(
      name: "CBenchmarkMessages", dependencies: [channel], path: "Messages/CBenchmarkMessages"),
    .target(
      name: "BenchmarkMessages", dependencies: ["CBenchmarkMessages", channel],
      path: "Messages/BenchmarkMessages", swiftSettings: strict),
    .executableTarget(
      name: "EchoServer",
      dependencies: [
        "BenchmarkMessages", channel, .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: strict),
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "Allocations",
      dependencies: [
        "BenchmarkMessages", "CAllocationCounter", channel,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: strict),
  ])
