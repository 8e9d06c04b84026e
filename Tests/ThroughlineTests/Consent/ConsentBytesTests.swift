import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("a history of consent as bytes")
struct ConsentBytesTests {
    private func read(_ bytes: [UInt8]) throws -> ConsentHistory {
        try bytes.withUnsafeBytes { try ConsentHistory(decoding: $0) }
    }

    /// The same content with a hash that fits, as somebody would make it who wants to be believed.
    private func sealed(_ content: some Collection<UInt8>) -> [UInt8] {
        let content = Array(content)
        let hash = content.withUnsafeBytes { StableHash.ofMany($0) }
        return content + withUnsafeBytes(of: hash.littleEndian) { Array($0) }
    }

    private let history: ConsentHistory = {
        let notice = ConsentNotice(id: "prefs", version: "3", text: "We would like to write to you. Größe ✓")
        return Given.history(
            .anonymous,
            [
                Given.line(.granted, .marketing, on: Given.email, at: 1, notice: notice),
                Given.line(.granted, .sharing(with: Given.acme), at: 2, notice: ConsentNotice(id: "share")),
                Given.browserLine(.refused, .recommendation, on: Given.sms, at: 3),
                Given.signal(.marketing, at: 4), Given.signal(.sharing(with: nil), at: 4),
                Given.line(.withdrawn, .service, at: 5),
            ])
    }()

    @Test("what is read is what was written")
    func roundTrip() throws {
        for history in [history, ConsentHistory(.user)] {
            let bytes = history.encoded()
            #expect(try read(bytes) == history)
            #expect(try read(bytes).encoded() == bytes)
        }
        #expect(ConsentHistory(.user).encoded().count < 24)
    }

    @Test("the fullest history is read again")
    func fullest() throws {
        var history = ConsentHistory(.anonymous)
        let text = String(repeating: "é", count: ConsentNotice.textBytesMax / 2)
        let notice = ConsentNotice(id: text, version: text, text: text)
        for number in 0..<1_000 {
            let channel = try ChannelName(String(repeating: "c", count: 60) + "\(number)")
            history.append(
                Given.line(
                    .withdrawn, Use.Kind.allCases[number / 2 % 4].whole, on: channel, at: number,
                    isTrusted: number % 2 == 0, notice: notice))
        }
        for use in GlobalPrivacyControl.uses { history.append(Given.signal(use, at: 2_000)) }
        for kind in Use.Kind.allCases {
            history.append(Given.line(.withdrawn, kind.whole, at: 2_001))
            history.append(Given.browserLine(.withdrawn, kind.whole, at: 2_001))
        }
        #expect(history.entries.count == ConsentHistory.entriesMax)
        #expect(try read(history.encoded()) == history)
    }

    @Test("bytes that are cut, altered or of another form are refused")
    func damaged() {
        let bytes = history.encoded()
        for count in bytes.indices {
            #expect(throws: StateError.self) { try read(Array(bytes.prefix(count))) }
        }
        for place in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                #expect(throws: StateError.self, "byte \(place)") { try read(flipped) }
            }
        }
        #expect(throws: StateError.self) { try read(bytes + [0]) }
        #expect(throws: StateError.self) { try read(sealed([9] + bytes.dropFirst().dropLast(8))) }
    }

    @Test("bytes with a hash that fits give an error, or a history that writes the same bytes")
    func hostile() throws {
        let content = Array(history.encoded().dropLast(8))
        for count in content.indices {
            #expect(throws: StateError.self) { try read(sealed(content.prefix(count))) }
        }
        #expect(throws: StateError.self) { try read(sealed(content + [0])) }
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var accepted = 0
        func attempt(_ content: [UInt8]) {
            let bytes = sealed(content)
            guard let other = try? read(bytes) else { return }
            accepted += 1
            #expect(other.encoded() == bytes, "seed \(seed)")
            // Whatever it says can be asked and told.
            _ = ConsentTable(of: [other])
            _ = ConsentRecord.json(of: ConsentRecord.records(of: [other]), subject: "s", controller: Given.acme)
        }
        for place in content.indices {
            for bit in 0..<8 {
                var flipped = content
                flipped[place] ^= 1 << UInt8(bit)
                attempt(flipped)
            }
        }
        for _ in 0..<3_000 {
            var altered = content
            for _ in 0..<1 + random.below(4) {
                altered[random.below(altered.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            attempt(altered)
        }
        print("consent: \(accepted) altered histories were read, seed \(seed)")
    }

    @Test("more than the limits allow is refused")
    func limits() throws {
        func history(_ lines: [ConsentEntry]) -> ConsentHistory {
            var history = ConsentHistory(.anonymous)
            history.entries = lines.sorted()
            return history
        }
        func lines(_ count: Int, isTrusted: Bool) -> [ConsentEntry] {
            (0..<count).map { Given.line(.withdrawn, .marketing, at: $0, isTrusted: isTrusted) }
        }
        let firm = ConsentHistory.firmEntriesMax + ConsentHistory.firmWholeUseEntriesMax
        let loose = ConsentHistory.looseEntriesMax + ConsentHistory.looseWholeUseEntriesMax
        let full = history(lines(firm, isTrusted: true) + lines(loose, isTrusted: false))
        #expect(full.entries.count == ConsentHistory.entriesMax)
        #expect(try read(full.encoded()) == full)
        for (moreFirm, moreLoose) in [(1, 0), (0, 1), (1, -1), (-1, 1)] {
            let over = history(
                lines(firm + moreFirm, isTrusted: true) + lines(loose + moreLoose, isTrusted: false))
            #expect(throws: StateError.self) { try read(over.encoded()) }
        }
        let names = try (0...ConsentHistory.organizationsMax).map { try OrganizationName("o\($0)") }
        let sharing = history(names.enumerated().map { Given.line(.granted, .sharing(with: $1), at: $0) })
        #expect(throws: StateError.self) { try read(sharing.encoded()) }
        let twice = history([Given.signal(.marketing, at: 1), Given.signal(.marketing, at: 2)])
        #expect(throws: StateError.self) { try read(twice.encoded()) }
        var unordered = ConsentHistory(.user)
        unordered.entries = [Given.line(.granted, .service, at: 2), Given.line(.granted, .service, at: 1)]
        #expect(throws: StateError.self) { try read(unordered.encoded()) }
        var timeless = ConsentHistory(.user)
        timeless.entries = [
            try ConsentEntry(
                .withdrawn, of: .service, at: Instant(millisecondsSince1970: .min), position: 0, isTrusted: true)
        ]
        #expect(throws: StateError.self) { try read(timeless.encoded()) }
    }
}
