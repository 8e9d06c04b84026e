import Throughline

/// What was said of a person's events, looked up by where each lies: of each aspect the last word.
struct Corrected {
    private var words: [LogPosition: [CorrectionRow.Word.Aspect: CorrectionRow]] = [:]
    /// Events that others were put with.
    private var goals: Set<LogPosition> = []

    init(_ rows: [CorrectionRow] = []) { add(rows) }

    mutating func add(_ rows: [CorrectionRow]) {
        for row in rows {
            let known = words[row.event]?[row.word.aspect]
            guard known.map({ $0.said <= row.said }) ?? true else { continue }
            words[row.event, default: [:]][row.word.aspect] = row
            if case .belongs(let goal) = row.word { goals.insert(goal) }
        }
    }

    /// The last word on an aspect of an event.
    subscript(event: LogPosition, aspect: CorrectionRow.Word.Aspect) -> CorrectionRow? { words[event]?[aspect] }

    /// Events with which a purpose ended, and where that was said, in the order of this.
    var ends: [(event: LogPosition, said: LogPosition)] {
        words.compactMap { event, words in words[.end].map { (event, $0.said) } }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    func isNotHers(_ event: LogPosition) -> Bool { words[event]?[.place]?.word == .notMine }

    /// Which of the events that were put together stands for an event; nil for one that nobody put anywhere. The same for all
    /// that belong together.
    func root(of event: LogPosition) -> LogPosition? {
        guard !words.isEmpty else { return nil }
        var root = event
        var isPut = goals.contains(event)
        var seen: Set<LogPosition> = [event]
        while case .belongs(let goal)? = words[root]?[.place]?.word {
            isPut = true
            guard seen.insert(goal).inserted else { return seen.min() }  // Round in a circle.
            root = goal
        }
        return isPut ? root : nil
    }
}
