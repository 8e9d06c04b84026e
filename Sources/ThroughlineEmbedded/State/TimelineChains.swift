import GRDB
import Throughline
import ThroughlineEngine

/// The timelines of people in the database.
///
/// Most events of a strand come in the order of their time, and of these each knows the one before it of the same strand: so
/// they are written one behind the other, whoever's they are, and read backwards along the chain. What comes late lies in a
/// table by strand and time. A page of a person is all chains and late events of her strands, merged.
struct TimelineChains {
    /// Strands of which a cursor says how far each has come. Of a person with more, the others are gone through from their ends.
    static let strandsInCursorMax = 32

    private let db: Database

    init(_ db: Database) { self.db = db }

    // MARK: Writing

    /// The last event of a strand that came in order.
    private struct Head {
        var position: Int64
        var timestamp: Int64
    }

    /// Adds entries that come in the order of their positions, behind all that are there.
    func append(_ entries: [TimelineEntry]) throws {
        var heads: [IdentifierNumber: Head] = [:]
        let link = try RowStatement("INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", db)
        let late = try RowStatement("INSERT INTO late VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db)
        let known = try RowStatement(TimelineChains.head, db)
        for entry in entries {
            let strand = Int64(entry.strand.rawValue)
            let position = Int64(entry.key.position.rawValue)
            let timestamp = entry.key.timestamp.millisecondsSince1970
            let head = try heads[entry.strand] ?? head(of: entry.strand, known)
            if let head, timestamp < head.timestamp {
                try late.run { row in
                    row.bind(entry.organization, strand, timestamp, position)
                    row.bind(entry.placed, from: 5)
                    if let gist = entry.gist { row.bind(gist.bytes, at: 8) }
                }
            } else {
                try link.run { row in
                    row.bind(position, entry.organization, strand, timestamp)
                    if let head { row.bind(head.position, at: 5) }
                    row.bind(entry.placed, from: 6)
                    if let gist = entry.gist { row.bind(gist.bytes, at: 9) }
                }
                heads[entry.strand] = Head(position: position, timestamp: timestamp)
            }
        }
        let note = try RowStatement("INSERT OR REPLACE INTO strand VALUES (?, ?, ?)", db)
        // In the order of the table: neighbours share a page.
        for (strand, head) in heads.sorted(by: { $0.key < $1.key }) {
            try note.run { $0.bind(strand.rawValue, head.position, head.timestamp) }
        }
    }

    /// Notes where entries that are there are placed from now on.
    func replace(_ entries: [TimelineEntry]) throws {
        let link = try RowStatement(
            "UPDATE timeline SET purpose = ?, confidence = ?, flags = ? WHERE position = ? AND strand = ?", db)
        let late = try RowStatement(
            """
            UPDATE late SET purpose = ?, confidence = ?, flags = ? WHERE position = ? AND strand = ? AND timestamp = ?
            """, db)
        for entry in entries {
            func bind(_ row: RowStatement.Row) {
                row.bind(entry.placed, from: 1)
                row.bind(Int64(entry.key.position.rawValue), at: 4)
                row.bind(entry.strand, at: 5)
            }
            try link.run(bind)
            guard db.changesCount == 0 else { continue }
            try late.run {
                bind($0)
                $0.bind(entry.key.timestamp.millisecondsSince1970, at: 6)
            }
        }
    }

    private static let head = "SELECT latest, latest_time FROM strand WHERE number = ?"

    private func head(of strand: IdentifierNumber, _ statement: RowStatement) throws -> Head? {
        try statement.first {
            $0.bind(strand, at: 1)
        } read: {
            Head(position: $0.number(0), timestamp: $0.number(1))
        }
    }

    // MARK: Reading

    /// The events of some strands, in the order of the log.
    func entries(of strands: [IdentifierNumber]) throws -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        for strand in strands {
            var next = try head(of: strand, RowStatement(TimelineChains.head, db))?.position
            while let position = next {
                guard let link = try self.link(at: position, of: strand) else {
                    throw TimelineChains.broken(at: position)
                }
                entries.append(link.entry)
                next = link.previous
            }
            entries += try lateEntries(of: strand, before: nil, limit: -1)
        }
        return entries.sorted { $0.key.position < $1.key.position }
    }

    /// How far a page has come: the last entry told, and the next of the chains of some strands.
    private struct Place {
        var told: TimelineEntry.Key
        /// By strand; -1 behind the last.
        var chains: [IdentifierNumber: Int64] = [:]

        private static let end: Int64 = -1

        init(told: TimelineEntry.Key) { self.told = told }

        init?(_ cursor: TimelineCursor) {
            guard let numbers = cursor.numbers, numbers.count >= 3, numbers.count % 2 == 1, numbers[1] >= 0,
                numbers.count <= 3 + 2 * TimelineChains.strandsInCursorMax, let ordinal = UInt32(exactly: numbers[2])
            else { return nil }
            told = TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: numbers[0]), position: LogPosition(UInt64(numbers[1])),
                ordinal: ordinal)
            for index in stride(from: 3, to: numbers.count, by: 2) {
                guard numbers[index] >= 0, numbers[index + 1] >= Place.end else { return nil }
                chains[IdentifierNumber(rawValue: UInt64(numbers[index]))] = numbers[index + 1]
            }
        }

        var cursor: TimelineCursor {
            TimelineCursor(
                [told.timestamp.millisecondsSince1970, Int64(told.position.rawValue), Int64(told.ordinal)]
                    + chains.sorted { $0.key < $1.key }.flatMap { [Int64($0.key.rawValue), $0.value] })
        }

        mutating func note(_ strand: IdentifierNumber, next: Int64?) { chains[strand] = next ?? Place.end }

        /// Where the chain of a strand goes on; nil where that is not known.
        func next(of strand: IdentifierNumber) -> Int64?? {
            chains[strand].map { $0 == Place.end ? nil : $0 }
        }
    }

    /// What is left of a strand.
    private struct Rest {
        var strand: IdentifierNumber
        var link: (entry: TimelineEntry, previous: Int64?)?
        var late: ArraySlice<TimelineEntry>
        var changes: ArraySlice<PurposeChange> = []

        var isOver: Bool { latest == nil }

        /// Its latest item.
        var latest: TimelineItem? {
            var latest = link.map { TimelineItem.event($0.entry) }
            for next in [late.first.map { TimelineItem.event($0) }, changes.first.map { TimelineItem.change($0) }] {
                if let next, latest.map({ $0.key < next.key }) ?? true { latest = next }
            }
            return latest
        }
    }

    /// A page of the timeline of whoever has some strands, the latest first.
    func page(
        of strands: [IdentifierNumber], after cursor: TimelineCursor?, limit: Int, withChanges: Bool
    ) throws -> TimelinePage {
        let place = try cursor.map { cursor throws(StoreError) in
            guard let place = Place(cursor) else { throw .badCursor }
            return place
        }
        var rests = try strands.map { strand in
            var rest = try rest(of: strand, after: place, limit: limit)
            guard withChanges else { return rest }
            rest.changes = try PurposeChangeTable(db).changes(of: strand, before: place?.told, limit: limit + 1)[...]
            return rest
        }
        let items = try merge(&rests, limit: limit)
        guard !rests.isEmpty, let last = items.last else { return TimelinePage(items: items, next: nil) }
        var behind = Place(told: last.key)
        // Those with the latest entries have the most behind them.
        for rest in rests.sorted(by: { $1.latest!.key < $0.latest!.key }).prefix(TimelineChains.strandsInCursorMax) {
            behind.note(rest.strand, next: rest.link.map { Int64($0.entry.key.position.rawValue) })
        }
        return TimelinePage(items: items, next: behind.cursor)
    }

    /// The latest events of some strands together, the latest first.
    func latest(of strands: [IdentifierNumber], limit: Int) throws -> [TimelineEntry] {
        var rests = try strands.map { try rest(of: $0, after: nil, limit: limit) }
        return try merge(&rests, limit: limit).compactMap { if case .event(let entry) = $0 { entry } else { nil } }
    }

    /// Takes the latest of what is left of some strands; leaves those of which more is.
    private func merge(_ rests: inout [Rest], limit: Int) throws -> [TimelineItem] {
        rests.removeAll(where: \.isOver)
        var items: [TimelineItem] = []
        while items.count < limit {
            let next = rests.indices.max { rests[$0].latest!.key < rests[$1].latest!.key }
            guard let next, let item = rests[next].latest else { break }
            items.append(item)
            if case .change = item {
                rests[next].changes.removeFirst()
            } else if rests[next].link?.entry.key == item.key {
                rests[next].link = try rests[next].link!.previous.map { try linkThere($0, of: rests[next].strand) }
            } else {
                rests[next].late.removeFirst()
            }
            if rests[next].isOver { rests.remove(at: next) }
        }
        return items
    }

    /// What of a strand lies behind a place.
    private func rest(of strand: IdentifierNumber, after place: Place?, limit: Int) throws -> Rest {
        let late = try lateEntries(of: strand, before: place?.told, limit: limit + 1)
        if let next = place?.next(of: strand) {
            let link = try next.map { first in
                // Only where a chain begins may the cursor be wrong; what a link names is there.
                guard let link = try self.link(at: first, of: strand) else { throw StoreError.badCursor }
                return link
            }
            return Rest(strand: strand, link: link, late: late[...])
        }
        var link = try head(of: strand, RowStatement(TimelineChains.head, db)).map {
            try linkThere($0.position, of: strand)
        }
        while let here = link, let place, here.entry.key >= place.told {
            link = try here.previous.map { try linkThere($0, of: strand) }
        }
        return Rest(strand: strand, link: link, late: late[...])
    }

    private static func broken(at position: Int64) -> StoreError {
        StoreError(.damaged, "a timeline lacks its event \(position): make the state again with throughline rebuild")
    }

    /// An event of a chain that must be there.
    private func linkThere(_ position: Int64, of strand: IdentifierNumber) throws -> (
        entry: TimelineEntry, previous: Int64?
    ) {
        guard let link = try self.link(at: position, of: strand) else { throw TimelineChains.broken(at: position) }
        return link
    }

    /// An event of a strand's chain; nil where there is none of its own. What a cursor names may be somebody else's.
    private func link(at position: Int64, of strand: IdentifierNumber) throws -> (
        entry: TimelineEntry, previous: Int64?
    )? {
        try RowStatement(
            """
            SELECT timestamp, previous, purpose, confidence, flags, organization, gist FROM timeline
            WHERE position = ? AND strand = ?
            """, db
        ).first {
            $0.bind(position, Int64(strand.rawValue))
        } read: { row in
            let previous = row.isNull(1) ? nil : row.number(1)
            guard previous ?? -1 < position else { throw TimelineChains.broken(at: position) }
            let entry = self.entry(
                of: strand, row.number(5), timestamp: row.number(0), position: position, row.placed(from: 2),
                row.gist(6))
            return (entry, previous)
        }
    }

    /// - Parameter limit: negative for all.
    private func lateEntries(
        of strand: IdentifierNumber, before key: TimelineEntry.Key?, limit: Int
    ) throws -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        try RowStatement(
            """
            SELECT timestamp, position, purpose, confidence, flags, organization, gist FROM late
            WHERE strand = ? AND (timestamp, position, 0) < (?, ?, ?)
            ORDER BY timestamp DESC, position DESC LIMIT ?
            """, db
        ).forEach {
            $0.bind(
                Int64(strand.rawValue), key?.timestamp.millisecondsSince1970 ?? .max,
                key.map { Int64($0.position.rawValue) } ?? .max, key.map { Int64($0.ordinal) } ?? .max, Int64(limit))
        } read: {
            entries.append(
                entry(
                    of: strand, $0.number(5), timestamp: $0.number(0), position: $0.number(1), $0.placed(from: 2),
                    $0.gist(6)))
        }
        return entries
    }

    private func entry(
        of strand: IdentifierNumber, _ organization: Int64, timestamp: Int64, position: Int64, _ placed: PlacedEvent?,
        _ gist: Gist?
    ) -> TimelineEntry {
        TimelineEntry(
            organization: UInt32(truncatingIfNeeded: organization), strand: strand,
            key: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: timestamp),
                position: LogPosition(UInt64(bitPattern: position))),
            placed: placed, gist: gist)
    }
}

extension RowStatement.Row {
    /// Binds where an event was placed to three parameters.
    fileprivate func bind(_ placed: PlacedEvent?, from parameter: Int32) {
        guard let placed else { return }
        bind(placed.purpose.bytes, at: parameter)
        bind(Int64(placed.confidence), at: parameter + 1)
        // A bit, two bits, the stage, from 1 on, in five, and the number of the type.
        let stage = placed.stage.map { Int64($0.rawValue) + 1 } ?? 0
        let marks = (placed.isRoutine ? 1 : 0) | Int64(placed.given.rawValue) << 1 | stage << 3
        bind(marks | Int64(placed.type) << 8, at: parameter + 2)
    }

    /// Where an event was placed, from three columns.
    fileprivate func placed(from column: Int32) -> PlacedEvent? {
        guard !isNull(column), let purpose = PurposeID(bytes: bytes(column)) else { return nil }
        let marks = number(column + 2)
        return PlacedEvent(
            purpose: purpose, isRoutine: marks & 1 != 0,
            confidence: UInt16(clamping: number(column + 1)),
            given: PlacedEvent.Given(rawValue: UInt8(truncatingIfNeeded: marks >> 1 & 3)) ?? .nothing,
            stage: marks >> 3 & 31 == 0 ? nil : Stage(rawValue: UInt8(clamping: (marks >> 3 & 31) - 1)),
            type: UInt16(truncatingIfNeeded: marks >> 8))
    }

    /// What is kept of an event, from a column.
    fileprivate func gist(_ column: Int32) -> Gist? { isNull(column) ? nil : Gist(bytes: Array(bytes(column))) }
}
