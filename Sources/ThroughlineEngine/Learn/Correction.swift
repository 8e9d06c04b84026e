/// What a person, or whoever serves her, said of an event that discovery put wrong.
public struct Correction: Sendable, Equatable {
    public enum Kind: Hashable, Sendable {
        /// The purpose of the event ends with it.
        case done
        /// Somebody else did it, with all that was taken for the same purpose.
        case notMine
        /// It serves the purpose of another event, named by its `messageId`.
        case belongsTo(String)
    }

    public var messageId: String
    public var kind: Kind
    /// Where it was said, for whoever must put it right.
    public var path: String
    public var line: Int

    /// What is wrong with it.
    func error(_ message: String) -> FileError { FileError(path, "line \(line): \(message)") }
}

extension Correction.Kind {
    /// A correction as it is written: the word, and the other event or nothing.
    init(_ word: Substring, other: Substring) throws(CorrectionError) {
        switch (word, other.isEmpty) {
        case ("done", true): self = .done
        case ("not mine", true): self = .notMine
        case ("belongs to", false): self = .belongsTo(String(other))
        case ("done", false), ("not mine", false): throw .otherNotAsked
        case ("belongs to", true): throw .otherMissing
        default: throw .unknownWord
        }
    }

    /// Whether both cannot be true of one event. An event may belong to a purpose and be the last of it.
    func contradicts(_ other: Correction.Kind) -> Bool {
        switch (self, other) {
        case (.belongsTo(let one), .belongsTo(let another)): one != another
        case (.notMine, _), (_, .notMine): self != other
        default: false
        }
    }
}

/// Why a line is no correction.
enum CorrectionError: Error, CustomStringConvertible {
    case unknownWord, otherMissing, otherNotAsked

    var description: String {
        switch self {
        case .unknownWord: #"a correction is "done", "not mine" or "belongs to""#
        case .otherMissing: #""belongs to" needs another messageId in the fourth column"#
        case .otherNotAsked: #"only "belongs to" names another messageId"#
        }
    }
}
