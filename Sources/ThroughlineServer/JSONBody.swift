import Foundation
import Hummingbird
import Throughline
import ThroughlineEngine

/// The JSON object that a request carries, asked member by member. What is wrong with it is said with the member's name.
struct JSONBody: Sendable {
    /// The longest body; what is sent here is small.
    static let bytesMax = 16_384
    /// Characters told of a name that the client chose.
    private static let toldMax = 100

    private let members: [String: Value]

    /// Reads the body of a request. An empty one counts as an object without members.
    ///
    /// - Parameter known: the members there may be.
    init(of request: Request, knowing known: Set<String>) async throws {
        let buffer = try await Problem.ofBody { try await request.body.collect(upTo: JSONBody.bytesMax) }
        try self.init(Data(buffer.readableBytesView), knowing: known)
    }

    init(_ bytes: Data, knowing known: Set<String>) throws(Problem) {
        guard !bytes.isEmpty else {
            members = [:]
            return
        }
        let value: Value
        do { value = try JSONDecoder().decode(Value.self, from: bytes) } catch {
            throw Problem(.badRequest, "not_json", "the body is not JSON")
        }
        guard case .object(let members) = value else {
            throw Problem(.badRequest, "not_an_object", "the body is not a JSON object")
        }
        if let stranger = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw Problem(
                .badRequest, "unknown_member", "members are \(known.sorted().joined(separator: ", ")) and no other",
                at: String(stranger.prefix(JSONBody.toldMax)))
        }
        self.members = members
    }

    /// A name for people: begins with something to be seen, has no control characters.
    ///
    /// - Parameter lengthMax: in Unicode scalars.
    func name(_ member: String, lengthMax: Int) throws(Problem) -> String {
        guard case .text(let text) = try required(member) else { throw .wrong(member, "a text") }
        guard text.unicodeScalars.count <= lengthMax else {
            throw Problem(.badRequest, "too_long", "\(member) has at most \(lengthMax) characters", at: member)
        }
        guard let first = text.unicodeScalars.first, first.value > 0x20, !(0x7F...0xA0).contains(first.value) else {
            throw Problem(.badRequest, "blank", "\(member) begins with something to be seen", at: member)
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Problem(.badRequest, "control_character", "\(member) has a control character", at: member)
        }
        return text
    }

    /// One of the words of a type.
    func choice<Choice: JSONChoice>(_ member: String, of: Choice.Type) throws(Problem) -> Choice {
        try choice(try required(member), member)
    }

    /// Some of the words of a type, each once and at least one.
    func choices<Choice: JSONChoice>(_ member: String, of: Choice.Type) throws(Problem) -> Set<Choice> {
        guard case .array(let values) = try required(member), !values.isEmpty else {
            throw .wrong(member, "an array with at least one of \(Choice.words)")
        }
        var found: Set<Choice> = []
        for (index, value) in values.enumerated() {
            guard found.insert(try choice(value, "\(member)[\(index)]")).inserted else {
                throw Problem(.badRequest, "twice", "\(member) says the same twice", at: "\(member)[\(index)]")
            }
        }
        return found
    }

    private func choice<Choice: JSONChoice>(_ value: Value, _ place: String) throws(Problem) -> Choice {
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
            throw .wrong(place, "one of \(Choice.words)")
        }
        return choice
    }

    /// A whole number; nil where it is absent or null.
    func number(_ member: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        switch members[member] {
        case nil, .null: return nil
        case .number(let number) where range.contains(number): return number
        default: throw .wrong(member, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// A text that is not empty.
    func text(_ member: String, bytesMax: Int) throws(Problem) -> String {
        try text(try required(member), member, bytesMax: bytesMax)
    }

    /// A text; nil where it is absent or null.
    func textIfThere(_ member: String, bytesMax: Int) throws(Problem) -> String? {
        switch members[member] {
        case nil, .null: nil
        case .some(let value): try text(value, member, bytesMax: bytesMax)
        }
    }

    /// Some texts, one at least.
    func texts(_ member: String, countMax: Int, bytesMax: Int) throws(Problem) -> [String] {
        guard case .array(let values) = try required(member), (1...countMax).contains(values.count) else {
            throw .wrong(member, "an array of 1 to \(countMax) texts")
        }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            texts.append(try text(value, "\(member)[\(index)]", bytesMax: bytesMax))
        }
        return texts
    }

    private func text(_ value: Value, _ place: String, bytesMax: Int) throws(Problem) -> String {
        guard case .text(let text) = value, (1...bytesMax).contains(text.utf8.count) else {
            throw .wrong(place, "a text of 1 to \(bytesMax) bytes")
        }
        return text
    }

    /// Yes or no; no where it is absent or null.
    func flag(_ member: String) throws(Problem) -> Bool {
        switch members[member] {
        case nil, .null: false
        case .bool(let flag): flag
        default: throw .wrong(member, "true or false")
        }
    }

    /// A time; nil where it is absent or null.
    func time(_ member: String) throws(Problem) -> Instant? {
        guard let text = try textIfThere(member, bytesMax: 64) else { return nil }
        do throws(InstantError) { return try Instant(rfc3339: text) } catch {
            throw Problem(.badRequest, "not_a_time", "\(member) \(error)", at: member)
        }
    }

    /// What was shown to a person; nil where it is absent or null.
    func notice(_ member: String) throws(Problem) -> ConsentNotice? {
        switch members[member] {
        case nil, .null: return nil
        case .object(let notice):
            let parts = ["id", "version", "text"]
            if let stranger = notice.keys.sorted().first(where: { !parts.contains($0) }) {
                throw Problem(
                    .badRequest, "unknown_member", "members are id, version, text and no other",
                    at: String("\(member).\(stranger)".prefix(JSONBody.toldMax)))
            }
            var texts: [String] = []
            for (part, bytesMax) in zip(
                parts, [ConsentNotice.idBytesMax, ConsentNotice.versionBytesMax, ConsentNotice.textBytesMax])
            {
                texts.append(
                    try notice[part].map { value throws(Problem) in
                        try text(value, "\(member).\(part)", bytesMax: bytesMax)
                    } ?? "")
            }
            guard !texts[0].isEmpty else { throw .wrong("\(member).id", "a text") }
            return ConsentNotice(id: texts[0], version: texts[1], text: texts[2])
        default: throw .wrong(member, "an object with id, version, text")
        }
    }

    private func required(_ member: String) throws(Problem) -> Value {
        switch members[member] {
        case nil, .null: throw Problem(.badRequest, "missing", "\(member) is missing", at: member)
        case .some(let value): return value
        }
    }
}

/// A closed set of words.
protocol JSONChoice: CaseIterable, RawRepresentable<String>, Hashable, Sendable {}

extension JSONChoice {
    static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Scope: JSONChoice {}
extension Source.Kind: JSONChoice {}

extension Problem {
    fileprivate static func wrong(_ place: String, _ expected: String) -> Problem {
        Problem(.badRequest, "wrong_value", "\(place) is \(expected)", at: place)
    }
}

extension JSONBody {
    /// Any JSON value, as far as anybody here asks.
    private enum Value: Decodable, Sendable {
        case null
        case text(String)
        case number(Int)
        case bool(Bool)
        case array([Value])
        case object([String: Value])
        /// A number that is not whole or too large.
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else if let flag = try? container.decode(Bool.self) {
                self = .bool(flag)
            } else if let values = try? container.decode([Value].self) {
                self = .array(values)
            } else if let members = try? container.decode([String: Value].self) {
                self = .object(members)
            } else {
                self = .other
            }
        }
    }
}
