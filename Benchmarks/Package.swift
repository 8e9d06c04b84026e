// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "throughline", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Discovery",
            dependencies: [
                .product(name: "Throughline", package: "throughline"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Discovery",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
