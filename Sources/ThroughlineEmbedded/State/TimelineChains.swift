import GRDB
import Throughline
import ThroughlineEngine

/// The timelines of people in the database.
///
/// Most events come in the order of their time, and of these each knows the one before it of the same person: so they are
/// written one behind the other, whoever's they are, and read backwards along the chain. What comes late lies in a table by
/// person and time. A page is both, merged.
struct TimelineChains {
    private let db: Database

    init(_ db: Database) { self.db = db }

    // MARK: Writing

    /// The last event of a person that came in order.
    private struct Head {
        var position: Int64
        var timestamp: Int64
    }

    private struct Person: Hashable {
        var organization: UInt32
        var profile: ProfileNumber
    }

    /// Adds entries that come in the order of their positions, behind all that are there.
    func append(_ entries: [TimelineEntry]) throws {
        var heads: [Person: Head] = [:]
        let link = try RowStatement("INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db)
        let late = try RowStatement("INSERT INTO late VALUES (?, ?, ?, ?, ?, ?, ?)", db)
        let known = try RowStatement(TimelineChains.head, db)
        for entry in entries {
            let person = Person(organization: entry.organization, profile: entry.profile)
            let number = Int64(entry.profile.rawValue)
            let position = Int64(entry.key.position.rawValue)
            let timestamp = entry.key.timestamp.millisecondsSince1970
            let head = try heads[person] ?? head(of: person, known)
            if let head, timestamp < head.timestamp {
                try late.run { row in
                    row.bind(entry.organization, number, timestamp, position)
                    row.bind(entry.placed, from: 5)
                }
            } else {
                try link.run { row in
                    row.bind(position, entry.organization, number, timestamp)
                    if let head { row.bind(head.position, at: 5) }
                    row.bind(entry.placed, from: 6)
                }
                heads[person] = Head(position: position, timestamp: timestamp)
            }
        }
        let note = try RowStatement("INSERT OR REPLACE INTO profile VALUES (?, ?, ?, ?)", db)
        // In the order of the table: neighbours share a page.
        for (person, head) in heads.sorted(by: { $0.key.profile.rawValue < $1.key.profile.rawValue }) {
            try note.run {
                $0.bind(person.organization, Int64(person.profile.rawValue), head.position, head.timestamp)
            }
        }
    }

    private static let head = "SELECT latest, latest_time FROM profile WHERE organization = ? AND number = ?"

    private func head(of person: Person, _ statement: RowStatement) throws -> Head? {
        try statement.first {
            $0.bind(person.organization, Int64(person.profile.rawValue))
        } read: {
            Head(position: $0.number(0), timestamp: $0.number(1))
        }
    }

    // MARK: Reading

    /// How far a page has come on both sides.
    private struct Place {
        /// The next event of the chain; nil behind the last.
        var chain: Int64?
        /// Before which the next late event lies.
        var lateTime = Int64.max
        var latePosition = Int64.max

        /// What stands in a cursor behind the last event of a chain.
        private static let end: Int64 = -1

        init(chain: Int64?) { self.chain = chain }

        init?(_ cursor: TimelineCursor) {
            guard let numbers = cursor.numbers(3), numbers[0] >= Place.end else { return nil }
            chain = numbers[0] == Place.end ? nil : numbers[0]
            lateTime = numbers[1]
            latePosition = numbers[2]
        }

        var cursor: TimelineCursor { TimelineCursor([chain ?? Place.end, lateTime, latePosition]) }
    }

    /// A page of a person's timeline, the latest first.
    func page(
        of profile: ProfileNumber, organization: UInt32, after cursor: TimelineCursor?, limit: Int
    ) throws -> TimelinePage {
        let person = Person(organization: organization, profile: profile)
        var place = Place(chain: try head(of: person, RowStatement(TimelineChains.head, db))?.position)
        if let cursor {
            guard let given = Place(cursor) else { throw StoreError.badCursor }
            place = given
        }
        var late = try lateEntries(of: person, before: place, limit: limit + 1)[...]
        // Only where a chain begins may the cursor be wrong; what a link names is there.
        var link = try place.chain.map { first in
            guard let link = try self.link(at: first, of: person) else {
                throw cursor == nil ? TimelineChains.broken(at: first) : StoreError.badCursor
            }
            return link
        }
        var entries: [TimelineEntry] = []
        while entries.count < limit, link != nil || !late.isEmpty {
            if let next = link, late.first.map({ $0.key < next.entry.key }) ?? true {
                entries.append(next.entry)
                place.chain = next.previous
                link = try next.previous.map { previous in
                    guard previous < Int64(next.entry.key.position.rawValue),
                        let link = try self.link(at: previous, of: person)
                    else { throw TimelineChains.broken(at: previous) }
                    return link
                }
            } else {
                let entry = late.removeFirst()
                entries.append(entry)
                place.lateTime = entry.key.timestamp.millisecondsSince1970
                place.latePosition = Int64(entry.key.position.rawValue)
            }
        }
        return TimelinePage(entries: entries, next: link == nil && late.isEmpty ? nil : place.cursor)
    }

    private static func broken(at position: Int64) -> StoreError {
        StoreError(.damaged, "a timeline lacks its event \(position): make the state again with throughline rebuild")
    }

    /// An event of a person's chain; nil where there is none of hers. What a cursor names may be somebody else's.
    private func link(at position: Int64, of person: Person) throws -> (entry: TimelineEntry, previous: Int64?)? {
        try RowStatement(
            "SELECT timestamp, previous, purpose, confidence, routine FROM timeline WHERE position = ? AND organization = ? AND profile = ?",
            db
        ).first {
            $0.bind(position, person.organization, Int64(person.profile.rawValue))
        } read: {
            (
                entry(of: person, timestamp: $0.number(0), position: position, $0.placed(from: 2)),
                $0.isNull(1) ? nil : $0.number(1)
            )
        }
    }

    private func lateEntries(of person: Person, before place: Place, limit: Int) throws -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        try RowStatement(
            """
            SELECT timestamp, position, purpose, confidence, routine FROM late
            WHERE organization = ? AND profile = ? AND (timestamp, position) < (?, ?)
            ORDER BY timestamp DESC, position DESC LIMIT ?
            """, db
        ).forEach {
            $0.bind(
                person.organization, Int64(person.profile.rawValue), place.lateTime, place.latePosition, limit)
        } read: {
            entries.append(
                entry(of: person, timestamp: $0.number(0), position: $0.number(1), $0.placed(from: 2)))
        }
        return entries
    }

    private func entry(
        of person: Person, timestamp: Int64, position: Int64, _ placed: PlacedEvent?
    ) -> TimelineEntry {
        TimelineEntry(
            organization: person.organization, profile: person.profile,
            key: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: timestamp),
                position: LogPosition(UInt64(bitPattern: position))),
            placed: placed)
    }
}

extension RowStatement.Row {
    /// Binds where an event was placed to three parameters.
    fileprivate func bind(_ placed: PlacedEvent?, from parameter: Int32) {
        guard let placed else { return }
        bind(placed.purpose.bytes, at: parameter)
        bind(Int64(placed.confidence), at: parameter + 1)
        bind(placed.isRoutine ? 1 : 0, at: parameter + 2)
    }

    /// Where an event was placed, from three columns.
    fileprivate func placed(from column: Int32) -> PlacedEvent? {
        guard !isNull(column), let purpose = PurposeID(bytes: bytes(column)) else { return nil }
        return PlacedEvent(
            purpose: purpose, isRoutine: number(column + 2) != 0, confidence: UInt16(clamping: number(column + 1)))
    }
}
