import Foundation
import Throughline

/// What people corrected, with all events of those who did: what `throughline learn` is given.
///
/// People are named by numbers. A correction that is of no event of hers any more is left out and counted.
public struct CorrectionExport {
    public struct Counts: Sendable, Equatable {
        public var people = 0
        public var events = 0
        public var corrections = 0
        public var leftOut = 0
    }

    private let profiles: any Profiles
    private let reader: PersonReader

    public init(profiles: any Profiles, log: any EventLog) {
        self.profiles = profiles
        reader = PersonReader(profiles: profiles, log: log)
    }

    /// The first line of the corrections.
    public static let header = "messageId\tuserId\tcorrection\tother\n"

    /// Goes through all people who corrected something, one at a time.
    ///
    /// - Parameters:
    ///   - event: takes an event, a line of NDJSON.
    ///   - correction: takes a correction, a line of TSV; those of a person in the order in which they were said.
    public func run(
        event: ([UInt8]) throws -> Void, correction: (String) throws -> Void
    ) throws -> Counts {
        var counts = Counts()
        var people: Set<IdentifierNumber> = []
        for row in try profiles.identities(of: try profiles.correctedStrands()) {
            if let row { people.insert(row.standing.person) }
        }
        for person in people.sorted() {
            let strands = try profiles.members(of: person).filter(\.kind.hasStrand)
            var messages: [LogPosition: String] = [:]
            counts.people += 1
            for entry in try profiles.entries(of: strands).sorted(by: { $0.key < $1.key }) {
                guard let record = try reader.source(of: entry.key.position).record else { continue }
                messages[entry.key.position] = String(decoding: record.messageId, as: UTF8.self)
                try event(try CorrectionExport.line(record, of: person))
                counts.events += 1
            }
            for line in lines(try profiles.corrections(of: strands), messages) {
                guard let line else {
                    counts.leftOut += 1
                    continue
                }
                try correction("\(line.message)\t\(CorrectionExport.name(of: person))\t\(line.word)\t\(line.other)\n")
                counts.corrections += 1
            }
        }
        return counts
    }

    private static func name(of person: IdentifierNumber) -> String { "person-\(person.rawValue)" }

    /// The corrections that say where an event belongs or that a purpose ends; nil for one that cannot be told.
    private func lines(
        _ rows: [CorrectionRow], _ messages: [LogPosition: String]
    ) -> [(message: String, word: String, other: String)?] {
        let notHers = Set(rows.filter { $0.word == .notMine }.map(\.event))
        return rows.sorted { ($0.said, $0.event) < ($1.said, $1.event) }.compactMap { row in
            let message = messages[row.event].flatMap { CorrectionExport.isPlain($0) ? $0 : nil }
            switch row.word {
            case .notNow, .name: return nil
            case .notMine: return .some(message.map { ($0, row.word.name, "") })
            case .done:
                // What is not hers ends nothing of hers.
                return .some(notHers.contains(row.event) ? nil : message.map { ($0, row.word.name, "") })
            case .belongs(let goal):
                let other = messages[goal].flatMap { CorrectionExport.isPlain($0) ? $0 : nil }
                return .some(message.flatMap { message in other.map { (message, row.word.name, $0) } })
            }
        }
    }

    /// Whether an id can stand in a column.
    private static func isPlain(_ id: String) -> Bool { !id.contains { $0 == "\t" || $0.isNewline } }

    /// An event as it was sent, hers by the one name that she has here.
    private static func line(_ record: EventRecord, of person: IdentifierNumber) throws -> [UInt8] {
        var object = try JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any] ?? [:]
        for named in ["anonymousId", "previousId", "traits"] { object[named] = nil }
        if var context = object["context"] as? [String: Any] {
            context["traits"] = nil
            object["context"] = context
        }
        object["userId"] = name(of: person)
        object["messageId"] = String(decoding: record.messageId, as: UTF8.self)
        object["timestamp"] = record.timestamp.rfc3339
        object["type"] = "\(record.eventKind)"
        var line = Array(try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
