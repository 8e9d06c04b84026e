import Testing

@testable import Throughline

/// The rule of docs/consent.md, case by case.
@Suite("the rule of consent")
struct ConsentRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let strands: [ConsentHistory.Strand: [ConsentEntry]]
        let use: Use
        let channel: ChannelName?
        let expected: ConsentState

        init(
            _ name: String, user: [ConsentEntry]? = nil, anonymous: [ConsentEntry]? = nil, _ use: Use,
            on channel: ChannelName? = nil, is expected: ConsentState
        ) {
            testDescription = name
            var strands: [ConsentHistory.Strand: [ConsentEntry]] = [:]
            strands[.user] = user
            strands[.anonymous] = anonymous
            self.strands = strands
            self.use = use
            self.channel = channel
            self.expected = expected
        }
    }

    private typealias G = Given

    static let oneStrand: [Case] = [
        Case("nothing said is unknown", user: [], .marketing, on: G.email, is: .unknown),
        Case("a yes for a channel is a yes there", user: [yes(at: 1)], .marketing, on: G.email, is: .granted),
        Case("and nowhere else", user: [yes(at: 1)], .marketing, on: G.sms, is: .unknown),
        Case("nor for every channel", user: [yes(at: 1)], .marketing, is: .unknown),
        Case("nor for another use", user: [yes(at: 1)], .recommendation, on: G.email, is: .unknown),
        Case(
            "a yes for every channel is one for each", user: [G.line(.granted, .marketing, at: 1)], .marketing,
            on: G.sms, is: .granted),
        Case(
            "a no to every channel ends the yes for one", user: [yes(at: 1), G.line(.withdrawn, .marketing, at: 2)],
            .marketing, on: G.email, is: .withdrawn),
        Case(
            "a later yes for one channel opens that one",
            user: [G.line(.withdrawn, .marketing, at: 1), yes(at: 2)], .marketing, on: G.email, is: .granted),
        Case(
            "and leaves the others closed", user: [G.line(.withdrawn, .marketing, at: 1), yes(at: 2)], .marketing,
            on: G.sms, is: .withdrawn),
        Case(
            "a yes for every channel leaves a no to one standing",
            user: [G.line(.withdrawn, .marketing, on: G.email, at: 1), G.line(.granted, .marketing, at: 2)],
            .marketing, on: G.email, is: .withdrawn),
        Case(
            "and opens the others",
            user: [G.line(.withdrawn, .marketing, on: G.email, at: 1), G.line(.granted, .marketing, at: 2)],
            .marketing, on: G.sms, is: .granted),
        Case(
            "a refusal after a yes closes", user: [yes(at: 1), G.line(.refused, .marketing, on: G.email, at: 2)],
            .marketing, on: G.email, is: .refused),
        Case(
            "of two that stand the later is told",
            user: [G.line(.withdrawn, .marketing, at: 1), G.line(.refused, .marketing, on: G.email, at: 2)],
            .marketing, on: G.email, is: .refused),
        Case(
            "at one time the position in the log decides",
            user: [
                G.line(.withdrawn, .marketing, at: 1, position: 8), G.line(.granted, .marketing, at: 1, position: 9),
            ],
            .marketing, is: .granted),
        Case(
            "in one record the narrow follows the broad: nothing but email",
            user: [yes(at: 1), G.line(.withdrawn, .marketing, at: 1)], .marketing, on: G.email, is: .granted),
        Case(
            "in one record a no to the same follows the yes",
            user: [G.line(.withdrawn, .marketing, on: G.email, at: 1), yes(at: 1)], .marketing, on: G.email,
            is: .withdrawn),
        Case(
            "sharing is granted to the one named", user: [G.line(.granted, .sharing(with: G.acme), at: 1)],
            .sharing(with: G.acme), on: G.email, is: .granted),
        Case(
            "and to no other", user: [G.line(.granted, .sharing(with: G.acme), at: 1)], .sharing(with: G.beta),
            is: .unknown),
        Case(
            "a no to all sharing is one to each",
            user: [G.line(.granted, .sharing(with: G.acme), at: 1), G.line(.withdrawn, .sharing(with: nil), at: 2)],
            .sharing(with: G.acme), is: .withdrawn),
        Case(
            "a yes to one after a no to all opens that one",
            user: [G.line(.withdrawn, .sharing(with: nil), at: 1), G.line(.granted, .sharing(with: G.acme), at: 2)],
            .sharing(with: G.acme), is: .granted),
        Case(
            "a yes for one organization leaves a no to a channel standing",
            user: [
                G.line(.withdrawn, .sharing(with: nil), on: G.sms, at: 1),
                G.line(.granted, .sharing(with: G.acme), at: 2),
            ], .sharing(with: G.acme), on: G.sms, is: .withdrawn),
        Case(
            "a no to service is heard", user: [G.line(.withdrawn, .service, at: 1)], .service, on: G.email,
            is: .withdrawn),
    ]

    static let untrusted: [Case] = [
        Case(
            "a browser grants nothing to a known person", user: [browserYes(at: 1)], .marketing, on: G.email,
            is: .unknown),
        Case(
            "nor takes anything from her", user: [yes(at: 1), G.browserLine(.withdrawn, .marketing, at: 2)],
            .marketing, on: G.email, is: .granted),
        Case(
            "of somebody unknown its yes is provisional", anonymous: [browserYes(at: 1)], .marketing, on: G.email,
            is: .provisional),
        Case(
            "and its no counts", anonymous: [browserYes(at: 1), G.browserLine(.refused, .marketing, at: 2)], .marketing,
            on: G.email, is: .refused),
        Case(
            "a provisional yes is nothing once she is known", user: [], anonymous: [browserYes(at: 1)], .marketing,
            on: G.email, is: .unknown),
        Case(
            "a no that she gave before she was known stays", user: [yes(at: 2)],
            anonymous: [G.browserLine(.refused, .marketing, at: 1)], .marketing, on: G.email, is: .refused),
        Case(
            "unless she took it back there", user: [yes(at: 3)],
            anonymous: [G.browserLine(.refused, .marketing, at: 1), browserYes(at: 2)], .marketing, on: G.email,
            is: .granted),
        Case(
            "a browser lifts nothing that a trusted source said",
            anonymous: [G.line(.withdrawn, .marketing, at: 1), browserYes(at: 2)], .marketing, on: G.email,
            is: .withdrawn),
        Case(
            "a trusted source lifts what a browser said",
            anonymous: [G.browserLine(.refused, .marketing, at: 1), yes(at: 2)], .marketing, on: G.email, is: .granted),
    ]

    static let signals: [Case] = [
        Case(
            "a signal withdraws marketing from a known person", user: [yes(at: 1), G.signal(.marketing, at: 2)],
            .marketing, on: G.email, is: .withdrawn),
        Case(
            "and all sharing",
            user: [G.line(.granted, .sharing(with: G.acme), at: 1), G.signal(.sharing(with: nil), at: 2)],
            .sharing(with: G.acme), is: .withdrawn),
        Case(
            "a later yes prevails, for what it names", user: [G.signal(.marketing, at: 1), yes(at: 2)], .marketing,
            on: G.email, is: .granted),
        Case(
            "and for nothing else", user: [G.signal(.marketing, at: 1), yes(at: 2)], .marketing, on: G.sms,
            is: .withdrawn),
        Case(
            "seen again it changes nothing",
            user: [G.signal(.marketing, at: 1), yes(at: 2), G.signal(.marketing, at: 3)], .marketing, on: G.email,
            is: .granted),
        Case(
            "a withdrawal after that does",
            user: [G.signal(.marketing, at: 1), yes(at: 2), G.line(.withdrawn, .marketing, at: 3)], .marketing,
            on: G.email, is: .withdrawn),
        Case(
            "the yes of a browser does not prevail",
            anonymous: [G.signal(.marketing, at: 1), browserYes(at: 2)], .marketing, on: G.email, is: .withdrawn),
        Case(
            "it says nothing of recommendation",
            user: [G.line(.granted, .recommendation, at: 1), G.signal(.marketing, at: 2)], .recommendation,
            is: .granted),
    ]

    static let joined: [Case] = [
        Case(
            "the stricter wins, whichever came later", user: [yes(at: 9)],
            anonymous: [G.line(.withdrawn, .marketing, at: 1)], .marketing, on: G.email, is: .withdrawn),
        Case("silence takes nothing away", user: [yes(at: 1)], anonymous: [], .marketing, on: G.email, is: .granted),
        Case(
            "what is closed on one channel stays open on another", user: [G.line(.granted, .marketing, at: 1)],
            anonymous: [G.line(.withdrawn, .marketing, on: G.sms, at: 2)], .marketing, on: G.email, is: .granted),
    ]

    @Test("in one strand", arguments: oneStrand)
    func withinOneStrand(_ example: Case) { expect(example) }

    @Test("with a source that is not trusted", arguments: untrusted)
    func withUntrusted(_ example: Case) { expect(example) }

    @Test("with Global Privacy Control", arguments: signals)
    func withSignals(_ example: Case) { expect(example) }

    @Test("over the strands of a person", arguments: joined)
    func overStrands(_ example: Case) { expect(example) }

    /// Lines that come late, strands in another order, and the table give the same.
    private func expect(_ example: Case) {
        for isReversed in [false, true] {
            var strands = example.strands.map { strand, lines in
                Given.history(strand, isReversed ? lines.reversed() : lines)
            }
            strands.sort { $0.strand.rawValue < $1.strand.rawValue }
            if isReversed { strands.reverse() }
            let state = ConsentHistory.state(of: example.use, on: example.channel, over: strands)
            #expect(state == example.expected)
            #expect(ConsentTable(of: strands).state(of: example.use, on: example.channel) == example.expected)
            if strands.count == 1 {
                #expect(strands[0].state(of: example.use, on: example.channel) == example.expected)
            }
        }
    }

    private static func yes(at minute: Int) -> ConsentEntry { G.line(.granted, .marketing, on: G.email, at: minute) }
    private static func browserYes(at minute: Int) -> ConsentEntry {
        G.browserLine(.granted, .marketing, on: G.email, at: minute)
    }

    @Test("where nothing was said only service is allowed")
    func defaults() {
        let table = ConsentTable(of: [])
        #expect(table.permits(.service, on: nil))
        for use in [Use.recommendation, .marketing, .sharing(with: nil), .sharing(with: Given.acme)] {
            #expect(!table.permits(use, on: Given.email))
        }
        for use in [Use.service, .recommendation, .marketing, .sharing(with: Given.acme)] {
            #expect(ConsentState.granted.permits(use) && ConsentState.provisional.permits(use))
            #expect(!ConsentState.refused.permits(use) && !ConsentState.withdrawn.permits(use))
        }
    }

    @Test("the stricter of two does not depend on order, on grouping or on saying it twice")
    func stricter() {
        for a in ConsentState.allCases {
            #expect(ConsentState.stricter(a, a) == a)
            #expect(ConsentState.stricter(a, .unknown) == a)
            #expect(ConsentState.stricter(a, .withdrawn) == .withdrawn)
            for b in ConsentState.allCases {
                #expect(ConsentState.stricter(a, b) == .stricter(b, a))
                for c in ConsentState.allCases {
                    #expect(
                        ConsentState.stricter(a, .stricter(b, c)) == ConsentState.stricter(.stricter(a, b), c))
                }
            }
        }
    }

    @Test("an answer names the line that decided")
    func answers() {
        let withdrawal = Given.line(.withdrawn, .marketing, at: 2)
        let user = Given.history(.user, [Self.yes(at: 1)])
        let anonymous = Given.history(.anonymous, [withdrawal])
        let answer = ConsentHistory.answer(of: .marketing, on: Given.email, over: [user, anonymous])
        #expect(answer == ConsentAnswer(state: .withdrawn, entry: withdrawal))
        #expect(user.answer(of: .marketing, on: Given.email).entry == Self.yes(at: 1))
        #expect(user.answer(of: .service, on: nil).entry == nil)
    }

    @Test("a million calls with the signal leave two lines")
    func signalOnce() {
        var history = ConsentHistory(.anonymous)
        for minute in 0..<10_000 {
            let lines = GlobalPrivacyControl.entries(
                receivedAt: Given.instant(minute), position: UInt64(minute), in: history)
            #expect(lines.count == (minute == 0 ? 2 : 0))
            for line in lines { history.append(line) }
        }
        #expect(history.entries.count == 2)
        #expect(history.entries.allSatisfy { $0.time == Given.instant(0) })
        #expect(GlobalPrivacyControl.isSet(by: "1"))
        for field in ["", "0", "true", "1, 1", " 1"] { #expect(!GlobalPrivacyControl.isSet(by: field)) }
    }

    @Test("an earlier sight of the signal that comes late takes the place of the later")
    func signalLate() {
        var history = Given.history(.user, [Given.signal(.marketing, at: 9), Self.yes(at: 5)])
        #expect(history.state(of: .marketing, on: Given.email) == .withdrawn)
        #expect(history.append(Given.signal(.marketing, at: 3)) == .added)
        #expect(history.state(of: .marketing, on: Given.email) == .granted)
        #expect(history == Given.history(.user, [3, 9].map { Given.signal(.marketing, at: $0) } + [Self.yes(at: 5)]))
    }

    @Test("what cannot be said is refused")
    func refusals() {
        #expect(throws: ConsentError.sharingWithAnybodyGranted) {
            try ConsentEntry(.granted, of: .sharing(with: nil), at: Given.instant(1), position: 1, isTrusted: true)
        }
        for (decision, use, channel) in [
            (ConsentDecision.granted, Use.marketing, nil), (.withdrawn, .service, nil),
            (.withdrawn, .marketing, Given.email), (.withdrawn, .sharing(with: Given.acme), nil),
        ] {
            #expect(throws: ConsentError.signalSaysMore) {
                try ConsentEntry(
                    decision, of: use, on: channel, at: Given.instant(1), position: 1, manner: .globalPrivacyControl,
                    isTrusted: true)
            }
        }
    }
}
