/// All that was said of consent by the events of one identifier, in the order in which it takes effect.
///
/// A profile has one history for each of its identifiers, its strands. Joining people joins lists of histories and
/// separating them takes the lists apart again: no line ever moves, so each side has back exactly what it had.
///
/// ```swift
/// var history = ConsentHistory(.user)
/// history.append(try ConsentEntry(.granted, of: .marketing, on: email, at: noon, position: 7, isTrusted: true))
/// history.state(of: .marketing, on: email)    // granted
/// history.state(of: .marketing, on: sms)      // unknown: not permitted
/// ```
///
/// Lines are only ever added. At a limit one goes that has no effect any more and never will (see ``append(_:)``); the log
/// still has it.
public struct ConsentHistory: Hashable, Sendable {
    /// Whose events they are. A raw value is a byte of the state that is kept.
    public enum Strand: UInt8, Hashable, Sendable, CaseIterable {
        /// Those of a user id: a known person. What a source says that is not trusted counts for nothing here, signals
        /// excepted.
        case user
        /// Those of an anonymous id.
        case anonymous
    }

    /// Lines whose word is firm (trusted ones and signals), at most.
    public static let firmEntriesMax = 190
    /// Other lines, at most. They have room of their own: a stranger cannot crowd out what the person said.
    public static let looseEntriesMax = 48
    /// Organizations that the firm lines name, and those that the other lines name, at most.
    public static let organizationsMax = 32
    /// Lines in all, at most.
    public static let entriesMax =
        firmEntriesMax + firmWholeUseEntriesMax + looseEntriesMax + looseWholeUseEntriesMax
    /// Room beyond those that is kept for a no to each kind of use as a whole, as said and as widened, and for signals, so
    /// that there is always a way to keep a no.
    static let firmWholeUseEntriesMax = looseWholeUseEntriesMax + GlobalPrivacyControl.uses.count
    static let looseWholeUseEntriesMax = 2 * Use.Kind.allCases.count

    public let strand: Strand
    /// The lines in the order in which they take effect.
    public internal(set) var entries: [ConsentEntry] = []
    /// How many lines went since others had made them void, or for want of room.
    public internal(set) var droppedCount: UInt32 = 0

    public init(_ strand: Strand) { self.strand = strand }

    /// Whether a line of this strand has a say in what holds.
    func counts(_ entry: ConsentEntry) -> Bool { entry.isFirm || strand == .anonymous }
}
