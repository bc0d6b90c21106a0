import CredenceData
import CredenceFiles
import Foundation
import Testing

@Suite struct TwoMoonsTests {
  @Test func `points are those of scikit-learn`() throws {
    // make_moons(n_samples=7, noise=0.1, random_state=3), scikit-learn 1.9.1
    let moons = try TwoMoons(count: 7, noise: 0.1, seed: 3)
    let expected = [
      0.59805539, -0.3633235, 1.95399579, 0.49420792, 1.70775741, -0.42615665, 0.09392364,
      0.38195914, -0.03473302, 1.00662987, 0.83724147, 0.03978859, -1.16291574, -0.06389355,
    ]
    for (found, value) in zip(moons.points, expected) { #expect(abs(found - value) < 1e-8) }
    #expect(moons.labels == [1, 1, 1, 1, 0, 0, 0])
    let published = try TwoMoons()
    #expect(abs(published.points.reduce(0, +) - 1496.213042620951) < 1e-9)
  }

  @Test func `without noise points lie on half circles`() throws {
    let moons = try TwoMoons(count: 501, noise: 0, seed: 9)
    #expect(moons.labels.count { $0 == 0 } == 250)
    for index in 0..<moons.count {
      let (x, y) = (moons.points[2 * index], moons.points[2 * index + 1])
      let isUpper = moons.labels[index] == 0
      let radius = isUpper ? x * x + y * y : (x - 1) * (x - 1) + (y - 0.5) * (y - 0.5)
      #expect(abs(radius - 1) < 1e-12 && (isUpper ? y > -1e-12 : y < 0.5 + 1e-12))
    }
  }

  @Test func `an archive holds them`() throws {
    let folder = try TemporaryFolder()
    let moons = try TwoMoons(count: 10)
    let url = URL(fileURLWithPath: folder.path + "/moons.npz")
    try moons.write(to: url)
    let archive = try NPZ(contentsOf: url)
    #expect(try archive.array("points")?.doubles() == moons.points)
    #expect(try archive.array("labels")?.integers() == moons.labels)
  }

  @Test func `impossible settings are refused`() {
    #expect(throws: DatasetError.self) { try TwoMoons(count: 1) }
    #expect(throws: DatasetError.self) { try TwoMoons(noise: -1) }
  }
}
