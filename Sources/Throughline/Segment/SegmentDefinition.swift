/// Some of an organization's people, as it was defined who they are.
public struct SegmentDefinition: Hashable, Sendable {
    /// Characters of a name.
    public static let nameLengthMax = 64
    public static let titleBytesMax = 256

    public enum Rule: Hashable, Sendable {
        /// Everybody for whom a condition holds; see ``SegmentCondition``.
        case condition(String)
        /// Those who were put on a list by name.
        case list
    }

    /// Unique in the organization: 1 to ``nameLengthMax`` of `a`...`z`, `0`...`9` and `-`.
    public var name: String
    /// What people call it.
    public var title: String
    public var rule: Rule

    public init(name: String, title: String, rule: Rule) {
        self.name = name
        self.title = title
        self.rule = rule
    }

    /// Whether a text is the name of a segment. `preview` is none: it has a meaning in addresses.
    public static func isName(_ text: String) -> Bool {
        (1...nameLengthMax).contains(text.utf8.count) && text != "preview"
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}

/// What somebody decides of a segment.
public enum SegmentEdit: Hashable, Sendable {
    /// There is one of this name from now on, or the one that there is becomes so.
    case define(SegmentDefinition)
    case delete(name: String)
    /// She who has an identifier is on a list from now on. One at a time: whoever is erased takes no other off the list.
    case list(Identifier, on: String)
    case unlist(Identifier, from: String)

    /// The segment that it is about.
    public var name: String {
        switch self {
        case .define(let definition): definition.name
        case .delete(let name), .list(_, let name), .unlist(_, let name): name
        }
    }

    /// Whom it names.
    public var named: Identifier? {
        switch self {
        case .define, .delete: nil
        case .list(let identifier, _), .unlist(let identifier, _): identifier
        }
    }
}

/// Why something cannot be decided of a segment.
public enum SegmentRefusal: String, Error, Sendable {
    case unknown = "there is no segment of this name"
    case tooMany = "an organization has at most 256 segments"
    case badName = "a name has 1 to 64 characters of a to z, 0 to 9 and -, and is not preview"
    case badTitle = "a title has at most 256 bytes and no control characters"
    case otherRule = "a list stays a list, and a condition a condition: delete the segment first"
    case notList = "people are put on lists only, and this segment is a condition"
}

/// The segments of an organization as they were defined.
public struct SegmentBook: Sendable, Equatable {
    /// Segments of one organization.
    public static let segmentsMax = 256

    public struct Entry: Sendable, Equatable {
        /// Where in the log it was first defined: another one of the same name is another segment.
        public let id: UInt64
        public internal(set) var definition: SegmentDefinition

        public init(id: UInt64, _ definition: SegmentDefinition) {
            self.id = id
            self.definition = definition
        }
    }

    /// In the order of their names.
    public private(set) var entries: [Entry] = []

    public init() {}

    /// Takes over what was kept; nil where a name is there twice, or is none.
    public init?(entries: [Entry]) {
        let names = entries.map(\.definition.name)
        guard entries.count <= SegmentBook.segmentsMax, Set(names).count == names.count,
            names.allSatisfy(SegmentDefinition.isName)
        else { return nil }
        self.entries = entries.sorted { $0.definition.name < $1.definition.name }
    }

    public var isEmpty: Bool { entries.isEmpty }

    public subscript(name: String) -> Entry? { entries.first { $0.definition.name == name } }

    /// Why an edit has no effect; nil where it has one. Conditions are not read here.
    public func refusal(of edit: SegmentEdit) -> SegmentRefusal? {
        let known = self[edit.name]
        switch edit {
        case .define(let definition):
            guard SegmentDefinition.isName(definition.name) else { return .badName }
            guard definition.title.utf8.count <= SegmentDefinition.titleBytesMax,
                definition.title.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { return .badTitle }
            guard let known else { return entries.count < SegmentBook.segmentsMax ? nil : .tooMany }
            return (known.definition.rule == .list) == (definition.rule == .list) ? nil : .otherRule
        case .delete: return known == nil ? .unknown : nil
        case .list, .unlist:
            guard let known else { return .unknown }
            return known.definition.rule == .list ? nil : .notList
        }
    }

    /// Does what somebody decided; nothing where it is refused. Who is on a list is not kept here.
    ///
    /// - Parameter id: of a segment that is new.
    public mutating func apply(_ edit: SegmentEdit, id: UInt64) {
        guard refusal(of: edit) == nil else { return }
        switch edit {
        case .define(let definition):
            if let place = entries.firstIndex(where: { $0.definition.name == definition.name }) {
                entries[place].definition = definition
            } else {
                entries.append(Entry(id: id, definition))
                entries.sort { $0.definition.name < $1.definition.name }
            }
        case .delete(let name): entries.removeAll { $0.definition.name == name }
        case .list, .unlist: break
        }
    }
}
