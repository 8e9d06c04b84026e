import Logging
import ServiceLifecycle
import Synchronization
import Throughline

/// Keeps who is in which segment: looks at everybody to whom something happened, at whoever time makes another, and, where a
/// segment is new or defined otherwise, at all people page by page.
///
/// All that it has to do is noted in the store with what caused it, and what comes of it is kept in the transaction that takes
/// the note away: wherever it is stopped, it goes on there.
public final class SegmentService<Store: Profiles>: Service {
    public struct Limits: Sendable {
        /// How often it is looked whether anything happened, while nothing does.
        public var interval = Duration.milliseconds(200)
        /// People to whom something happened that are looked at together.
        public var waitingMax = 512
        /// People of one page where all are looked at.
        public var pageMax = 2_048
        /// Members that go at once of a set that is told no more.
        public var goneMax = 2_048

        public init() {}
    }

    private let profiles: Store
    private let limits: Limits
    private let holdout: HoldoutGroup
    private let now: @Sendable () -> Instant
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let working = BackgroundThread(name: "segments")
    private let crew: SegmentCrew
    private let state = Mutex(State())

    private struct State {
        /// As the store has them, but for how many are in each; nil until they are asked for.
        var sets: [SegmentSet]?
        var lastNumber: Int64 = 0
        /// Up to whom those who wait were looked at, where there were more.
        var lastWaiting: IdentifierNumber?
        /// Conditions by their text; nil for one that cannot be read.
        var conditions: [String: SegmentCondition?] = [:]
    }

    public init(
        profiles: Store, holdout: HoldoutGroup, limits: Limits = Limits(), now: @escaping @Sendable () -> Instant,
        logger: Logger, sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.profiles = profiles
        self.holdout = holdout
        self.limits = limits
        self.now = now
        self.logger = logger
        self.sleep = sleep
        crew = SegmentCrew(holdout: holdout)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // A disk may be full for hours: it is said once.
            var toldOf: String?
            while !Task.isCancelled {
                var isBusy = false
                do {
                    isBusy = try await self.goOn()
                    toldOf = nil
                } catch {
                    let reason = "\(error)"
                    if reason != toldOf { self.logger.error("segments wait", metadata: ["reason": "\(reason)"]) }
                    toldOf = reason
                }
                if !isBusy { do { try await self.sleep(self.limits.interval) } catch { return } }
            }
        }
    }

    private func goOn() async throws -> Bool {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Bool, any Error>) in
            working.async { done.resume(with: Result { try self.step() }) }
        }
    }

    /// Does some of what waits: those first to whom something happened.
    ///
    /// - Returns: whether there was anything to do.
    @discardableResult
    public func step() throws -> Bool {
        try state.withLock { state in
            do { return try step(&state) } catch {
                // What was told last may not be in the store.
                state.sets = nil
                throw error
            }
        }
    }

    private func step(_ state: inout State) throws -> Bool {
        let books = try profiles.segmentBooks()
        let sets = try state.sets ?? profiles.segmentSets()
        state.sets = sets
        if sets.isEmpty, books.allSatisfy(\.book.isEmpty) {
            state.conditions = [:]
            return try settleNobodys()
        }
        let now = now()
        try adjust(to: books, &state)
        let plans = try plans(&state)
        let didLook = try lookAtWaiting(plans, now, &state)
        let didBuild = try build(plans, now, &state)
        let didEmpty = try empty(&state)
        return didLook || didBuild || didEmpty
    }

    /// Takes notes away that concern no segment.
    private func settleNobodys() throws -> Bool {
        var changes = SegmentChanges()
        changes.settled = try profiles.segmentsWaiting(after: nil, limit: limits.waitingMax)
        guard !changes.isEmpty else { return false }
        try profiles.commit(changes)
        return true
    }

    // MARK: What is asked

    private func condition(_ source: String, _ state: inout State) -> SegmentCondition? {
        if let known = state.conditions[source] { return known }
        let read = try? SegmentCondition(source)
        state.conditions[source] = .some(read)
        return read
    }

    /// What a rule stands on besides the people.
    private func basis(
        of rule: SegmentDefinition.Rule, types: () throws -> UInt64, _ state: inout State
    ) throws -> UInt64 {
        guard case .condition(let source) = rule, let condition = condition(source, &state) else { return 0 }
        var basis: UInt64 = 0
        if condition.inputs.contains(.purposes) { basis = try types() }
        if condition.inputs.contains(.holdout) { basis = StableHash.mixed(basis ^ UInt64(holdout.percent + 1)) }
        return basis
    }

    /// Begins sets for what is defined otherwise than they are, and lets those go that nobody asks for.
    private func adjust(to books: [(organization: UInt32, book: SegmentBook)], _ state: inout State) throws {
        var changes = SegmentChanges()
        var wanted: Set<Int64> = []
        var sets = state.sets ?? []
        state.lastNumber = max(state.lastNumber, sets.map(\.number).max() ?? 0)
        for (organization, book) in books {
            var names: UInt64?
            for entry in book.entries {
                let basis = try basis(
                    of: entry.definition.rule,
                    types: {
                        let found = try names ?? SegmentNames.hash(of: profiles.typeBook(of: organization))
                        names = found
                        return found
                    }, &state)
                let own = sets.indices.filter {
                    sets[$0].organization == organization && sets[$0].segment == entry.id && !sets[$0].isRetired
                }
                if let shown = own.first(where: { sets[$0].isShown }) { wanted.insert(sets[shown].number) }
                if let place = own.first(where: { sets[$0].rule == entry.definition.rule }) {
                    wanted.insert(sets[place].number)
                    guard sets[place].basis != basis else { continue }
                    // Everybody is looked at again; until then its members are those that they were.
                    sets[place].basis = basis
                    try begin(&sets[place])
                    changes.sets.append(sets[place])
                    continue
                }
                state.lastNumber += 1
                var set = SegmentSet(
                    number: state.lastNumber, organization: organization, segment: entry.id,
                    rule: entry.definition.rule)
                set.basis = basis
                try begin(&set)
                wanted.insert(set.number)
                sets.append(set)
                changes.sets.append(set)
            }
        }
        for place in sets.indices where !wanted.contains(sets[place].number) && !sets[place].isRetired {
            (sets[place].isRetired, sets[place].isShown, sets[place].cursor) = (true, false, nil)
            changes.sets.append(sets[place])
        }
        guard !changes.isEmpty else { return }
        try profiles.commit(changes)
        state.sets = sets
    }

    private func begin(_ set: inout SegmentSet) throws {
        (set.cursor, set.done) = (IdentifierNumber(rawValue: 0), 0)
        set.total = try profiles.profileCount(of: set.organization)
    }

    private func plans(_ state: inout State) throws -> [UInt32: SegmentPlan] {
        var plans: [UInt32: SegmentPlan] = [:]
        let sets = (state.sets ?? []).filter { !$0.isRetired }
        for set in sets {
            let rule: SegmentPlan.Rule =
                switch set.rule {
                case .list: .list
                case .condition(let source): condition(source, &state).map { .condition($0) } ?? .nobody
                }
            var plan = try plans[set.organization] ?? SegmentPlan(types: profiles.typeBook(of: set.organization))
            let shown = sets.first { $0.isShown && $0.segment == set.segment && $0.organization == set.organization }
            plan.add(set, rule, before: shown.flatMap { $0.number == set.number ? nil : $0.number })
            plans[set.organization] = plan
        }
        return plans
    }

    // MARK: Looking

    /// Looks at people to whom something happened or whom time makes others.
    private func lookAtWaiting(
        _ plans: [UInt32: SegmentPlan], _ now: Instant, _ state: inout State
    ) throws -> Bool {
        var changes = SegmentChanges()
        // In turns: those who always wait do not keep others waiting.
        changes.settled = try profiles.segmentsWaiting(after: state.lastWaiting, limit: limits.waitingMax)
        if changes.settled.isEmpty, state.lastWaiting != nil {
            changes.settled = try profiles.segmentsWaiting(after: nil, limit: limits.waitingMax)
        }
        state.lastWaiting = changes.settled.count < limits.waitingMax ? nil : changes.settled.last?.person
        let due = try profiles.segmentsDue(by: now, limit: limits.waitingMax)
        let people = Set(changes.settled.map(\.person)).union(due).sorted()
        guard !people.isEmpty else { return false }
        for looked in try crew.looked(at: people, plans, now: now, in: profiles) {
            try note(looked, plans, now, into: &changes)
            changes.dues.append(
                SegmentChanges.Due(person: looked.person, at: looked.due, keepsEarlier: false))
        }
        try profiles.commit(changes)
        return true
    }

    private func note(
        _ looked: SegmentCrew.Looked, _ plans: [UInt32: SegmentPlan], _ now: Instant,
        into changes: inout SegmentChanges
    ) throws {
        guard let (organization, before) = looked.before else {
            let left = try profiles.segmentMemberships(of: looked.person)
            changes.leaving += left.map { ($0.set, looked.person) }
            return
        }
        for asked in plans[organization]?.sets ?? [] {
            let set = asked.set.number
            switch (before.contains(set), looked.sets.contains(set)) {
            case (false, true):
                changes.entering.append(
                    SegmentChanges.Entering(set: set, person: looked.person, since: now, before: asked.before))
            case (true, false): changes.leaving.append((set, looked.person))
            default: break
            }
        }
    }

    // MARK: All people

    /// Looks at one page of people for the sets that are not complete.
    private func build(_ plans: [UInt32: SegmentPlan], _ now: Instant, _ state: inout State) throws -> Bool {
        guard var sets = state.sets, let first = sets.first(where: { $0.cursor != nil }), let cursor = first.cursor
        else { return false }
        let together = sets.indices.filter {
            sets[$0].organization == first.organization && sets[$0].cursor == cursor
        }
        guard let plan = plans[first.organization]?.only(Set(together.map { sets[$0].number })) else { return false }
        let people = try profiles.people(
            of: first.organization, after: cursor.rawValue == 0 ? nil : cursor, limit: limits.pageMax)
        var changes = SegmentChanges()
        let organizationsPlan = [first.organization: plan]
        for looked in try crew.looked(at: people, organizationsPlan, now: now, in: profiles) {
            try note(looked, organizationsPlan, now, into: &changes)
            if looked.due != nil {
                changes.dues.append(
                    SegmentChanges.Due(person: looked.person, at: looked.due, keepsEarlier: true))
            }
        }
        for place in together {
            sets[place].done += people.count
            sets[place].cursor = people.count < limits.pageMax ? nil : people.last
            if sets[place].cursor == nil { complete(place, &sets, into: &changes) }
            changes.sets.append(sets[place])
        }
        try profiles.commit(changes)
        state.sets = sets
        return true
    }

    /// Tells a set from now on, and the one before it no more.
    private func complete(_ place: Int, _ sets: inout [SegmentSet], into changes: inout SegmentChanges) {
        sets[place].isShown = true
        sets[place].total = sets[place].done
        for other in sets.indices
        where other != place && sets[other].isShown && sets[other].segment == sets[place].segment
            && sets[other].organization == sets[place].organization
        {
            (sets[other].isRetired, sets[other].isShown, sets[other].cursor) = (true, false, nil)
            changes.sets.append(sets[other])
        }
        logger.info(
            "a segment is complete",
            metadata: ["organization": "\(sets[place].organization)", "people": "\(sets[place].done)"])
    }

    /// Takes away some members of a set that is told no more.
    private func empty(_ state: inout State) throws -> Bool {
        guard let retired = state.sets?.first(where: \.isRetired) else { return false }
        var changes = SegmentChanges()
        changes.emptying = (retired.number, limits.goneMax)
        try profiles.commit(changes)
        if try !profiles.segmentSets().contains(where: { $0.number == retired.number }) {
            state.sets?.removeAll { $0.number == retired.number }
        }
        return true
    }
}

/// The names that conditions about purposes see.
enum SegmentNames {
    /// The same as long as types and their milestones are called the same.
    static func hash(of book: TypeBook) -> UInt64 {
        var text = ""
        for entry in book.entries {
            guard let told = book.entry(entry.id) else { continue }
            text += "\(entry.id)\u{0}\(told.name)\u{0}"
            for milestone in told.type.milestones { text += "\(milestone.nameHash)\u{0}\(milestone.name)\u{0}" }
            text += "\u{1}"
        }
        return text.isEmpty ? 0 : StableHash.of(text)
    }
}
