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
        let link = try RowStatement("INSERT INTO timeline VALUES (?, ?, ?, ?, ?)", db)
        let late = try RowStatement("INSERT INTO late VALUES (?, ?, ?, ?)", db)
        let known = try RowStatement(TimelineChains.head, db)
        for entry in entries {
            let person = Person(organization: entry.organization, profile: entry.profile)
            let number = Int64(entry.profile.rawValue)
            let position = Int64(entry.key.position.rawValue)
            let timestamp = entry.key.timestamp.millisecondsSince1970
            let head = try heads[person] ?? head(of: person, known)
            if let head, timestamp < head.timestamp {
                try late.run { $0.bind(entry.organization, number, timestamp, position) }
            } else {
                try link.run { row in
                    row.bind(position, entry.organization, number, timestamp)
                    if let head { row.bind(head.position, at: 5) }
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
        var link = try place.chain.map { try self.link(at: $0, of: person) }
        var entries: [TimelineEntry] = []
        while entries.count < limit, link != nil || !late.isEmpty {
            if let next = link, late.first.map({ $0.key < next.entry.key }) ?? true {
                entries.append(next.entry)
                place.chain = next.previous
                link = try next.previous.map { try self.link(at: $0, of: person) }
            } else {
                let entry = late.removeFirst()
                entries.append(entry)
                place.lateTime = entry.key.timestamp.millisecondsSince1970
                place.latePosition = Int64(entry.key.position.rawValue)
            }
        }
        return TimelinePage(entries: entries, next: link == nil && late.isEmpty ? nil : place.cursor)
    }

    /// An event of a person's chain. What a cursor names may be somebody else's.
    private func link(at position: Int64, of person: Person) throws -> (entry: TimelineEntry, previous: Int64?) {
        let found = try RowStatement(
            "SELECT timestamp, previous FROM timeline WHERE position = ? AND organization = ? AND profile = ?", db
        ).first {
            $0.bind(position, person.organization, Int64(person.profile.rawValue))
        } read: {
            (entry(of: person, timestamp: $0.number(0), position: position), $0.isNull(1) ? nil : $0.number(1))
        }
        guard let found else { throw StoreError.badCursor }
        return found
    }

    private func lateEntries(of person: Person, before place: Place, limit: Int) throws -> [TimelineEntry] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT timestamp, position FROM late
                    WHERE organization = ? AND profile = ? AND (timestamp, position) < (?, ?)
                    ORDER BY timestamp DESC, position DESC LIMIT ?
                    """),
            arguments: [
                person.organization, Int64(person.profile.rawValue), place.lateTime, place.latePosition, limit,
            ]
        ).map { entry(of: person, timestamp: $0[0], position: $0[1]) }
    }

    private func entry(of person: Person, timestamp: Int64, position: Int64) -> TimelineEntry {
        TimelineEntry(
            organization: person.organization, profile: person.profile,
            key: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: timestamp), position: LogPosition(UInt64(position))))
    }
}
