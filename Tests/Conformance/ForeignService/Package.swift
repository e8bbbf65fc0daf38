// swift-tools-version: 6.2
// A service of others on the channel: its own package, its own protos, handlers written by hand.
// The targets under Messages are written by scripts/generate of the package it depends on.
import PackageDescription

let channel = Target.Dependency.product(name: "LiansheChannel", package: "lianshe")

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The two targets of a proto package, and the packages of this run that it imports.
func messages(_ name: String, on others: [String] = []) -> [Target] {
  let c = others.map { Target.Dependency.byName(name: "C\($0)Messages") }
  let swift = (["C\(name)Messages"] + others.map { "\($0)Messages" })
    .map { Target.Dependency.byName(name: $0) }
  return [
    .target(
      name: "C\(name)Messages", dependencies: [channel] + c, path: "Messages/C\(name)Messages"),
    .target(
      name: "\(name)Messages", dependencies: [channel] + swift, path: "Messages/\(name)Messages",
      swiftSettings: strict),
  ]
}

let package = Package(
  name: "foreign-service",
  products: [.executable(name: "tea-service", targets: ["TeaService"])],
  dependencies: [.package(name: "lianshe", path: "../../..")],
  targets: messages("Geo") + messages("OtherTea") + messages("Tea", on: ["Geo", "OtherTea"])
    + [
      .executableTarget(
        name: "TeaService",
        dependencies: [channel, "GeoMessages", "OtherTeaMessages", "TeaMessages"],
        swiftSettings: strict)
    ]
)
