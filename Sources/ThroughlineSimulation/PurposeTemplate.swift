/// What like purposes of many people have in common: a name, a pace, the things people say and do on the way.
struct PurposeTemplate: Sendable {
    /// The parts of the way. Each has touches of its own; the truth calls after-care `fulfilled`, and a terse reply
    /// takes the stage of what it answers. The last three belong to no purpose.
    enum Phase: Int, CaseIterable, Sendable {
        case explore, compare, choose, commit, fulfilled, declined, cancelled, afterCare, reply
        case introduction, login, routine
    }

    /// In how many cases of a hundred the purpose ends in each way, when the period leaves it the time.
    struct Endings: Sendable {
        var fulfilled = 60
        var declined = 0
        var cancelled = 0
        var lapsed: Int { 100 - fulfilled - declined - cancelled }
    }

    let name: String
    /// How often people take it up, against the other templates of the company.
    let weight: Int
    /// The typical time between two visits.
    let paceHours: Int
    let endings: Endings
    let slots: [Slot]
    let touches: [Touch]
    private let phases: [Range<Int>]

    init(
        _ name: String, weight: Int = 2, paceHours: Int = 48, endings: Endings = Endings(), slots: [Slot] = [],
        explore: [Touch], compare: [Touch], choose: [Touch], commit: [Touch], fulfilled: [Touch],
        declined: [Touch] = [], cancelled: [Touch] = [], afterCare: [Touch] = []
    ) {
        precondition(endings.lapsed >= 0, "the endings of \(name) add up to more than a hundred")
        precondition(endings.declined == 0 || !declined.isEmpty, "\(name) needs a touch that declines it")
        precondition(endings.cancelled == 0 || !cancelled.isEmpty, "\(name) needs a touch that cancels it")
        self.init(
            name: name, weight: weight, paceHours: paceHours, endings: endings, slots: slots,
            parts: [
                explore, compare, choose, commit, fulfilled, declined, cancelled, afterCare, [Self.terseReply],
                [], [], [],
            ])
    }

    private init(
        name: String, weight: Int, paceHours: Int, endings: Endings, slots: [Slot], parts: [[Touch]]
    ) {
        self.name = name
        self.weight = weight
        self.paceHours = paceHours
        self.endings = endings
        self.slots = slots
        var phases: [Range<Int>] = []
        for part in parts {
            let start = phases.last?.upperBound ?? 0
            phases.append(start..<start + part.count)
        }
        self.phases = phases
        touches = parts.flatMap { $0 }
        precondition(touches.count <= 256, "a plan keeps the number of a touch in one byte")
    }

    /// The touches of everyday life that serve no purpose.
    static func routine(slots: [Slot], _ touches: [Touch]) -> PurposeTemplate {
        PurposeTemplate(
            name: "routine", weight: 0, paceHours: 0, endings: Endings(), slots: slots,
            parts: [[], [], [], [], [], [], [], [], [], [.identify], logins, touches])
    }

    /// Where the touches of `phase` stand in ``touches``.
    func touches(in phase: Phase) -> Range<Int> {
        phases[phase.rawValue]
    }

    private static let logins: [Touch] = [
        .did("Signed In", .web, "/login"), .did("Application Opened", .app, "", ["from_background": .number("false")]),
    ]

    /// What people type when the other side has just asked something; the words alone tell nothing of the purpose.
    private static let terseReply = Touch.chat(
        "yes please", "ok", "thanks", "no", "the second one", "how long does that take?", "and for two people?",
        "can I do that online?", "yes, today if possible", "how much is it in total?", "when?", "perfect, thank you",
        "not sure yet", "and if I change my mind?", "the cheaper one please", "hello? are you still there?",
        "ok I will think about it", "what do you need from me?", "is that including everything?", "sure")
}
