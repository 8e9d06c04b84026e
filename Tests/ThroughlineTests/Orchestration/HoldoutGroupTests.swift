import Testing
import Throughline

@Suite("the holdout group")
struct HoldoutGroupTests {
    private static let people = (0..<20_000).map { Identifier(organization: 7, kind: .user, value: "user-\($0)") }

    @Test("it holds its share, says the same every time, and keeps whom it has as it grows", arguments: [0, 5, 50])
    func share(percent: Int) {
        let group = HoldoutGroup(percent: percent)
        let held = Self.people.filter(group.holds)
        #expect(abs(held.count - Self.people.count * percent / 100) <= 300, "\(held.count)")
        #expect(held == Self.people.filter(group.holds))
        let grown = HoldoutGroup(percent: percent + 1)
        #expect(held.allSatisfy(grown.holds))
    }

    @Test("no more than half of all are in it, and no fewer than none")
    func limits() {
        #expect(HoldoutGroup(percent: 80).percent == HoldoutGroup.percentMax)
        #expect(HoldoutGroup(percent: -1).percent == 0)
    }

    @Test("organizations draw apart")
    func organizations() {
        let group = HoldoutGroup(percent: 50)
        let same = Self.people.filter {
            group.holds($0) == group.holds(Identifier(organization: 8, kind: $0.kind, value: $0.value))
        }
        #expect(abs(same.count - Self.people.count / 2) < 500, "\(same.count)")
    }
}
