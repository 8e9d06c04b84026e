import Throughline

/// What a person, or whoever serves her, says of a purpose of hers that was found, or of one event.
public struct PurposeCorrection: Sendable, Equatable {
    /// What it is said of.
    public enum Target: Sendable, Equatable {
        /// All events of a purpose.
        case purpose(PurposeID)
        /// The event that lies somewhere in the log.
        case event(LogPosition)
    }

    public enum Kind: Sendable, Equatable {
        /// It ends with its last event.
        case done
        /// Somebody else did it.
        case notMine
        /// It rests until she does something for it again.
        case notNow
        /// It serves another purpose.
        case belongsTo(Target)
        /// She calls it otherwise.
        case wrongName(String)
    }

    /// The longest name that somebody may give a purpose, in bytes of UTF-8.
    public static let nameBytesMax = 120

    public let target: Target
    public let kind: Kind

    public init(_ kind: Kind, of target: Target) {
        self.kind = kind
        self.target = target
    }
}

/// A correction of one event, as the state keeps it: it stays with the event, whoever's that turns out to be.
public struct CorrectionRow: Sendable, Hashable {
    /// What it says. Of each aspect the last word counts.
    public enum Word: Sendable, Hashable {
        /// The event is not hers.
        case notMine
        /// It belongs where the event at this position does.
        case belongs(LogPosition)
        /// Its purpose ends with it.
        case done
        case notNow
        case name(String)

        /// A raw value is a column of the state that is kept.
        public enum Aspect: UInt8, Sendable {
            case place = 1
            case end = 2
            case pause = 3
            case name = 4
        }

        /// The name in answers and in files.
        public var name: String {
            switch self {
            case .notMine: "not mine"
            case .belongs: "belongs to"
            case .done: "done"
            case .notNow: "not now"
            case .name: "wrong name"
            }
        }

        public var aspect: Aspect {
            switch self {
            case .notMine, .belongs: .place
            case .done: .end
            case .notNow: .pause
            case .name: .name
            }
        }
    }

    public let strand: IdentifierNumber
    /// Where the event lies.
    public let event: LogPosition
    public let word: Word
    /// Where it was said.
    public let said: LogPosition

    public init(of event: LogPosition, on strand: IdentifierNumber, _ word: Word, said: LogPosition) {
        self.strand = strand
        self.event = event
        self.word = word
        self.said = said
    }
}

extension PurposeCorrection {
    /// What it says of each event of a person.
    ///
    /// - Parameter entries: her events.
    /// - Returns: nothing where there is no such event or purpose.
    func rows(of entries: [TimelineEntry], said: LogPosition) -> [CorrectionRow] {
        let meant = PurposeCorrection.meant(target, of: entries)
        guard let first = meant.first, let last = meant.last else { return [] }
        func row(_ entry: TimelineEntry, _ word: CorrectionRow.Word) -> CorrectionRow {
            CorrectionRow(of: entry.key.position, on: entry.strand, word, said: said)
        }
        switch kind {
        case .done: return [row(last, .done)]
        case .notNow: return [row(first, .notNow)]
        case .wrongName(let name): return [row(first, .name(name))]
        case .notMine: return meant.map { row($0, .notMine) }
        case .belongsTo(let other):
            let others = PurposeCorrection.meant(other, of: entries)
            guard let goal = others.first(where: { entry in !meant.contains { $0.key == entry.key } }) else {
                return []
            }
            return meant.map { row($0, .belongs(goal.key.position)) }
        }
    }

    /// The events that are meant, in the order of the log.
    private static func meant(_ target: Target, of entries: [TimelineEntry]) -> [TimelineEntry] {
        entries.filter { entry in
            switch target {
            case .purpose(let id): entry.placed?.purpose == id
            case .event(let position): entry.key.position == position
            }
        }.sorted { $0.key.position < $1.key.position }
    }
}
