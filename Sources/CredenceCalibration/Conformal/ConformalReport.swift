public import CredencePredictions

/// How well prediction sets keep their promise, and how large they are.
public struct ConformalReport: Codable, Hashable, Sendable {
  /// Samples with a known class.
  public var samples: Int
  /// The share of samples whose set holds the true class.
  public var coverage: Double
  public var meanSize: Double
  /// The middle size; between the two middle ones where their number is even.
  public var medianSize: Double
  /// The share of empty sets.
  public var emptyRate: Double
  /// The coverage among sets of similar size, in order of size; strata without samples are left out.
  public var sizeStrata: [SizeStratum]
  /// The mean over classes of |coverage − (1 − α)|; classes without samples are left out.
  public var classCoverageGap: Double
  /// The lowest coverage of a class that has samples.
  public var worstClassCoverage: Double

  /// The samples whose sets have a size in a range.
  public struct SizeStratum: Codable, Hashable, Sendable {
    public var smallest: Int
    public var largest: Int
    public var samples: Int
    public var coverage: Double
  }

  /// Compares sets with the truth.
  ///
  /// - Parameters:
  ///   - sets: One per sample.
  ///   - labels: The true classes; samples with −1 are left out.
  ///   - alpha: The promised share of misses.
  ///   - classCount: All classes.
  /// - Throws: `CalibrationError.tooFewSamples` where no sample has a known class.
  public init(sets: RaggedLabels, labels: [Int32], alpha: Double, classCount: Int)
    throws(CalibrationError)
  {
    precondition(sets.count == labels.count)
    var sizes: [Int] = []
    var hits: [Bool] = []
    var classSamples = [Int](repeating: 0, count: classCount)
    var classHits = classSamples
    for (sample, label) in labels.enumerated() where label >= 0 {
      let set = sets[sample]
      let isHit = set.contains(label)
      sizes.append(set.count)
      hits.append(isHit)
      classSamples[Int(label)] += 1
      if isHit { classHits[Int(label)] += 1 }
    }
    samples = sizes.count
    guard samples > 0 else {
      throw .tooFewSamples(needed: 1, found: 0, purpose: "The coverage of prediction sets")
    }
    let count = Double(samples)
    coverage = Double(hits.count(where: { $0 })) / count
    meanSize = Double(sizes.reduce(0, +)) / count
    let ordered = sizes.sorted()
    medianSize = Double(ordered[(samples - 1) / 2] + ordered[samples / 2]) / 2
    emptyRate = Double(sizes.count(where: { $0 == 0 })) / count
    sizeStrata = Self.strata(sizes, hits, classCount)
    let coverages = zip(classHits, classSamples).filter { $0.1 > 0 }
      .map { Double($0.0) / Double($0.1) }
    classCoverageGap =
      coverages.reduce(0) { $0 + abs($1 - (1 - alpha)) } / Double(coverages.count)
    worstClassCoverage = coverages.min() ?? coverage
  }

  /// The largest |coverage − (1 − α)| of a size stratum.
  public func sizeStratifiedViolation(alpha: Double) -> Double {
    sizeStrata.map { abs($0.coverage - (1 - alpha)) }.max() ?? 0
  }

  /// Sizes 0 and 1, 2 and 3, 4 to 6, 7 to 10, 11 to 100 and above: the strata of the RAPS paper, the first two made finer.
  private static func strata(_ sizes: [Int], _ hits: [Bool], _ classCount: Int) -> [SizeStratum] {
    let starts = [0, 2, 4, 7, 11, 101]
    var samples = [Int](repeating: 0, count: starts.count)
    var covered = samples
    for (size, isHit) in zip(sizes, hits) {
      let stratum = (starts.firstIndex { $0 > size } ?? starts.count) - 1
      samples[stratum] += 1
      if isHit { covered[stratum] += 1 }
    }
    return starts.indices.filter { samples[$0] > 0 }.map { index in
      SizeStratum(
        smallest: starts[index],
        largest: index + 1 < starts.count ? starts[index + 1] - 1 : max(classCount, 101),
        samples: samples[index], coverage: Double(covered[index]) / Double(samples[index]))
    }
  }
}
