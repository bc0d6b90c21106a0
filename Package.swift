// swift-tools-version: 6.2
import PackageDescription

/// Every target of the package is held to the same rules.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Credence",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Credence", targets: ["Credence"]),
    .library(name: "CredenceFiles", targets: ["CredenceFiles"]),
    .library(name: "CredenceHub", targets: ["CredenceHub"]),
    .library(name: "CredencePredictions", targets: ["CredencePredictions"]),
    .library(name: "CredenceTensor", targets: ["CredenceTensor"]),
    .library(name: "CredenceNN", targets: ["CredenceNN"]),
    .library(name: "CredenceModels", targets: ["CredenceModels"]),
    .library(name: "CredenceData", targets: ["CredenceData"]),
    .library(name: "CredenceMetrics", targets: ["CredenceMetrics"]),
    .library(name: "CredenceCalibration", targets: ["CredenceCalibration"]),
    .library(name: "CredenceUncertainty", targets: ["CredenceUncertainty"]),
    .library(name: "CredenceTraining", targets: ["CredenceTraining"]),
    .library(name: "CredenceErrorAnalysis", targets: ["CredenceErrorAnalysis"]),
    .executable(name: "credence", targets: ["CredenceCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
  ],
  targets: [
    // Files and numbers: Foundation only.
    .target(name: "CredenceFiles", swiftSettings: strict),
    .target(
      name: "CredencePredictions", dependencies: ["CredenceFiles"], swiftSettings: strict),
    .target(
      name: "CredenceMetrics", dependencies: ["CredencePredictions"], swiftSettings: strict),
    .target(
      name: "CredenceCalibration",
      dependencies: ["CredenceFiles", "CredencePredictions", "CredenceMetrics"],
      swiftSettings: strict),

    // Engine: CTorch is a header; CredenceEngine is built by Scripts/build-engine and loaded on first use.
    .target(name: "CTorch"),
    .target(name: "CredenceTensor", dependencies: ["CTorch"], swiftSettings: strict),

    // Building blocks.
    .target(name: "CredenceNN", dependencies: ["CredenceTensor"], swiftSettings: strict),
    .target(
      name: "CImageCodecs",
      linkerSettings: [
        .linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp"),
        .linkedLibrary("webpdemux"),
      ]),
    .target(
      name: "CredenceData", dependencies: ["CImageCodecs", "CredenceFiles"],
      swiftSettings: strict),

    .target(
      name: "CredenceModels",
      dependencies: ["CredenceFiles", "CredenceTensor", "CredenceNN", "CredenceData"],
      swiftSettings: strict),

    .target(
      name: "CredenceHub",
      dependencies: [
        "CredenceFiles", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),

    // Methods.
    .target(
      name: "CredenceUncertainty",
      dependencies: [
        "CredenceFiles", "CredencePredictions", "CredenceMetrics", "CredenceCalibration",
        "CredenceTensor", "CredenceNN", "CredenceModels", "CredenceData",
      ],
      swiftSettings: strict),

    // Activities.
    .target(
      name: "CredenceTraining",
      dependencies: [
        "CredenceFiles", "CredenceTensor", "CredenceNN", "CredenceModels", "CredenceData",
        "CredenceUncertainty",
      ],
      swiftSettings: strict),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "CredenceErrorAnalysis",
      dependencies: [
        "CredenceFiles", "CredencePredictions", "CredenceMetrics", "CredenceTensor", "CredenceNN",
        "CredenceModels", "CredenceData",
      ],
      swiftSettings: strict),
    .target(
      name: "CredenceEvaluation",
      dependencies: [
        "CredenceFiles", "CredencePredictions", "CredenceMetrics", "CredenceCalibration",
        "CredenceTensor", "CredenceNN", "CredenceModels", "CredenceData", "CredenceHub",
        "CredenceUncertainty", "CredenceTraining", "CredenceErrorAnalysis", "CZlib",
      ],
      exclude: ["Resources"],
      swiftSettings: strict),

    // Surface.
    .target(
      name: "CredenceReports",
      dependencies: [
        "CredenceFiles", "CredenceTensor", "CredenceNN", "CredenceModels", "CredenceData",
        "CredenceMetrics", "CredenceCalibration", "CredenceUncertainty", "CredenceTraining",
        "CredenceErrorAnalysis", "CredenceEvaluation",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      exclude: ["Resources"],
      swiftSettings: strict),
    .target(
      name: "Credence",
      dependencies: [
        "CredenceTensor", "CredenceNN", "CredenceModels", "CredenceData", "CredenceHub",
        "CredencePredictions", "CredenceMetrics", "CredenceCalibration", "CredenceUncertainty",
        "CredenceTraining", "CredenceErrorAnalysis", "CredenceEvaluation", "CredenceReports",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "CredenceCLI",
      dependencies: [
        "Credence", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "CredenceBenchmarks", dependencies: ["Credence", "CredenceData"], path: "Benchmarks",
      exclude: ["reference", "run"], swiftSettings: strict),

    // Programs that a user would write.
    .executableTarget(
      name: "AcceptOrReject", dependencies: ["CredenceCalibration"],
      path: "Examples/AcceptOrReject", swiftSettings: strict),

    // Tests.
    .target(
      name: "GoldenSupport", dependencies: ["CredencePredictions"], path: "Tests/GoldenSupport",
      swiftSettings: strict),
    .testTarget(
      name: "GoldenSupportTests", dependencies: ["GoldenSupport"], swiftSettings: strict),
    .target(
      name: "FileSupport", dependencies: ["CredenceFiles"], path: "Tests/FileSupport",
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "CredenceFilesTests", dependencies: ["CredenceFiles", "FileSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredencePredictionsTests", dependencies: ["CredencePredictions", "FileSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceMetricsTests", dependencies: ["CredenceMetrics", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceCalibrationTests",
      dependencies: ["CredenceCalibration", "GoldenSupport", "AcceptOrReject"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceTensorTests", dependencies: ["CredenceTensor", "FileSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceNNTests", dependencies: ["CredenceNN", "GoldenSupport"], swiftSettings: strict),
    .testTarget(
      name: "CredenceModelsTests",
      dependencies: ["CredenceModels", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceDataTests",
      dependencies: ["CImageCodecs", "CredenceData", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceHubTests",
      dependencies: [
        "CredenceHub", "CredenceData", "CredenceEvaluation", "FileSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceUncertaintyTests",
      dependencies: ["CredenceUncertainty", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceTrainingTests",
      dependencies: ["CredenceTraining", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceErrorAnalysisTests",
      dependencies: ["CredenceErrorAnalysis", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceEvaluationTests",
      dependencies: ["CredenceEvaluation", "FileSupport", "GoldenSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CredenceReportsTests",
      dependencies: [
        "CredenceReports", "CredenceEvaluation", "CredenceMetrics", "CredenceModels",
        "CredenceErrorAnalysis", "CredenceData", "CredenceFiles", "FileSupport", "GoldenSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "CredenceCLITests", dependencies: ["Credence", "CredenceCLI"], swiftSettings: strict),

    // Examples: programs that a user would write.
    .executableTarget(
      name: "ScoreArrays", dependencies: ["Credence"], path: "Examples/ScoreArrays",
      swiftSettings: strict),
    .executableTarget(
      name: "PredictImages", dependencies: ["Credence"], path: "Examples/PredictImages",
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
