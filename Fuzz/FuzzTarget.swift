// The entry points of libFuzzer. `Scripts/fuzz` compiles this file together with the sources of CredenceFiles and CredencePredictions.

import Foundation

/// The readers that are given arbitrary bytes, by name.
///
/// A reader may throw `FileError` or `PredictionFileError`, and nothing else: any other error is reported like a crash.
private let readers: [String: @Sendable (Data) throws -> Void] = [
  "safetensors": { data in
    let file = try Safetensors(data, file: "fuzz.safetensors")
    for name in file.names { file[name].map(readEveryEntry) }
    try assemble(ArraySource(data, .safetensors, file: "fuzz.safetensors"))
  },
  "npy": { data in
    readEveryEntry(try NPY.read(data, file: "fuzz.npy"))
    try assemble(ArraySource(data, .npy, file: "fuzz-logits.npy"))
  },
  "npz": { data in
    let archive = try NPZ(data, file: "fuzz.npz")
    for name in archive.names { try archive.array(name).map(readEveryEntry) }
    try assemble(ArraySource(data, .npz, file: "fuzz.npz"))
  },
  "zip": { data in
    let archive = try ZIP(data, file: "fuzz.zip")
    for member in archive.members {
      _ = try archive.prefix(of: member, count: 100)
      _ = try archive.contents(of: member)
    }
  },
  "inflate": { data in
    // A quarter of the inputs must stop at a small limit.
    let limit = data.count & 3 == 0 ? 300 : 1 << 16
    var output = [UInt8](repeating: 0, count: limit)
    _ = output.withUnsafeMutableBytes { output in
      data.withUnsafeBytes { input in
        try? Inflate.decompress(input, into: output)
      }
    }
  },
  "checkpoint": { data in
    let archive = try TensorArchive(data, file: "fuzz.pth")
    for entry in archive.entries { try archive.array(entry.name).map(readEveryEntry) }
  },
  "pickle": { data in
    var machine = PickleMachine(file: "fuzz.pkl", byteCount: data.count)
    let node = try data.withUnsafeBytes { bytes in
      var cursor = PickleCursor(bytes, file: "fuzz.pkl")
      return try machine.run(&cursor)
    }
    let storages = try machine.storages.map { storage in
      // As much as a file can have that is longer than its pickle.
      guard storage.count <= 1 << 16 else {
        throw FileError.truncated(file: "", what: "", expected: 0, found: 0)
      }
      let size = storage.count * (storage.element?.size ?? 1)
      return CheckpointStorage(.data(Data(count: size)), isBigEndian: storage.count % 2 == 1)
    }
    var values = PickledValues(machine, storages: storages)
    try readEveryTensor(values.value(node), depth: 0)
  },
  "pickled-file": { data in
    try readEveryTensor(PickledFile(data, file: "fuzz.pkl").root, depth: 0)
  },
  "mat": { data in
    let file = try MAT(data, file: "fuzz.mat")
    for name in file.names { try file.array(name).map(readEveryEntry) }
  },
  "csv": { data in
    // The length chooses what the user says of the file.
    let choice = data.count
    var options = ReadOptions(kind: choice & 3 == 0 ? nil : OutputKind.allCases[choice & 3 - 1])
    if choice & 4 != 0 { options.labels = .every(2) }
    if choice & 8 != 0 { options.map = ["0": "labels"] }
    let csv = try CSV(data, file: "fuzz.csv")
    _ = try CSVAssembly(csv, options: options).result()
  },
  "labels": { data in
    let csv = try CSV(data, file: "fuzz.txt", hasHeader: data.count & 1 == 0 ? false : nil)
    _ = try Labels(csv, classNames: ["cat", "dog"])
  },
]

private func isExpected(_ error: any Error) -> Bool {
  error is FileError || error is PredictionFileError
}

private func readEveryEntry(_ array: StoredArray) {
  _ = array.doubles()
  _ = array.integers()
  _ = array.strings()
}

private func readEveryTensor(_ value: CheckpointValue, depth: Int) throws {
  switch value {
  case .tensor(let tensor) where tensor.byteCount < 1 << 20: readEveryEntry(try tensor.array())
  case .list(let values) where depth < 4:
    for value in values.prefix(20) { try readEveryTensor(value, depth: depth + 1) }
  case .dictionary(let entries) where depth < 4:
    for entry in entries.prefix(20) { try readEveryTensor(entry.value, depth: depth + 1) }
  default: break
  }
}

/// Makes a set in all ways that a user may ask for, and reads every row of its matrix.
private func assemble(_ source: ArraySource) throws {
  for kind in [nil] + OutputKind.allCases {
    for labels in [nil, LabelSource.every(1)] {
      do {
        var assembly = try ArrayAssembly(source, options: ReadOptions(kind: kind, labels: labels))
        let set = try assembly.result().set
        var scratch: [Float] = []
        set.scoreMatrix?.withRows(0..<set.sampleCount, scratch: &scratch) { _ in }
      } catch let error where isExpected(error) {
        continue
      }
    }
  }
}

private let reader: @Sendable (Data) throws -> Void = {
  let name = ProcessInfo.processInfo.environment["CREDENCE_FUZZ_READER"] ?? ""
  guard let reader = readers[name] else {
    fatalError("CREDENCE_FUZZ_READER is ‘\(name)’; it must be one of \(readers.keys.sorted())")
  }
  return reader
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do {
    try reader(Data(bytes: start, count: count))
  } catch let error where isExpected(error) {
    return 0
  } catch {
    fatalError("A reader threw an error of an unexpected type: \(error)")
  }
  return 0
}
