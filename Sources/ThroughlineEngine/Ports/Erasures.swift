import Crypto
import Throughline

/// What waits to be erased from the log: the state has it no more, and knows where it lies.
public protocol Erasures {
    /// The first records that wait, in the order of the log.
    func waiting(limit: Int) throws(StoreError) -> [LogPosition]

    /// Whether some of what a record asked to be erased still waits.
    func isWaiting(for request: LogPosition) throws(StoreError) -> Bool

    /// Notes that the log has some records no more, and leaves no trace on the disk of what the state had of them.
    func settle(_ records: [LogPosition]) throws(StoreError)
}

/// What is erased of a person.
public struct Erasure: Sendable, Equatable {
    /// Where the record lies that asks for it.
    public var request: LogPosition
    /// Identifiers that are not there any more, with all that was said of each.
    public var identifiers: [IdentifierNumber]
    /// Those of which no event, no consent and no purpose is left.
    public var strands: [IdentifierNumber]
    /// By whom it is found what else names her; see ``Mention``.
    public var names: [UInt64]

    public init(
        request: LogPosition, identifiers: [IdentifierNumber], strands: [IdentifierNumber], names: [UInt64]
    ) {
        self.request = request
        self.identifiers = identifiers
        self.strands = strands
        self.names = names
    }
}

/// A record that names somebody and is on no timeline of hers: one that was met before, a command, an event by which another
/// took over her name.
public struct Mention: Hashable, Sendable {
    public let name: UInt64
    public let position: LogPosition

    public init(of identifier: Identifier, at position: LogPosition) {
        name = Mention.name(of: identifier)
        self.position = position
    }

    /// 64 bits of the SHA-256 of an identifier: of those, too, whom the state does not know.
    public static func name(of identifier: Identifier) -> UInt64 {
        var hash = SHA256()
        withUnsafeBytes(of: identifier.organization.littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: [identifier.kind.rawValue])
        hash.update(data: Array(identifier.value.utf8))
        return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }
    }
}
