// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the runner of the benchmarks takes every program beside them for one of its own.
let package = Package(
    name: "log-speed",
    dependencies: [.package(name: "throughline", path: "../..")],
    targets: [
        .executableTarget(name: "LogSpeed", dependencies: [.product(name: "Throughline", package: "throughline")])
    ]
)
