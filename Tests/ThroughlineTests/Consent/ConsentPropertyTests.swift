import Foundation
import Testing
import ThroughlineSimulation

@testable import Throughline

/// Consent that changes at random, held against the plain rule.
@Suite("properties of consent")
struct ConsentPropertyTests {
    private static let uses: [Use] = [
        .service, .recommendation, .marketing, .sharing(with: nil), .sharing(with: Given.acme),
        .sharing(with: Given.beta),
    ]
    private static let channels: [ChannelName?] = [nil, Given.email, Given.sms]
    private static let strands: [ConsentHistory.Strand] = [.user, .user, .anonymous, .anonymous, .anonymous]
    private static let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] == "1"

    @Test("the fold and a reference of ten lines agree, step by step")
    func reference() throws {
        let steps = Self.isLong ? 5_000_000 : 100_000
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var histories: [ConsentHistory] = []
        var said: [Said] = []
        /// Which person each strand is of.
        var person: [Int] = []
        var counts: [String: Int] = [:]
        var violations = 0
        for step in 0..<steps {
            if step % 40 == 0 {
                histories = Self.strands.map(ConsentHistory.init)
                said = []
                person = Array(Self.strands.indices)
            }
            let strand = random.below(Self.strands.count)
            switch random.below(10) {
            case 0:
                person[strand] = person[random.below(Self.strands.count)]
                counts["merges", default: 0] += 1
            case 1:
                // A number that no other strand has.
                person[strand] = Self.strands.count + strand
                counts["un-merges", default: 0] += 1
            case 2:
                let time = random.below(30)
                let lines = GlobalPrivacyControl.entries(
                    receivedAt: Given.instant(time), position: UInt64(step), in: histories[strand])
                for line in lines { histories[strand].append(line) }
                said += [2, 3].map {
                    Said(
                        strand: strand, ofUser: Self.strands[strand] == .user, use: $0, channel: 0,
                        decision: .withdrawn, time: time, position: step, isTrusted: false, isSignal: true)
                }
                counts["signals", default: 0] += 1
            default:
                let use = random.below(Self.uses.count)
                let decision: ConsentDecision =
                    use == 3 || random.chance(45) ? (random.chance(30) ? .refused : .withdrawn) : .granted
                let one = Said(
                    strand: strand, ofUser: Self.strands[strand] == .user, use: use,
                    channel: random.below(Self.channels.count), decision: decision, time: random.below(30),
                    position: step, isTrusted: random.chance(65))
                said.append(one)
                histories[strand].append(
                    Given.line(
                        decision, Self.uses[use], on: Self.channels[one.channel], at: one.time, position: step,
                        isTrusted: one.isTrusted))
                counts[(one.isTrusted ? "" : "untrusted ") + "\(decision)", default: 0] += 1
            }
            let asked = person[strand]
            let members = Self.strands.indices.filter { person[$0] == asked }
            let use = random.below(Self.uses.count)
            let channel = random.below(Self.channels.count)
            let expected = permitsByReference(
                use, on: channel, said: said.filter { members.contains($0.strand) },
                isKnown: members.contains { Self.strands[$0] == .user })
            let strands = members.map { histories[$0] }
            let state = ConsentHistory.state(of: Self.uses[use], on: Self.channels[channel], over: strands)
            if state.permits(Self.uses[use]) != expected { violations += 1 }
            guard step % 20 == 19 else { continue }
            let table = ConsentTable(of: strands)
            for use in Self.uses {
                for channel in Self.channels {
                    let slow = ConsentHistory.state(of: use, on: channel, over: strands)
                    if table.state(of: use, on: channel) != slow { violations += 1 }
                }
            }
        }
        let told = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("consent: \(steps) steps, seed \(seed): \(told); \(violations) violations")
        #expect(violations == 0, "seed \(seed)")
    }

    /// Lines as a person of many words and two sources leaves them, several at one time.
    private func lines(_ count: Int, _ random: inout SplitMix64) -> [ConsentEntry] {
        (0..<count).map { _ in
            let time = random.below(20)
            let use = Self.uses[random.below(Self.uses.count)]
            if random.chance(15) { return Given.signal(random.chance(50) ? .marketing : .sharing(with: nil), at: time) }
            let decision: ConsentDecision = use == .sharing(with: nil) || random.chance(50) ? .withdrawn : .granted
            return Given.line(
                decision, use, on: Self.channels[random.below(3)], at: time, position: random.below(3),
                isTrusted: random.chance(60))
        }
    }

    @Test("the order in which lines come does not matter, nor that one comes twice")
    func order() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let lines = lines(30, &random)
            let strand: ConsentHistory.Strand = random.chance(50) ? .user : .anonymous
            let history = Given.history(strand, lines)
            let again = Given.history(strand, (lines + lines.prefix(7)).shuffled(using: &random))
            #expect(history == again, "seed \(seed)")
            #expect(history.encoded() == again.encoded(), "seed \(seed)")
            #expect(history.entries == history.entries.sorted(), "seed \(seed)")
        }
    }

    @Test("joining strands takes no order and no count into account, and a strand that is taken out takes all it said")
    func joining() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let kinds: [ConsentHistory.Strand] = [.user, .anonymous, .anonymous]
            let strands = kinds.map { Given.history($0, lines(8, &random)) }
            let alone = ConsentTable(of: strands.dropLast())
            let joined = ConsentTable(of: strands)
            for use in Self.uses {
                for channel in Self.channels {
                    let state = joined.state(of: use, on: channel)
                    for others in [strands.shuffled(using: &random), strands + strands] {
                        #expect(ConsentHistory.state(of: use, on: channel, over: others) == state, "seed \(seed)")
                    }
                    // A further strand of a known person's only ever makes it stricter, or says what was not said.
                    #expect(state >= alone.state(of: use, on: channel), "seed \(seed)")
                }
            }
            #expect(ConsentTable(of: Array(strands.dropLast())) == alone, "seed \(seed)")
        }
    }
}
