import Testing

@testable import Throughline

@Suite("tokens of one person")
struct TokenTableTests {
    @Test("answers as a dictionary does, with few purposes and with many", arguments: [1, 2, 3], [4, 16, 17, 64])
    func find(seed: UInt64, slots: Int) {
        var random = TestRandom(seed: seed)
        var table = TokenTable()
        var expected: [UInt32: (mask: UInt64, events: UInt32)] = [:]
        for turn in 0..<4_000 {
            let key = TokenTable.key(.piece, UInt64.random(in: 0..<900, using: &random))
            let mask: UInt64 = 1 << UInt64.random(in: 0..<UInt64(slots), using: &random)
            table.insert(key, mask: mask)
            expected[key, default: (0, 0)].mask |= mask
            expected[key]!.events += 1
            if turn % 500 == 499 {
                let gone = Int.random(in: 0..<slots, using: &random)
                table.clear(slot: gone)
                for key in expected.keys { expected[key]!.mask &= ~(1 << UInt64(gone)) }
            }
        }
        for (key, value) in expected { #expect(table.find(key) == value, "seed \(seed), \(slots) slots") }
        #expect(table.find(TokenTable.key(.word, 5)) == (0, 0))
        table.removeAll()
        for key in expected.keys { #expect(table.find(key) == (0, 0)) }
    }

    @Test("holds so many tokens and then lets go of those that no open purpose holds")
    func limit() {
        var table = TokenTable()
        for value in 0..<UInt64(TokenTable.tokensMax) {
            table.insert(TokenTable.key(.piece, value), mask: value % 2 == 0 ? 1 : 2)
        }
        table.clear(slot: 1)
        for value in 0..<UInt64(1_000) { table.insert(TokenTable.key(.entity, value), mask: 4) }
        #expect(table.find(TokenTable.key(.entity, 999)).mask == 4)
        #expect(table.find(TokenTable.key(.piece, 0)).mask == 1)
        #expect(table.find(TokenTable.key(.piece, 1)).mask == 0)
    }

    @Test("a count of events stops at what two bytes hold")
    func saturates() {
        var table = TokenTable()
        for _ in 0..<70_000 { table.insert(TokenTable.key(.piece, 1), mask: 1) }
        #expect(table.find(TokenTable.key(.piece, 1)).events == UInt32(UInt16.max))
    }
}
