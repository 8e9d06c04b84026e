import Testing

@testable import Throughline

@Suite("how far a purpose is")
struct PurposeProgressTests {
    private static func types() -> PurposeTypes {
        func milestone(_ name: UInt64, _ ending: Outcome? = nil) -> Milestone {
            Milestone(name: "\(name)", nameHash: name, ending: ending, share: 1, lift: 1, precedence: nil)
        }
        var curve = SilenceCurve()
        for _ in 0..<20 { curve.add(seconds: 1_000, isOpen: false) }
        return PurposeTypes([
            PurposeType(
                name: "loan", terms: [], purposeCount: 9, outcomes: [:],
                milestones: [milestone(1), milestone(2), milestone(3), milestone(9, .declined)],
                silences: [.commit: curve], centre: PackedVector())
        ])
    }

    @Test(
        "what is missing is the first milestone behind the furthest; of one that is over, or has all, none",
        arguments: [
            ([], 10, 0, false), ([1], 10, 1, false), ([2], 10, 2, false), ([2, 1, 2], 10, 2, false),
            ([1, 2, 3], 10, nil, false), ([7, 8], 10, 0, false), ([9], 10, 0, false), ([1], nil, nil, false),
            ([1], 5_000, 1, true),
        ] as [([UInt64], Int64?, Int?, Bool)])
    func missing(steps: [UInt64], silence: Int64?, missing: Int?, isLate: Bool) {
        let types = Self.types()
        var progress = PurposeProgress(type: 0)
        var reached = 0
        for step in steps where progress.reach(step, among: types) { reached += 1 }
        progress.wait(silence: silence, at: .commit, among: types)
        #expect(reached == Set(steps).intersection([1, 2, 3, 9]).count)
        #expect(progress.missing == missing)
        #expect(progress.lateSeconds == (isLate ? 5_000 - types.types[0].silences[.commit]!.stalledAfter! : nil))
    }

    @Test("where too little is known of a stage nothing is late")
    func unknown() {
        var progress = PurposeProgress(type: 0)
        progress.wait(silence: 1 << 40, at: .explore, among: Self.types())
        #expect(progress.lateSeconds == nil && progress.missing == 0)
        progress.wait(silence: 1 << 40, at: nil, among: Self.types())
        #expect(progress.lateSeconds == nil)
    }
}
