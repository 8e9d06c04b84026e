import Foundation
import Throughline

/// A record of the log by which somebody says something of a person: who she is, what she agreed to, that she wants to be erased; or of
/// a type of purpose, of a journey map or of a segment.
///
/// In bytes, little-endian: the kind of record (1), three zeroes; the number of the organization (4 bytes); when it was received, in
/// milliseconds since 1970 (8 bytes); then a JSON object.
public struct CommandRecord: Sendable, Equatable {
    /// What every record of a command begins with.
    public static let kind: UInt8 = 2
    private static let headBytes = 16

    public enum Command: Sendable, Equatable {
        /// These two are one person.
        case merge(Identifier, Identifier)
        /// These are not hers who is known by others beside them.
        case separate([Identifier])
        /// What she who has an identifier agreed to, or did not.
        case consent(Identifier, ConsentStatement)
        /// What she who has an identifier says of her purposes.
        case correct(Identifier, PurposeCorrection)
        /// These two, who are not one person, are something to each other, or no longer.
        case link(Identifier, Identifier, LinkKind, isEnded: Bool)
        /// She who has an identifier is to be erased. Says its number and no name: this record stays.
        case erase(IdentifierNumber)
        /// What is decided of a type of purpose. Names nobody.
        case type(TypeEdit)
        /// The organization's own words for what people come for. Names nobody.
        case catalogue(Catalogue)
        /// What is said of a journey map. Names nobody.
        case map(MapEdit)
        /// What is decided of a segment, or of whom it lists.
        case segment(SegmentEdit)

        /// Those whom it names.
        public var named: [Identifier] {
            switch self {
            case .merge(let a, let b), .link(let a, let b, _, _): [a, b]
            case .separate(let identifiers): identifiers
            case .consent(let identifier, _), .correct(let identifier, _): [identifier]
            case .segment(let edit): edit.named.map { [$0] } ?? []
            case .erase, .type, .catalogue, .map: []
            }
        }
    }

    /// Identifiers that are separated at once.
    public static let separatedMax = 64

    public let organization: UInt32
    public let receivedAt: Instant
    /// The key that said it.
    public let actor: String
    public let command: Command

    public init(organization: UInt32, receivedAt: Instant, actor: String, command: Command) {
        self.organization = organization
        self.receivedAt = receivedAt
        self.actor = actor
        self.command = command
    }
}

/// What somebody agreed to, as it was told to us: a line of a history of consent without its place in the log.
public struct ConsentStatement: Sendable, Equatable {
    public var use: Use
    /// Nil is every channel.
    public var channel: ChannelName?
    public var decision: ConsentDecision
    public var at: Instant
    public var manner: ConsentEntry.Manner
    public var place: String
    public var notice: ConsentNotice?

    public init(
        use: Use, channel: ChannelName?, decision: ConsentDecision, at: Instant, manner: ConsentEntry.Manner,
        place: String, notice: ConsentNotice?
    ) {
        self.use = use
        self.channel = channel
        self.decision = decision
        self.at = at
        self.manner = manner
        self.place = place
        self.notice = notice
    }

    /// The line that it makes, by a source that is believed.
    public func entry(at position: LogPosition) throws(ConsentError) -> ConsentEntry {
        try ConsentEntry(
            decision, of: use, on: channel, at: at, position: position.rawValue, manner: manner, isTrusted: true,
            place: place, notice: notice)
    }
}

extension CommandRecord {
    /// Appends the record as the log keeps it.
    public func append(to bytes: inout [UInt8]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(Wire(self))
        bytes.append(contentsOf: [CommandRecord.kind, 0, 0, 0])
        bytes.append(littleEndian: organization)
        bytes.append(littleEndian: receivedAt.millisecondsSince1970)
        bytes.append(contentsOf: json)
    }

    /// Reads what ``append(to:)`` wrote; nil where it is something else.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > CommandRecord.headBytes, bytes[0] == CommandRecord.kind else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        let organization = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let milliseconds = Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(bytes[CommandRecord.headBytes...])),
            let command = wire.command(of: organization)
        else { return nil }
        self.init(
            organization: organization, receivedAt: Instant(millisecondsSince1970: milliseconds), actor: wire.by,
            command: command)
    }

    /// The object as it is written: what it says is in one of the members.
    fileprivate struct Wire: Codable {
        struct Name: Codable {
            var kind: UInt8
            var value: String
        }

        struct Consent: Codable {
            var of: Name
            var use: String
            var organization: String?
            var channel: String?
            var decision: UInt8
            var at: Int64
            var manner: UInt8
            var place: String
            var notice: [String]?
        }

        struct Correction: Codable {
            var of: Name
            var kind: String
            var purpose: [UInt8]?
            var event: UInt64?
            var toPurpose: [UInt8]?
            var toEvent: UInt64?
            var name: String?
        }

        struct Link: Codable {
            var of: [Name]
            var kind: UInt8
            var isEnded: Bool
        }

        struct Kind: Codable {
            var id: UInt16
            var edit: String
            var into: UInt16?
            var name: String?
        }

        var by: String
        var type: Kind?
        var catalogue: [String]?
        var map: MapEditWire?
        var segment: SegmentWire?
        var merge: [Name]?
        var separate: [Name]?
        var consent: Consent?
        var correct: Correction?
        var link: Link?
        var erase: UInt64?

        init(_ record: CommandRecord) {
            func name(_ identifier: Identifier) -> Name {
                Name(kind: identifier.kind.rawValue, value: identifier.value)
            }
            by = record.actor
            switch record.command {
            case .merge(let a, let b): merge = [name(a), name(b)]
            case .separate(let identifiers): separate = identifiers.map(name)
            case .erase(let number): erase = number.rawValue
            case .type(let edit): type = Kind(edit)
            case .catalogue(let words): catalogue = words.words
            case .map(let edit): map = MapEditWire(edit)
            case .segment(let edit): segment = SegmentWire(edit)
            case .link(let a, let b, let kind, let isEnded):
                link = Link(of: [name(a), name(b)], kind: kind.rawValue, isEnded: isEnded)
            case .correct(let identifier, let said): correct = Correction(said, of: name(identifier))
            case .consent(let identifier, let said):
                consent = Consent(
                    of: name(identifier), use: said.use.kind.name, organization: said.use.organization?.rawValue,
                    channel: said.channel?.rawValue, decision: said.decision.rawValue,
                    at: said.at.millisecondsSince1970, manner: said.manner.rawValue, place: said.place,
                    notice: said.notice.map { [$0.id, $0.version, $0.text] })
            }
        }

        func command(of organization: UInt32) -> Command? {
            func identifier(_ name: Name) -> Identifier? {
                Identifier.Kind(rawValue: name.kind).map {
                    Identifier(organization: organization, kind: $0, value: name.value)
                }
            }
            if let merge, merge.count == 2, let a = identifier(merge[0]), let b = identifier(merge[1]) {
                return .merge(a, b)
            }
            if let link, link.of.count == 2, let a = identifier(link.of[0]), let b = identifier(link.of[1]) {
                return LinkKind(rawValue: link.kind).map { .link(a, b, $0, isEnded: link.isEnded) }
            }
            if let separate { return .separate(separate.compactMap(identifier)) }
            if let erase { return .erase(IdentifierNumber(rawValue: erase)) }
            if let catalogue { return (try? Catalogue(words: catalogue)).map { .catalogue($0) } }
            if let type { return type.decided.map { .type($0) } }
            if let map { return map.said.map { .map($0) } }
            if let segment { return segment.edit(of: organization).map { .segment($0) } }
            if let correct {
                return identifier(correct.of).flatMap { of in correct.correction.map { .correct(of, $0) } }
            }
            guard let consent, let identifier = identifier(consent.of),
                let decision = ConsentDecision(rawValue: consent.decision),
                let manner = ConsentEntry.Manner(rawValue: consent.manner)
            else { return nil }
            do throws(ConsentError) {
                var recipient: OrganizationName?
                if let name = consent.organization { recipient = try OrganizationName(name) }
                var channel: ChannelName?
                if let name = consent.channel { channel = try ChannelName(name) }
                guard let use = Use(named: consent.use, recipient: recipient) else { return nil }
                let notice = consent.notice.flatMap { $0.count == 3 ? $0 : nil }.map {
                    ConsentNotice(id: $0[0], version: $0[1], text: $0[2])
                }
                return .consent(
                    identifier,
                    ConsentStatement(
                        use: use, channel: channel, decision: decision,
                        at: Instant(millisecondsSince1970: consent.at), manner: manner, place: consent.place,
                        notice: notice))
            } catch { return nil }
        }
    }
}

extension CommandRecord.Wire.Kind {
    fileprivate init(_ decision: TypeEdit) {
        id = decision.id
        switch decision {
        case .rename(_, let name):
            edit = "rename"
            self.name = name
        case .merge(_, let into):
            edit = "merge"
            self.into = into
        case .unmerge: edit = "unmerge"
        case .split: edit = "split"
        case .pin(_, let isPinned): edit = isPinned ? "pin" : "unpin"
        }
    }

    /// What is decided; nil where it is nothing.
    fileprivate var decided: TypeEdit? {
        switch edit {
        case "rename": .rename(id, name)
        case "merge": into.map { .merge(id, into: $0) }
        case "unmerge": .unmerge(id)
        case "split": .split(id)
        case "pin", "unpin": .pin(id, edit == "pin")
        default: nil
        }
    }
}

extension CommandRecord.Wire.Correction {
    fileprivate init(_ said: PurposeCorrection, of name: CommandRecord.Wire.Name) {
        of = name
        switch said.target {
        case .purpose(let id): purpose = id.bytes
        case .event(let position): event = position.rawValue
        }
        switch said.kind {
        case .done: kind = "done"
        case .notMine: kind = "not mine"
        case .notNow: kind = "not now"
        case .wrongName(let name):
            kind = "wrong name"
            self.name = name
        case .belongsTo(let other):
            kind = "belongs to"
            switch other {
            case .purpose(let id): toPurpose = id.bytes
            case .event(let position): toEvent = position.rawValue
            }
        }
    }

    private func target(_ purpose: [UInt8]?, _ event: UInt64?) -> PurposeCorrection.Target? {
        if let event { return .event(LogPosition(event)) }
        return purpose.flatMap { bytes in bytes.withUnsafeBytes { PurposeID(bytes: $0) } }.map { .purpose($0) }
    }

    /// What it says; nil where it is none.
    fileprivate var correction: PurposeCorrection? {
        guard let target = target(purpose, event) else { return nil }
        switch kind {
        case "done": return PurposeCorrection(.done, of: target)
        case "not mine": return PurposeCorrection(.notMine, of: target)
        case "not now": return PurposeCorrection(.notNow, of: target)
        case "wrong name": return name.map { PurposeCorrection(.wrongName($0), of: target) }
        case "belongs to":
            return self.target(toPurpose, toEvent).map { PurposeCorrection(.belongsTo($0), of: target) }
        default: return nil
        }
    }
}
