import Testing
import Throughline

@Suite("a person's tally as bytes")
struct PersonTallyBytesTests {
    private static func decoded(_ bytes: [UInt8]) -> PersonTally? {
        bytes.withUnsafeBytes { try? PersonTally(decoding: $0) }
    }

    /// With the hash that belongs to them.
    private static func sealed(_ content: ArraySlice<UInt8>) -> [UInt8] {
        let hash = Array(content).withUnsafeBytes { StableHash.ofMany($0) }
        return Array(content) + withUnsafeBytes(of: hash.littleEndian, Array.init)
    }

    private static func steps(_ random: inout Chance, _ count: Int, purposes: Int, names: Int) -> [CountedStep] {
        var now: Int64 = 1_772_323_200_000
        return (0..<count).map { order in
            now += Int64(random.below(40_000_000))
            return CountedStep(
                purpose: random.chance(10) ? nil : PurposeID(opening: "\(random.below(purposes))"), type: 300,
                name: StableHash.mixed(UInt64(random.below(names))), channel: UInt16(random.below(4)),
                milliseconds: now, order: UInt64(order), outcome: random.chance(10) ? .declined : nil)
        }
    }

    private static func tally(_ random: inout Chance) -> PersonTally {
        switch random.below(12) {
        case 0: PersonTally()
        case 1: PersonTally.counts(of: steps(&random, 300, purposes: 80, names: 20)).tally
        case 2: PersonTally.counts(of: steps(&random, 200, purposes: 2, names: 50)).tally
        default: PersonTally.counts(of: steps(&random, 1 + random.below(30), purposes: 3, names: 6)).tally
        }
    }

    @Test("what was written is read, and counts on as if it had not been away")
    func roundTrip() {
        var random = Chance(seed: 11)
        var room = PersonTally()
        for _ in 0..<300 {
            var tally = PersonTallyBytesTests.tally(&random)
            let bytes = tally.encoded()
            guard var read = PersonTallyBytesTests.decoded(bytes) else {
                Issue.record("refused")
                return
            }
            #expect(read == tally)
            #expect(read.encoded() == bytes)
            // In the room of another person.
            #expect((try? bytes.withUnsafeBytes { try room.decode($0) }) != nil)
            #expect(room == tally)
            var (one, other) = (Counts(), Counts())
            for var step in PersonTallyBytesTests.steps(&random, 10, purposes: 5, names: 8) {
                step.milliseconds += 1_000_000_000_000
                #expect(tally.add(step, into: &one) && read.add(step, into: &other))
            }
            #expect(one == other && tally == read)
        }
    }

    @Test("nobody takes ten bytes, and a person with two short purposes about a hundred each")
    func isCompact() {
        #expect(PersonTally().encoded().count == 10)
        var random = Chance(seed: 3)
        let tally = PersonTally.counts(
            of: PersonTallyBytesTests.steps(&random, 14, purposes: 2, names: 5)
        ).tally
        #expect(tally.followed.count == 2)
        #expect(tally.encoded().count < 260)
    }

    @Test("bytes that end early, go on, or are another form are refused")
    func refusesCut() {
        var random = Chance(seed: 12)
        for _ in 0..<30 {
            let bytes = PersonTallyBytesTests.tally(&random).encoded()
            for count in 0..<bytes.count {
                #expect(PersonTallyBytesTests.decoded(Array(bytes[..<count])) == nil)
                guard count > 0, count + 8 < bytes.count else { continue }
                #expect(PersonTallyBytesTests.decoded(PersonTallyBytesTests.sealed(bytes[..<count])) == nil)
            }
            #expect(PersonTallyBytesTests.decoded(bytes + [0]) == nil)
            let content = bytes.dropLast(8)
            #expect(PersonTallyBytesTests.decoded(PersonTallyBytesTests.sealed(content + [0])) == nil)
            #expect(PersonTallyBytesTests.decoded(PersonTallyBytesTests.sealed([2] + content.dropFirst())) == nil)
        }
    }

    @Test("altered bytes are refused; with a hash that fits, they are refused or harmless")
    func survivesAltered() {
        var random = Chance(seed: 13)
        var (taken, refused) = (0, 0)
        for _ in 0..<4_000 {
            var bytes = PersonTallyBytesTests.tally(&random).encoded()
            let place = random.below(bytes.count)
            bytes[place] ^= UInt8(1 + random.below(255))
            #expect(PersonTallyBytesTests.decoded(bytes) == nil)
            for _ in 0..<random.below(3) { bytes[random.below(bytes.count - 8)] = random.chance(50) ? 0xFF : 0 }
            guard var tally = PersonTallyBytesTests.decoded(PersonTallyBytesTests.sealed(bytes.dropLast(8))) else {
                refused += 1
                continue
            }
            taken += 1
            #expect(tally.encoded() == PersonTallyBytesTests.sealed(bytes.dropLast(8)), "there is one way to write it")
            var counts = Counts()
            for var step in PersonTallyBytesTests.steps(&random, 4, purposes: 80, names: 20) {
                _ = tally.add(step, into: &counts)
                step.milliseconds = .max
                step.outcome = .lapsed
                _ = tally.add(step, into: &counts)
            }
            _ = tally.encoded()
        }
        #expect(taken > 200 && refused > 200)
    }
}
