import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import Throughline

@Suite("the state of a person as bytes")
struct OpenPurposesBytesTests {
    /// The encounters of a simulated person, and as many more with words of chance, so that many purposes open.
    private func encounters(seed: UInt64, person: Int) throws -> [Encounter] {
        var lines: [String] = []
        Simulation(people: 20, days: 60, seed: seed).run(person: person) { line, _ in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        var random = SplitMix64(seed: seed)
        let words = [
            "loan", "card", "travel", "phone", "mortgage", "shoes", "rent", "garden", "piano", "visa", "doctor",
        ]
        for number in 0..<150 {
            let text = (0..<4).map { _ in words[random.below(words.count)] }.joined(separator: " ")
            lines.append(
                #"{"type":"track","event":"Search \#(random.below(30))","userId":"u","messageId":"r\#(number)","#
                    + #""timestamp":"2027-01-\#(10 + number / 10)T10:\#(10 + number % 10 * 5):00Z","#
                    + #""properties":{"query":"\#(text)","order_id":"o-\#(random.below(40))","author":"a\#(random.below(5))"}}"#
            )
        }
        let reader = EncounterReader(table: Given.table, order: Given.model.order)
        return try Given.events(lines).map(reader.read)
    }

    private func read(_ bytes: [UInt8]) throws -> OpenPurposes {
        try bytes.withUnsafeBytes { try OpenPurposes(decoding: $0) }
    }

    @Test("places as if it had never been put away, and gives the same bytes again", arguments: 0..<4)
    func roundTrip(person: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var placer = Placer(model: Given.model)
        var kept = OpenPurposes()
        var stored = OpenPurposes()
        var mostOpen: Int32 = 0
        for event in try encounters(seed: seed, person: person) {
            if random.below(3) == 0 {
                let bytes = stored.encoded()
                stored = try read(bytes)
                #expect(stored.encoded() == bytes, "seed \(seed)")
            }
            // Now and then a purpose is opened whatever the model says: more than a short mask has bits.
            let opens = random.below(5) == 0
            func place(in state: inout OpenPurposes) -> Placement {
                guard opens else { return placer.place(event, in: &state) }
                placer.consider(event, in: &state)
                return placer.settle(event, lane: 0, in: &state)
            }
            let expected = place(in: &kept)
            let placement = place(in: &stored)
            #expect(placement == expected, "seed \(seed)")
            if placement.opened, placement.slot >= 0 {
                let id = PurposeID(opening: "m\(placement.ordinal)")
                kept[idOf: placement.slot] = id
                stored[idOf: placement.slot] = id
            }
            mostOpen = max(mostOpen, placement.slot)
        }
        #expect(stored.encoded() == kept.encoded(), "seed \(seed)")
        #expect(mostOpen >= 16, "seed \(seed)")
    }

    @Test("a person without events takes few bytes")
    func empty() throws {
        let bytes = OpenPurposes().encoded()
        #expect(bytes.count < 100)
        #expect(try read(bytes).encoded() == bytes)
    }

    @Test("bytes that are cut, or of another form, are refused")
    func damaged() throws {
        var placer = Placer(model: Given.model)
        var state = OpenPurposes()
        for event in try encounters(seed: 3, person: 1).prefix(12) { _ = placer.place(event, in: &state) }
        let bytes = state.encoded()
        for count in 0..<bytes.count {
            #expect(throws: StateError.self) { _ = try read(Array(bytes.prefix(count))) }
        }
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            #expect(throws: StateError.self, "byte \(place)") { _ = try read(flipped) }
        }
        #expect(throws: StateError.self) { _ = try read(bytes + [0]) }
        #expect(throws: StateError.self) { _ = try read([9] + bytes.dropFirst()) }
    }
}
