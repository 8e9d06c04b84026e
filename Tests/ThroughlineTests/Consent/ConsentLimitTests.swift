import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("limits of consent")
struct ConsentLimitTests {
    private static let firmMax = ConsentHistory.firmEntriesMax
    private static let looseMax = ConsentHistory.looseEntriesMax

    private func channel(_ number: Int) -> ChannelName { try! ChannelName("channel \(number)") }

    /// As many lines about as many channels.
    private func history(
        _ decision: ConsentDecision, count: Int, strand: ConsentHistory.Strand = .user, isTrusted: Bool = true
    ) -> ConsentHistory {
        var history = ConsentHistory(strand)
        for number in 0..<count {
            let line = Given.line(decision, .marketing, on: channel(number), at: number, isTrusted: isTrusted)
            #expect(history.append(line) == .added)
        }
        #expect(history.entries.count == count)
        return history
    }

    @Test("a line that others made void gives way, and nothing changes")
    func void() {
        var history = ConsentHistory(.user)
        for minute in 0..<1_000 {
            let decision: ConsentDecision = minute % 2 == 0 ? .granted : .withdrawn
            #expect(history.append(Given.line(decision, .marketing, on: Given.email, at: minute)) == .added)
            #expect(history.state(of: .marketing, on: Given.email) == ConsentState(decision))
        }
        #expect(history.entries.count == Self.firmMax)
        #expect(history.droppedCount == UInt32(1_000 - Self.firmMax))
    }

    @Test("a yes is refused where there is no room, one that fits is not")
    func yesRefused() {
        var history = history(.granted, count: Self.firmMax)
        let before = history
        let line = Given.line(.granted, .recommendation, at: 9_000)
        #expect(history.append(line) == .refused)
        #expect(history == before)
        #expect(history.state(of: .recommendation, on: nil) == .unknown)
        var shorter = self.history(.granted, count: Self.firmMax - 1)
        #expect(shorter.append(line) == .added)
    }

    @Test("the oldest yes gives way to a no")
    func yesGivesWay() {
        var history = history(.granted, count: Self.firmMax)
        #expect(history.append(Given.line(.withdrawn, .service, on: Given.email, at: 9_000)) == .added)
        #expect(history.state(of: .service, on: Given.email) == .withdrawn)
        #expect(history.state(of: .marketing, on: channel(0)) == .unknown)
        #expect(history.state(of: .marketing, on: channel(1)) == .granted)
        #expect(history.entries.count == Self.firmMax)
    }

    @Test("among nothing but noes a further one is widened, and none is lost")
    func widened() {
        var history = history(.withdrawn, count: Self.firmMax)
        let line = Given.line(.refused, .service, on: Given.email, at: 9_000)
        #expect(history.append(line) == .widened)
        #expect(history.state(of: .service, on: Given.email) == .refused)
        #expect(history.state(of: .service, on: Given.sms) == .refused)
        #expect(history.append(Given.line(.granted, .service, at: 9_001)) == .refused)
        for (minute, use) in [Use.service, .recommendation, .marketing, .sharing(with: Given.acme)].enumerated() {
            #expect(history.append(Given.line(.withdrawn, use, on: Given.sms, at: 9_010 + minute)) == .widened)
        }
        for use in GlobalPrivacyControl.uses { #expect(history.append(Given.signal(use, at: 9_100)) == .added) }
        for (minute, kind) in Use.Kind.allCases.enumerated() {
            #expect(history.append(Given.line(.withdrawn, kind.whole, at: 9_200 + minute)) == .added)
        }
        #expect(history.append(Given.line(.withdrawn, .recommendation, at: 9_300)) == .added)
        #expect(history.entries.count == Self.firmMax + ConsentHistory.firmWholeUseEntriesMax)
        let table = ConsentTable(of: [history])
        for number in 0..<Self.firmMax { #expect(!table.permits(.marketing, on: channel(number))) }
        for use in [Use.service, .recommendation, .marketing, .sharing(with: Given.beta)] {
            #expect(table.state(of: use, on: nil) == .withdrawn)
        }
    }

    @Test("a stranger cannot crowd out what the person said")
    func strangers() {
        var history = history(.withdrawn, count: Self.looseMax, isTrusted: false)
        for number in 0..<2_000 {
            history.append(Given.browserLine(.withdrawn, .recommendation, on: channel(number), at: 5_000 + number))
            history.append(Given.browserLine(.granted, .service, on: channel(number), at: 5_000 + number))
        }
        #expect(history.entries.count <= Self.looseMax + ConsentHistory.looseWholeUseEntriesMax)
        for number in 0..<Self.firmMax {
            #expect(history.append(Given.line(.granted, .marketing, on: channel(number), at: number)) == .added)
        }
        let table = ConsentTable(of: [history])
        #expect(table.state(of: .recommendation, on: channel(3)) == .unknown)
        #expect(table.state(of: .marketing, on: channel(3)) == .granted)
    }

    @Test("of a further organization a yes is refused, and a no is one to all")
    func organizations() throws {
        var history = ConsentHistory(.user)
        let most = ConsentHistory.organizationsMax
        let names = try (0...most).map { try OrganizationName("organization \($0)") }
        for number in 0..<most {
            #expect(history.append(Given.line(.granted, .sharing(with: names[number]), at: number)) == .added)
        }
        #expect(history.append(Given.line(.granted, .sharing(with: names[most]), at: 100)) == .refused)
        #expect(history.append(Given.line(.granted, .sharing(with: names[0]), on: Given.sms, at: 101)) == .added)
        #expect(history.state(of: .sharing(with: names[7]), on: nil) == .granted)
        #expect(history.append(Given.line(.withdrawn, .sharing(with: names[most]), at: 102)) == .widened)
        for name in names { #expect(history.state(of: .sharing(with: name), on: nil) == .withdrawn) }
        // What was named may be granted again.
        #expect(history.append(Given.line(.granted, .sharing(with: names[7]), at: 103)) == .added)
        #expect(history.state(of: .sharing(with: names[7]), on: nil) == .granted)
    }

    @Test("at the limits a history permits what it would without them, or less")
    func neverMore() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let names = try (0..<40).map { try OrganizationName("organization \($0)") }
        let wholes = Use.Kind.allCases.map(\.whole)
        func use(_ number: Int) -> Use { number < 4 ? wholes[number] : .sharing(with: names[number - 4]) }
        var appended: [ConsentHistory.Appended: Int] = [:]
        var stricter = 0
        for round in 0..<12 {
            let strand: ConsentHistory.Strand = round % 2 == 0 ? .user : .anonymous
            let channelCount = [20, 60, 300][round % 3]
            let percentNo = [50, 80, 97, 100][round % 4]
            var history = ConsentHistory(strand)
            var said: [Said] = []
            /// Mostly marketing, by a channel.
            func draw() -> (use: Int, channel: Int) {
                let use = random.chance(60) ? 2 : random.below(4 + (random.chance(50) ? names.count : 0))
                return (use, random.chance(5) ? 0 : 1 + random.below(channelCount))
            }
            for step in 0..<500 {
                let (number, place) = draw()
                // Late in a round there are more yeses, which find what the noes left.
                let isNo = number == 3 || random.chance(step < 350 ? percentNo : 40)
                let one = Said(
                    ofUser: strand == .user, use: number, channel: place, decision: isNo ? .withdrawn : .granted,
                    time: step - random.below(20), position: step, isTrusted: random.chance(50))
                said.append(one)
                let outcome = history.append(
                    Given.line(
                        one.decision, use(number), on: place == 0 ? nil : channel(place), at: one.time, position: step,
                        isTrusted: one.isTrusted))
                appended[outcome, default: 0] += 1
                #expect(!isNo || outcome == .added || outcome == .widened, "seed \(seed)")
                guard step % 20 == 19 else { continue }
                let table = ConsentTable(of: [history])
                for _ in 0..<20 {
                    let (asked, by) = draw()
                    let name = by == 0 ? nil : channel(by)
                    let permitted = table.permits(use(asked), on: name)
                    #expect(history.state(of: use(asked), on: name).permits(use(asked)) == permitted, "seed \(seed)")
                    let unlimited = permitsByReference(asked, on: by, said: said, isKnown: strand == .user)
                    #expect(!permitted || unlimited, "seed \(seed)")
                    if permitted != unlimited { stricter += 1 }
                }
            }
            #expect(history.entries.count <= ConsentHistory.entriesMax)
        }
        let told = "\(appended[.widened] ?? 0) widened, \(appended[.refused] ?? 0) refused"
        print(
            "consent at the limits: \(told), \(stricter) of \(12 * 500) questions answered more strictly, seed \(seed)")
    }

    @Test("a widened no is not easier to lift than what was said")
    func liftingWidened() {
        var history = history(.withdrawn, count: Self.looseMax, strand: .anonymous, isTrusted: false)
        #expect(history.append(Given.browserLine(.withdrawn, .marketing, on: Given.sms, at: 500)) == .widened)
        history.append(Given.line(.granted, .marketing, at: 501))
        #expect(history.state(of: .marketing, on: Given.sms) == .withdrawn)
        #expect(history.state(of: .marketing, on: Given.email) == .withdrawn)
        #expect(history.state(of: .marketing, on: nil) == .withdrawn)
        history.append(Given.line(.granted, .marketing, on: Given.sms, at: 502))
        #expect(history.state(of: .marketing, on: Given.sms) == .granted)
        #expect(ConsentTable(of: [history]).state(of: .marketing, on: Given.sms) == .granted)
        #expect(ConsentTable(of: [history]).state(of: .marketing, on: nil) == .withdrawn)
    }

    @Test("names have a length and an alphabet, and their capitals do not count")
    func names() throws {
        let longest = String(repeating: "a", count: ChannelName.bytesMax)
        #expect(try ChannelName(longest).rawValue == longest)
        #expect(throws: ConsentError.nameLength(bytes: 65, most: 64)) { try ChannelName(longest + "a") }
        #expect(throws: ConsentError.nameLength(bytes: 0, most: 64)) { try OrganizationName("") }
        #expect(throws: ConsentError.nameByte(0xC3)) { try OrganizationName("société") }
        #expect(throws: ConsentError.nameByte(10)) { try ChannelName("web\n") }
        #expect(throws: ConsentError.nameByte(32)) { try ChannelName(" web") }
        #expect(try ChannelName("Mobile App") == ChannelName("mobile app"))
        #expect(try OrganizationName("ACME.example").rawValue == "acme.example")
    }

    @Test("texts are cut between two characters of them, and never refused")
    func texts() throws {
        let fits = String(repeating: "x", count: ConsentNotice.textBytesMax)
        #expect(ConsentNotice(id: "n", text: fits).text == fits)
        #expect(ConsentNotice(id: "n", text: fits + "y").text == fits)
        #expect(ConsentNotice(id: "n", text: fits.dropLast() + "é").text == String(fits.dropLast()))
        #expect(ConsentNotice(id: fits, version: fits).id.utf8.count == ConsentNotice.idBytesMax)
        #expect(ConsentNotice(id: fits, version: fits).version.utf8.count == ConsentNotice.versionBytesMax)
        let line = try ConsentEntry(
            .withdrawn, of: .marketing, at: Given.instant(0), position: 0, isTrusted: true, place: fits)
        #expect(line.place.utf8.count == ConsentEntry.placeBytesMax)
    }
}
