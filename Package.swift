// swift-tools-version: 6.2
import PackageDescription

/// Exclusive access is checked as the program runs in debug builds, where the tests run, and not once it is released:
/// the checks are 7 to 9 in 100 of its time (docs/decisions/0010).
let checkedInDebug: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

let package = Package(
    name: "throughline",
    products: [
        .executable(name: "throughline", targets: ["ThroughlineCommand"]),
        // For the benchmarks, which are a package of their own.
        .library(
            name: "Throughline",
            targets: ["Throughline", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineSimulation", "CModels"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // C headers over system libraries, over data, and over an instruction that Swift has no word for.
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CModels", exclude: ["models"]),
        .target(name: "CPrefetch"),

        // The rooms; arrows only point down (ARCHITECTURE.md).
        .target(
            name: "Throughline",
            dependencies: ["CPrefetch", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: checkedInDebug),
        .target(
            name: "ThroughlineEngine",
            dependencies: ["Throughline", "CSimdjson", "CZlib", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: checkedInDebug),
        .target(
            name: "ThroughlineEmbedded", dependencies: ["Throughline", "ThroughlineEngine", "CZlib", "CZstd"],
            swiftSettings: checkedInDebug),
        .target(name: "ThroughlineSimulation", dependencies: ["Throughline", "ThroughlineEngine"]),
        .executableTarget(
            name: "ThroughlineCommand",
            dependencies: [
                "Throughline", "ThroughlineEngine", "ThroughlineSimulation", "CModels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(
            name: "ThroughlineTests",
            dependencies: ["Throughline", "ThroughlineEngine", "ThroughlineSimulation", "CModels", "CZlib"]),
        .testTarget(name: "CommandTests", dependencies: ["ThroughlineCommand", "CZlib"]),
        .testTarget(
            name: "AdapterTests",
            dependencies: ["Throughline", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineSimulation"]),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x,
    cxxLanguageStandard: .cxx17
)
