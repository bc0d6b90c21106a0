import Foundation

// Runs the named cases, Credence and the other program in turn, and prints both: CredenceBenchmarks [CASE …] [--repeats N] [--json FILE]
var names: [String] = []
var repeats = 3
var json: String?
var words = CommandLine.arguments.dropFirst()
if words.first == DensityFitting.argument {
  try DensityFitting.run(Array(words.dropFirst()))
  exit(0)
}
while let word = words.popFirst() {
  switch word {
  case "--repeats": repeats = max(words.popFirst().flatMap { Int($0) } ?? 3, 1)
  case "--json": json = words.popFirst()
  default: names.append(word)
  }
}
let known = BenchmarkCase.all.map(\.id)
if let unknown = names.first(where: { !known.contains($0) }) {
  FileHandle.standardError.write(
    Data("There is no case ‘\(unknown)’; known are \(known.joined(separator: ", ")).\n".utf8))
  exit(64)
}

let system = ProcessInfo.processInfo
print("\(system.operatingSystemVersionString), \(system.activeProcessorCount) cores")
var results: [BenchmarkResult] = []
for benchmark in BenchmarkCase.all where names.isEmpty || names.contains(benchmark.id) {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("credence-benchmark-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let contest = try benchmark.prepare(folder)
  _ = try contest.credence()
  var result = BenchmarkResult(
    id: benchmark.id, title: benchmark.title, target: benchmark.target, credence: [], reference: [])
  for _ in 0..<repeats {
    result.credence.append(try contest.credence())
    result.reference.append(try contest.reference())
  }
  results.append(result)
  print(
    """
    \(result.id): \(result.title)
      Credence   \(BenchmarkResult.range(result.credence))  \(result.credence.last?.values ?? [:])
      reference  \(BenchmarkResult.range(result.reference))  \(result.reference.last?.values ?? [:])
      \(String(format: "%.1f", result.speedup)) times faster (target \(String(format: "%g", result.target)))\(result.ratios)
    """)
}
if let json {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  try encoder.encode(results).write(to: URL(fileURLWithPath: json), options: .atomic)
}
