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
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C headers over system libraries, over data, and over an instruction that Swift has no word for.
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CModels", exclude: ["models"]),
        .target(name: "CMemory"),
        // A layer under SQLite, which wants one of C functions.
        .target(name: "CPageSums", linkerSettings: [.linkedLibrary("sqlite3")]),

        // The rooms; arrows only point down (ARCHITECTURE.md).
        .target(
            name: "Throughline",
            dependencies: ["CMemory", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: checkedInDebug),
        .target(
            name: "ThroughlineEngine",
            dependencies: [
                "Throughline", "CSimdjson", "CZlib", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: checkedInDebug),
        .target(
            name: "ThroughlineEmbedded",
            dependencies: [
                "Throughline", "ThroughlineEngine", "CPageSums", "CZlib", "CZstd",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: checkedInDebug),
        .target(name: "ThroughlineSimulation", dependencies: ["Throughline", "ThroughlineEngine"]),
        .target(
            name: "ThroughlineServer",
            dependencies: [
                "Throughline", "ThroughlineEngine", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "ThroughlineCommand",
            dependencies: [
                "Throughline", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineServer", "ThroughlineSimulation",
                "CMemory", "CModels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),

        .testTarget(
            name: "ThroughlineTests",
            dependencies: [
                "Throughline", "ThroughlineEngine", "ThroughlineSimulation", "CModels", "CZlib",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "ThroughlineCommand", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineServer", "CZlib",
            ]),
        .testTarget(
            name: "AdapterTests",
            dependencies: [
                "Throughline", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineSimulation", "CPageSums",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Throughline", "ThroughlineEngine", "ThroughlineServer", "ThroughlineSimulation", "CModels",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x,
    cxxLanguageStandard: .cxx17
)
