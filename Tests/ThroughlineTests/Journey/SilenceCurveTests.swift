import Foundation
import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("silences")
struct SilenceCurveTests {
    @Test("every length lies in the bin that ends at or behind it, and bins grow by at most a quarter")
    func bins() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let seconds = Int64(random.next() >> UInt64(36 + random.below(28)))
            let bin = SilenceCurve.bin(of: seconds)
            #expect(seconds <= SilenceCurve.end(of: bin), "seed \(seed), \(seconds) s")
            if bin > 0 { #expect(seconds > SilenceCurve.end(of: bin - 1), "seed \(seed), \(seconds) s") }
        }
        for bin in 4..<SilenceCurve.binCount {
            #expect(Double(SilenceCurve.end(of: bin) + 5) / Double(SilenceCurve.end(of: bin - 1) + 5) <= 1.2501)
        }
        for seconds in [Int64.min, -1, 0, 0xFFFF_FFFF_FFFF, Int64.max] {
            #expect((0..<SilenceCurve.binCount).contains(SilenceCurve.bin(of: seconds)))
        }
    }

    /// Kaplan and Meier's product over the exact times, each moved to the end of its bin.
    private static func reference(_ ended: [Int64], _ open: [Int64], share: Double) -> Int64? {
        func moved(_ seconds: Int64) -> Int64 { SilenceCurve.end(of: SilenceCurve.bin(of: seconds)) }
        var survivors: [(time: Int64, silent: Double)] = []
        var silent = 1.0
        for time in Set(ended.map(moved)).sorted() {
            let atRisk = (ended + open).count { moved($0) >= time }
            silent *= 1 - Double(ended.count { moved($0) == time }) / Double(atRisk)
            survivors.append((time, silent))
        }
        return survivors.first { 1 - $0.silent >= share * (1 - silent) - 1e-12 }?.time
    }

    @Test("are what the plain product over times gives; what is taken back leaves nothing")
    func product() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let ended = (0..<10 + random.below(60)).map { _ in Int64(random.below(1 << (1 + random.below(24)))) }
            let open = (0..<random.below(60)).map { _ in Int64(random.below(1 << (1 + random.below(24)))) }
            var curve = SilenceCurve()
            for seconds in ended { curve.add(seconds: seconds, isOpen: false) }
            for seconds in open { curve.add(seconds: seconds, isOpen: true) }
            let before = curve
            for (seconds, isOpen) in [(Int64(77), true), (9_000, false), (5, false)] {
                curve.add(seconds: seconds, isOpen: isOpen)
                curve.add(seconds: seconds, isOpen: isOpen, times: -1)
            }
            #expect(curve == before, "seed \(seed)")
            for share in [0.1, 0.5, 0.9, 0.98] {
                #expect(curve.seconds(untilShare: share) == Self.reference(ended, open, share: share), "seed \(seed)")
            }
        }
    }

    @Test("gaps that are still open make the usual gap longer, not shorter, and few gaps tell nothing")
    func censored() throws {
        var curve = SilenceCurve()
        for number in 1...100 { curve.add(seconds: Int64(number) * 100, isOpen: false) }
        let without = try #require(curve.dormantAfter)
        for _ in 0..<100 { curve.add(seconds: 5_000, isOpen: true) }
        #expect(try #require(curve.dormantAfter) >= without)
        #expect(try #require(curve.median) > 4_900)
        var few = SilenceCurve()
        for _ in 0..<SilenceCurve.gapsMin - 1 { few.add(seconds: 60, isOpen: false) }
        #expect(few.median == nil)
        few.add(seconds: 60, isOpen: false)
        #expect(few.median != nil)
    }
}
