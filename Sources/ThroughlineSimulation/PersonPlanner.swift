/// Plans the events of one person after another, each from her own seed and independent of all others.
struct PersonPlanner {
    private struct Draft {
        var event: PlannedEvent
        /// Which purpose, in the order of planning; routine events have none.
        var purpose: Int?
    }

    private let seed: UInt64
    private let start: Int64
    private let end: Int64
    private let days: Int
    private let companies: [Company]

    private var drafts: [Draft] = []
    /// The moments of her visits on line, where another purpose may join in.
    private var visitEnds: [Int64] = []
    private var random = SplitMix64(seed: 0)

    /// How long a purpose must be silent before it counts as given up rather than as open.
    private static let patience = 14 * Clock.day

    init(seed: UInt64, start: Int64, days: Int, companies: [Company]) {
        self.seed = seed
        self.start = start
        self.days = days
        self.companies = companies
        end = start + Int64(days) * Clock.day
    }

    /// Appends the plan of person `number` to `plan`, in time order.
    ///
    /// - Complexity: O(*n* log *n*) in the number of her events.
    mutating func plan(person number: Int, into plan: inout [PlannedEvent]) {
        let person = Person(number: number, seed: seed)
        random = SplitMix64(seed: seed, person: number, part: 1)
        drafts.removeAll(keepingCapacity: true)
        visitEnds.removeAll(keepingCapacity: true)

        planPurposes(of: person)
        planRoutine(of: person)
        sortDrafts()
        introduce(person)
        sortDrafts()
        numberDrafts()
        plan.append(contentsOf: drafts.lazy.map(\.event))
    }

    // MARK: Purposes

    private mutating func planPurposes(of person: Person) {
        let company = companies[person.company]
        let weights = company.purposes.map(\.weight)
        var taken: [Int] = []
        for purpose in 0..<purposeCount() {
            var template = random.pickIndex(weights: weights)
            // Two purposes of one kind happen, but rarely: mostly a second draw finds another.
            if taken.contains(template) { template = random.pickIndex(weights: weights) }
            taken.append(template)
            // The first one comes early, so that everybody has something going on.
            let latest = purpose == 0 ? max(1, days / 3) : max(1, days * 19 / 20)
            let opening = start + Int64(random.below(latest * 24)) * Clock.hour
            planPurpose(purpose, template: template, of: person, from: opening)
        }
    }

    /// One to six, more in a longer period.
    private mutating func purposeCount() -> Int {
        let percent = min(85, days * 2 / 5)
        return (0..<5).reduce(1) { count, _ in count + (random.chance(percent) ? 1 : 0) }
    }

    private mutating func planPurpose(_ purpose: Int, template index: Int, of person: Person, from opening: Int64) {
        let template = companies[person.company].purposes[index]
        let path = PurposePath(template, &random)
        let ahead = Int64(2 + random.below(20))
        let firstDraft = drafts.count
        var stepsTold = 0
        // Logins may stand between the steps of a purpose, so its latest one is not simply the latest draft.
        var latest = 0
        var cursor = opening
        var setting: VisitTimes.Setting?
        for step in path.steps {
            let touch = template.touches[step.touch]
            let nextSetting = VisitTimes.setting(of: touch.channel)
            if step.continuesVisit && setting == nextSetting && nextSetting != .inbox {
                cursor += VisitTimes.step(&random)
            } else {
                cursor = nextVisit(after: cursor, isFirst: setting == nil, nextSetting, template, person)
            }
            // Whatever would happen after the period remains untold; only a first step is brought forward.
            if cursor >= end {
                guard setting == nil else { break }
                cursor = end - 1 - Int64(random.below(Int(Clock.hour)))
            }
            setting = nextSetting
            if nextSetting == .online { visitEnds.append(cursor) }
            latest = drafts.count
            stepsTold += 1
            add(cursor, person, template: index, touch: step.touch, stage: step.stage, purpose: purpose, day: 0)
        }
        setDay(of: purpose, firstDraft: firstDraft, daysAhead: ahead)
        drafts[latest].event.outcome = outcome(of: path, stepsTold: stepsTold, last: drafts[latest].event)
    }

    /// Lets the purpose speak of a day soon after its last step before the outcome, so that nobody books for yesterday.
    private mutating func setDay(of purpose: Int, firstDraft: Int, daysAhead: Int64) {
        let told = drafts[firstDraft...].filter { $0.purpose == purpose }
        let decided = told.last { $0.event.stage <= .commit }?.event.instant ?? start
        let day = UInt16(clamping: (decided - start) / Clock.day + daysAhead)
        for index in firstDraft..<drafts.count where drafts[index].purpose == purpose { drafts[index].event.day = day }
    }

    private mutating func nextVisit(
        after cursor: Int64, isFirst: Bool, _ setting: VisitTimes.Setting, _ template: PurposeTemplate, _ person: Person
    ) -> Int64 {
        let earliest =
            isFirst ? cursor : cursor + Clock.hour + VisitTimes.pause(usualHours: template.paceHours, &random)
        // One person has one evening: a visit often takes up two things.
        if setting == .online && random.chance(30) {
            let window = earliest..<earliest + 3 * Clock.day
            if let shared = visitEnds.first(where: window.contains) { return shared + VisitTimes.step(&random) }
        }
        let visit = VisitTimes.visit(atOrAfter: earliest, setting: setting, person: person, &random)
        if setting == .online && random.chance(20) { addLogin(before: visit, person) }
        return visit
    }

    /// How the purpose stands at its last told event.
    private func outcome(of path: PurposePath, stepsTold: Int, last: PlannedEvent) -> Truth.Outcome {
        // An untold delivery notice does not undo the purchase.
        if last.stage == .fulfilled { return .fulfilled }
        if stepsTold < path.steps.count { return .open }
        if path.outcome == .lapsed && end - last.instant < Self.patience { return .open }
        return path.outcome
    }

    // MARK: Routine

    private mutating func planRoutine(of person: Person) {
        let routine = companies[person.company].routine
        let touches = routine.touches(in: .routine)
        let usual = (days + 3) / 10
        let least = max(5, 5 * days / 30 + 1) - drafts.count
        let count = max(random.below(2 * usual + 1), least)
        for _ in 0..<count {
            let touch = random.pickElement(of: touches)
            let earliest = start + Int64(random.below(days * 24 - 12)) * Clock.hour
            let setting = VisitTimes.setting(of: routine.touches[touch].channel)
            let instant = VisitTimes.visit(atOrAfter: earliest, setting: setting, person: person, &random)
            // What habit moves past the end happens without habit.
            addRoutine(touch, at: instant < end ? instant : earliest + Int64(random.below(Int(Clock.hour))), person)
        }
    }

    private mutating func addLogin(before visit: Int64, _ person: Person) {
        let instant = visit - Int64(4_000 + random.below(40_000))
        guard start..<end ~= instant else { return }
        addRoutine(random.pickElement(of: companies[person.company].routine.touches(in: .login)), at: instant, person)
    }

    /// Says who she is, at some moment among her visits to the web site.
    private mutating func introduce(_ person: Person) {
        guard person.introduction != .known, let instant = introduction(of: person), instant < end else { return }
        let identify = companies[person.company].routine.touches(in: .introduction).lowerBound
        if person.introduction == .anonymous {
            for index in drafts.indices
            where drafts[index].event.instant < instant && isInBrowser(drafts[index], person) {
                drafts[index].event.isAnonymous = true
            }
        }
        addRoutine(identify, at: instant, person)
    }

    /// The moment after a few events in the browser, and before anything for which a site must know its visitor.
    private mutating func introduction(of person: Person) -> Int64? {
        var unknownVisits = 1 + random.below(5)
        var latest: Int64?
        for draft in drafts where isInBrowser(draft, person) {
            let needsName =
                touch(of: draft, person).event == "Signed In"
                || Truth.Stage.commit..<Truth.Stage.none ~= draft.event.stage
            if needsName { return max(start, draft.event.instant - Int64(1_000 + random.below(9_000))) }
            latest = draft.event.instant + Int64(5_000 + random.below(40_000))
            unknownVisits -= 1
            if unknownVisits == 0 { break }
        }
        return latest
    }

    private func isInBrowser(_ draft: Draft, _ person: Person) -> Bool {
        let channel = touch(of: draft, person).channel
        return channel == .web || channel == .chat
    }

    private func touch(of draft: Draft, _ person: Person) -> Touch {
        let company = companies[person.company]
        let template = Int(draft.event.template)
        let purposes = company.purposes
        let touches = template < purposes.count ? purposes[template].touches : company.routine.touches
        return touches[Int(draft.event.touch)]
    }

    // MARK: Drafts

    private mutating func addRoutine(_ touch: Int, at instant: Int64, _ person: Person) {
        let template = companies[person.company].purposes.count
        let day = UInt16(clamping: (instant - start) / Clock.day)
        add(instant, person, template: template, touch: touch, stage: .none, purpose: nil, day: day)
    }

    private mutating func add(
        _ instant: Int64, _ person: Person, template: Int, touch: Int, stage: Truth.Stage, purpose: Int?, day: UInt16
    ) {
        let event = PlannedEvent(
            instant: instant, person: UInt32(person.number), index: UInt16(drafts.count), purpose: 0, day: day,
            template: UInt8(template), touch: UInt8(touch), stage: stage, outcome: .unstated, isAnonymous: false)
        drafts.append(Draft(event: event, purpose: purpose))
    }

    private mutating func sortDrafts() {
        drafts.sort { ($0.event.instant, $0.event.index) < ($1.event.instant, $1.event.index) }
    }

    /// Numbers events and purposes in the order in which the world sees them, so that numbers tell nothing else.
    private mutating func numberDrafts() {
        var numbers = [UInt16?](repeating: nil, count: 6)
        var next: UInt16 = 0
        for index in drafts.indices {
            let known = drafts[index].purpose.flatMap { numbers[$0] }
            let number = known ?? next
            if known == nil { next += 1 }
            if let purpose = drafts[index].purpose { numbers[purpose] = number }
            drafts[index].event.index = UInt16(index)
            drafts[index].event.purpose = number
        }
    }
}
