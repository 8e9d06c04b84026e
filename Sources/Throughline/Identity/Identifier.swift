/// What somebody is known by to an organization.
public struct Identifier: Hashable, Sendable {
    /// What an identifier is: how far it can be relied on to be one person's own.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// What the organization calls its customer.
        case user = 1
        /// A visitor: a cookie, an installed app.
        case anonymous = 2
        case email = 3
        case phone = 4
        /// A device or an advertising id.
        case device = 5
    }

    public let organization: UInt32
    public let kind: Kind
    public let value: String

    public init(organization: UInt32, kind: Kind, value: String) {
        self.organization = organization
        self.kind = kind
        self.value = value
    }
}

extension Identifier.Kind {
    /// Its priority: who an identifier belongs to is said by those of a lower rank, never the other way round.
    public var rank: Int {
        switch self {
        case .user: 0
        case .email, .phone: 1
        case .device: 2
        case .anonymous: 3
        }
    }

    public static let ranks = 4

    /// How many of this kind may be one person because they are tied to each other.
    public var togetherMax: Int { min(perProfileMax, 64) }

    /// How many of this kind one identifier of a lower rank may be tied to. More of them are no longer one person's, and none
    /// of these ties counts.
    public var perProfileMax: Int {
        switch self {
        case .user: 8
        case .email, .phone: 5
        case .device: 64
        case .anonymous: 1_024
        }
    }

    /// The name in answers.
    public var name: String {
        switch self {
        case .user: "userId"
        case .anonymous: "anonymousId"
        case .email: "email"
        case .phone: "phone"
        case .device: "deviceId"
        }
    }
}

/// Names an identifier within the state: where in the log it was first met, and its kind.
public struct IdentifierNumber: Hashable, Comparable, Sendable {
    /// Identifiers that one record can bring.
    public static let perRecordMax = 8

    public let rawValue: UInt64

    /// - Precondition: what was made by ``init(record:ordinal:kind:)``.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// - Parameters:
    ///   - record: how many records lie before the first that has the identifier.
    ///   - ordinal: which of that record's identifiers it is.
    public init(record: UInt64, ordinal: Int, kind: Identifier.Kind) {
        precondition(record < 1 << 56 && (0..<IdentifierNumber.perRecordMax).contains(ordinal), "a record is in reach")
        rawValue = record << 6 | UInt64(ordinal) << 3 | UInt64(kind.rawValue)
    }

    public var kind: Identifier.Kind {
        guard let kind = Identifier.Kind(rawValue: UInt8(rawValue & 7)) else {
            preconditionFailure("the number of an identifier says its kind")
        }
        return kind
    }

    public static func < (a: IdentifierNumber, b: IdentifierNumber) -> Bool { a.rawValue < b.rawValue }
}
