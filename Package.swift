// swift-tools-version: 6.2
import PackageDescription

// The module table of Sources/canopy/Canopy.docc/Architecture.md, in SwiftPM's words.
// A tidy test compares the two and refuses an import that neither allows.

/// `CANOPY_ONLY=Analysis,Queries swift test` builds just those modules and what they need from
/// outside: seconds instead of minutes while working low in the house.
let only = Context.environment["CANOPY_ONLY"].map { $0.split(separator: ",").map(String.init) }

/// For `tools/fuzz`, which builds the fuzz targets as a program: libFuzzer without its main.
let fuzzer = Context.environment["CANOPY_FUZZ"]
let isFuzzing = fuzzer != nil

/// For `tools/simulate`, which builds the simulator as a program.
let isSimulating = Context.environment["CANOPY_SIMULATE"] != nil

/// For `tools/microbench`, which times what is not public.
let isMeasuring = Context.environment["CANOPY_MICROBENCH"] != nil

/// The fuzzer counts branches and traces comparisons, so that it sees which bytes are waited for;
/// the address sanitizer calls its checks, which would be branches of their own otherwise.
let watched = [
    "-enable-testing", "-sanitize=fuzzer,address",
    "-sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table,indirect-calls",
    "-Xllvm", "-asan-instrumentation-with-call-threshold=0",
]

// Accesses that overlap are found by the tests, which are built for debugging. Checking for them in
// the inner loops of a release costs a twelfth of a search.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    ] + (isFuzzing ? [.unsafeFlags(watched)] : [])
    + (isMeasuring || isSimulating ? [.unsafeFlags(["-enable-testing"])] : [])

/// A release brings Swift's libraries along: the program runs where there is no Swift, and what it
/// calls a million times a second, counting references, is not looked up in a table each time. The
/// last four are what Foundation needs when it is static.
let staticRuntime: LinkerSetting = .unsafeFlags(
    [
        "-static-stdlib", "-lCoreFoundation", "-l_FoundationCollections", "-l_FoundationCShims",
        "-l_FoundationICU",
    ],
    .when(platforms: [.linux], configuration: .release))

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

func module(
    _ name: String, _ dependencies: [Target.Dependency], besideSources: [String] = [],
    besideTests: [String] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: dependencies, exclude: besideSources,
            swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies,
            exclude: besideTests, swiftSettings: settings),
    ]
}

let systemLibraries: [Target] = [
    .systemLibrary(
        name: "CSystemICU", pkgConfig: "icu-i18n", providers: [.apt(["libicu-dev"])]),
    .systemLibrary(name: "CSystemStemmer", providers: [.apt(["libstemmer-dev"])]),
    .systemLibrary(
        name: "CSystemZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
        name: "CSystemZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
        name: "CICU", dependencies: ["CSystemICU"],
        cSettings: isFuzzing ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : []),
]

let nio = "swift-nio"

let modules: [Target] = [
    module("Analysis", ["CICU", "CSystemStemmer"]),
    module("Storage", [product("Crypto", "swift-crypto")]),
    module("Queries", ["Analysis"]),
    module("Segments", ["Analysis", "Storage", "CSystemZstd"]),
    module("Execution", ["Queries", "Segments"]),
    module("Shards", ["Segments", "Storage", product("Logging", "swift-log")]),
    module(
        "Cluster",
        [
            "Queries", "Storage",
            product("NIOCore", nio), product("NIOPosix", nio),
            product("NIOConcurrencyHelpers", nio),
            product("SwiftProtobuf", "swift-protobuf"), product("Logging", "swift-log"),
        ],
        besideSources: ["follow", "query", "search", "snapshot", "status", "write"].map {
            "Messages/\($0).proto"
        }),
    module(
        "Backends",
        [
            "Cluster", "Storage",
            product("AsyncHTTPClient", "async-http-client"),
            product("NIOCore", nio), product("NIOPosix", nio), product("NIOHTTP1", nio),
            product("Crypto", "swift-crypto"), product("Logging", "swift-log"),
            product("Metrics", "swift-metrics"),
        ]),
    module(
        "Leaf",
        [
            "Execution", "Shards", "Cluster",
            product("Metrics", "swift-metrics"), product("Logging", "swift-log"),
        ]),
    module(
        "Root",
        [
            "Queries", "Cluster",
            product("Metrics", "swift-metrics"), product("Logging", "swift-log"),
        ]),
    module(
        "Front",
        [
            "Queries", "Cluster", "CSystemZlib",
            product("Hummingbird", "hummingbird"),
            product("Crypto", "swift-crypto"),
            product("Metrics", "swift-metrics"), product("Logging", "swift-log"),
            product("Collections", "swift-collections"),
        ], besideTests: ["Goldens"]),
].flatMap { $0 }

let command: [Target] = [
    .executableTarget(
        name: "canopy",
        dependencies: [
            "Front", "Root", "Leaf", "Backends",
            product("ArgumentParser", "swift-argument-parser"),
            product("AsyncHTTPClient", "async-http-client"),
            product("Configuration", "swift-configuration"),
            product("Histogram", "hdrhistogram-swift"),
            product("Logging", "swift-log"),
            product("ServiceLifecycle", "swift-service-lifecycle"),
            product("Metrics", "swift-metrics"),
            product("UnixSignals", "swift-service-lifecycle"),
            product("Yams", "Yams"),
        ],
        swiftSettings: settings, linkerSettings: [staticRuntime]),
    .testTarget(name: "CanopyTests", dependencies: ["canopy"], swiftSettings: settings),
    .testTarget(name: "TidyTests", swiftSettings: settings),
]

/// The fuzz targets: a test that replays what they start from or, for `tools/fuzz`, the program
/// that libFuzzer drives.
let fuzzesNodes = only?.contains("Cluster") ?? true
let fuzzed: [Target.Dependency] =
    ["Analysis", "Storage", "Queries", "Segments", "Execution", "Shards"]
    + (fuzzesNodes
        ? ["Cluster", product("NIOCore", nio), product("SwiftProtobuf", "swift-protobuf")] : [])
let fuzzSettings = settings + (fuzzesNodes ? [.define("FUZZ_CLUSTER")] : [])
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "Fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["ReplayTests.swift"],
        swiftSettings: fuzzSettings,
        linkerSettings: [
            .unsafeFlags(
                ["-sanitize=address", "-lstdc++"]
                    + ["--whole-archive", fuzzer ?? "", "--no-whole-archive"]
                    .flatMap { ["-Xlinker", $0] })
        ])
    : .testTarget(
        name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Entry.swift"],
        swiftSettings: fuzzSettings)

/// The inner loops alone.
let measuring: [Target] =
    isMeasuring
    ? [
        .executableTarget(
            name: "Microbenchmarks",
            dependencies: ["Analysis", "Storage", "Queries", "Segments", "Execution"],
            path: "Tests/Microbenchmarks", swiftSettings: settings)
    ] : []

/// The simulator: tests of a few seeds or, for `tools/simulate`, the program that runs many.
let simulated: [Target.Dependency] = [
    "Analysis", "Storage", "Queries", "Segments", "Shards", "Cluster", "Leaf", "Root",
    product("Logging", "swift-log"),
]
let simulating: Target =
    isSimulating
    ? .executableTarget(
        name: "Simulation", dependencies: simulated, path: "Tests/Simulation",
        exclude: ["Suites"], swiftSettings: settings)
    : .testTarget(
        name: "SimulationTests", dependencies: simulated, path: "Tests/Simulation",
        exclude: ["Entry.swift"], swiftSettings: settings)

let packages: [String: Package.Dependency] = [
    "swift-argument-parser": .package(
        url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    "swift-collections": .package(
        url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    "swift-configuration": .package(
        url: "https://github.com/apple/swift-configuration", from: "1.4.0",
        traits: ["YAML"]),
    "swift-crypto": .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    "swift-log": .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    "swift-metrics": .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    "swift-nio": .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    "swift-protobuf": .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    "hdrhistogram-swift": .package(
        url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    "hummingbird": .package(
        url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    "async-http-client": .package(
        url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    "Yams": .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    "swift-service-lifecycle": .package(
        url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

let all = modules + command + [fuzzing, simulating] + measuring
var chosen = all.filter { target in
    guard let only else { return true }
    return only.contains { target.name == $0 || target.name == $0 + "Tests" }
}
// And the modules that these need.
while true {
    let wanted = Set(
        chosen.flatMap(\.dependencies).compactMap { dependency -> String? in
            if case .byNameItem(let name, _) = dependency { return name }
            return nil
        })
    let missing = all.filter { target in
        wanted.contains(target.name) && !chosen.contains { $0.name == target.name }
    }
    if missing.isEmpty { break }
    chosen += missing
}
let needed = Set(
    chosen.flatMap(\.dependencies).compactMap { dependency -> String? in
        if case .productItem(_, let package, _, _) = dependency { return package }
        return nil
    })

let package = Package(
    name: "canopy",
    platforms: [.macOS(.v26)],
    products: only == nil ? [.executable(name: "canopy", targets: ["canopy"])] : [],
    dependencies: needed.sorted().compactMap { packages[$0] },
    targets: systemLibraries + chosen,
    swiftLanguageModes: [.v6])
