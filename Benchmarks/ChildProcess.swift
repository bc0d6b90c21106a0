import Foundation

/// A program in a process of its own, timed from start to end with its peak memory.
struct ChildProcess {
  let program: URL
  let arguments: [String]

  struct Failure: LocalizedError {
    let program: String
    let status: Int32
    var errorDescription: String? { "\(program) ended with status \(status)." }
  }

  /// Runs the program; its standard output comes back.
  func run() throws -> (output: Data, measurement: Measurement) {
    var pipe: [Int32] = [0, 0]
    guard Foundation.pipe(&pipe) == 0 else { throw POSIXError(.EIO) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
    posix_spawn_file_actions_addclose(&actions, pipe[0])
    var words: [UnsafeMutablePointer<CChar>?] = ([program.path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let start = DispatchTime.now().uptimeNanoseconds
    guard posix_spawn(&pid, program.path, &actions, nil, words, environ) == 0 else {
      throw Failure(program: program.path, status: -1)
    }
    close(pipe[1])
    let peak = PeakMemory(pid)
    let output = FileHandle(fileDescriptor: pipe[0], closeOnDealloc: true).readDataToEndOfFile()
    var status: Int32 = 0
    var usage = rusage()
    wait4(pid, &status, 0, &usage)
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    guard status == 0 else { throw Failure(program: program.path, status: status) }
    var measurement = Measurement(seconds: seconds, peakBytes: peak.stop())
    measurement.values["process_processor_seconds"] =
      ProcessorTime.seconds(usage.ru_utime) + ProcessorTime.seconds(usage.ru_stime)
    measurement.values["process_seconds"] = seconds
    measurement.values["peak_mib"] = Double(measurement.peakBytes >> 20)
    return (output, measurement)
  }

  /// Runs a Python program of `Benchmarks/reference` that prints JSON; `seconds` there replaces the time of the whole process.
  static func python(_ name: String, _ arguments: [String], timesItself: Bool) throws -> Measurement
  {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let python = folder.deletingLastPathComponent().appendingPathComponent(".venv/bin/python3")
    var (output, measurement) = try ChildProcess(
      program: python,
      arguments: [folder.appendingPathComponent("reference/\(name)").path] + arguments
    ).run()
    let values = try JSONSerialization.jsonObject(with: output) as? [String: Any] ?? [:]
    for (key, value) in values {
      if let number = value as? Double { measurement.values[key] = number }
    }
    if timesItself { measurement.seconds = measurement.values["seconds"] ?? .nan }
    return measurement
  }
}

/// Processor time, which other work on the machine changes less than it does the wall clock.
enum ProcessorTime {
  static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// What this process has used, in seconds.
  static func seconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// Watches how much memory a process holds; the kernel's own figure after its end counts the program that started it, too.
private final class PeakMemory: @unchecked Sendable {
  // Unchecked because both sides touch the state under the lock alone.
  private let lock = NSLock()
  private var peak = 0
  private var isStopped = false

  init(_ pid: pid_t) {
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isStopped }) {
        if let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
          let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
          let kilobytes = Int(line.filter(\.isNumber))
        {
          lock.withLock { peak = max(peak, kilobytes * 1024) }
        }
        usleep(5000)
      }
    }
  }

  /// Ends the watch; 0 where the system has no such account.
  func stop() -> Int {
    lock.withLock {
      isStopped = true
      return peak
    }
  }
}
