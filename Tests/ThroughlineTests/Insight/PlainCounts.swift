import Foundation
import Throughline

/// What is to be counted, by loops that anybody can check against ``CountKind``.
struct PlainCounts {
    typealias Steps = [CountedStep]

    /// A purpose from the step that opens it until it is let go.
    private struct Episode {
        let id: PurposeID
        var steps: Steps
        var isFollowed = true

        var first: CountedStep { steps[0] }
        var last: CountedStep { steps[steps.count - 1] }
        var type: UInt32 { first.type }
        var closing: CountedStep? { steps.last { $0.outcome != nil } }
    }

    private(set) var tallies: [CountKey: Tally] = [:]

    /// - Parameter people: the steps of each, in any order.
    init(_ people: [Steps]) {
        for steps in people { count(steps.sorted { $0.precedes($1) }) }
        tallies = tallies.filter { $0.value != .zero }
    }

    private mutating func add(_ key: CountKey, _ total: Int64 = 0) {
        tallies[key, default: .zero] += Tally(count: 1, total: total)
    }

    private mutating func count(_ steps: Steps) {
        countMonths(steps)
        var episodes: [Episode] = []
        for step in steps {
            guard let id = step.purpose else { continue }
            if let place = episodes.firstIndex(where: { $0.isFollowed && $0.id == id }) {
                episodes[place].steps.append(step)
                continue
            }
            let followed = episodes.indices.filter { episodes[$0].isFollowed }
            if followed.count == 64 {
                let quietest = followed.min { episodes[$0].last.precedes(episodes[$1].last) }!
                episodes[quietest].isFollowed = false
            }
            let open = episodes.filter { episode in
                episode.isFollowed && episode.closing == nil
                    && step.milliseconds - episode.last.milliseconds <= 30 * 86_400_000
            }
            episodes.append(Episode(id: id, steps: [step]))
            add(CountKey(.parallel, UInt64(min(16, open.count + 1))))
        }
        for episode in episodes {
            countNames(episode)
            countSequence(episode)
            countOutcome(episode)
        }
        for (place, one) in episodes.enumerated() {
            for other in episodes[(place + 1)...]
            where one.first.precedes(other.last) && other.first.precedes(one.last) {
                add(CountKey(.overlap, UInt64(min(one.type, other.type)), UInt64(max(one.type, other.type))))
            }
        }
    }

    private mutating func countMonths(_ steps: Steps) {
        let months = steps.map { UInt64(PlainCounts.month($0)) }
        var visits: Set<[UInt64]> = []
        for (step, month) in zip(steps, months) {
            let channel = PlainCounts.channel(step)
            add(CountKey(.interactions, month, channel))
            visits.insert([month, channel])
            visits.insert([month, 0xFFFF])
        }
        for visit in visits { add(CountKey(.customers, visit[0], visit[1])) }
        for month in Set(months) { add(CountKey(.retention, months[0], month - months[0])) }
    }

    private mutating func countNames(_ episode: Episode) {
        let type = episode.type
        var distinct: [UInt64] = []
        for step in episode.steps {
            add(CountKey(.step, type: type, step.name))
            if !distinct.contains(step.name) { distinct.append(step.name) }
        }
        add(CountKey(.start, type: type, episode.first.name))
        add(CountKey(.end, type: type, episode.last.name))
        if distinct.count > 32 { add(CountKey(.namesCut, type: type)) }
        let kept = distinct.prefix(32)
        for (place, name) in kept.enumerated() {
            let steps = episode.steps.filter { $0.name == name }
            add(CountKey(.reached, type: type, name))
            if steps.count > 1 { add(CountKey(.rework, type: type, name)) }
            for earlier in kept.prefix(place) {
                let first = episode.steps.first { $0.name == earlier }!
                let seconds = (steps[0].milliseconds - first.milliseconds) / 1_000
                var bin: UInt64 = 0
                while seconds >> Int64(bin) > 0 { bin += 1 }
                add(CountKey(.between, type: type, earlier, name, bin), seconds)
            }
        }
    }

    private mutating func countSequence(_ episode: Episode) {
        let type = episode.type
        let steps = episode.steps
        var node = VariantNode.root
        for step in steps.prefix(32) {
            let child = VariantNode.child(of: node, step.name)
            add(CountKey(.node, type: type, node, step.name))
            node = child
        }
        add(CountKey(.variant, type: type, node, steps.count > 32 ? 1 : 0))
        for (place, (one, next)) in zip(steps, steps.dropFirst()).enumerated() {
            add(CountKey(.follows, type: type, one.name, next.name), next.milliseconds - one.milliseconds)
            if place < 8 { add(CountKey(.sankey, type: type, one.name, next.name, UInt64(place))) }
        }
        let known = steps.filter { PlainCounts.channel($0) != 0 }
        for (one, next) in zip(known, known.dropFirst()) where one.channel != next.channel {
            add(
                CountKey(.handover, type: type, UInt64(one.channel), UInt64(next.channel)),
                (next.milliseconds - one.milliseconds) / 1_000)
        }
    }

    private mutating func countOutcome(_ episode: Episode) {
        let type = episode.type
        let month = UInt64(PlainCounts.month(episode.first))
        add(CountKey(.purposes, type: type))
        add(CountKey(.cohortSize, type: type, month))
        guard let closing = episode.closing, let outcome = closing.outcome else { return }
        let code: UInt64 =
            switch outcome {
            case .fulfilled: 1
            case .declined: 2
            case .cancelled: 3
            case .lapsed: 4
            }
        add(
            CountKey(.outcome, type: type, code), (closing.milliseconds - episode.first.milliseconds) / 1_000)
        add(CountKey(.cohort, type: type, month, code, UInt64(PlainCounts.month(closing)) - month))
    }

    private static func channel(_ step: CountedStep) -> UInt64 { step.channel < 64 ? UInt64(step.channel) : 0 }

    // MARK: Months

    /// The first moment of each month from 2019 to 2040, by the calendar of Foundation.
    private static let months: [Int64] = (0..<(22 * 12)).map { month in
        let parts = DateComponents(year: 2019 + month / 12, month: month % 12 + 1, day: 1)
        return Int64(calendar.date(from: parts)!.timeIntervalSince1970) * 1_000
    }

    static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        return calendar
    }()

    private static func month(_ step: CountedStep) -> Int {
        2019 * 12 + months.lastIndex { $0 <= step.milliseconds }!
    }
}

extension Counts {
    /// As the reference has them.
    var plain: [CountKey: Tally] { Dictionary(uniqueKeysWithValues: map { ($0.key, $0.tally) }) }
}

/// A small generator that gives the same numbers for the same seed everywhere (Steele, Lea and Flood, 2014).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return StableHash.mixed(state)
    }

    mutating func below(_ bound: Int) -> Int { Int(((next() >> 32) &* UInt64(bound)) >> 32) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
