/// Something that an event says of a person, or of what she belongs to.
public struct EventTrait: Sendable, Equatable {
    /// What it is said of. Numbers are those of the state: cases are appended.
    public enum Subject: UInt8, Sendable, CaseIterable {
        /// Of herself: the name of the trait is its own.
        case person = 1
        /// That she belongs to something that a `group` names, a company or a club: `true`.
        case facet = 2
        /// Of what she belongs to, by its name: all its traits.
        case facetTraits = 3
    }

    /// The longest name, in bytes; one that is longer is not kept.
    public static let nameBytesMax = 128
    /// The longest value, in bytes of JSON; of one that is longer it is kept that it was said.
    public static let valueBytesMax = 1_024

    /// Traits of one event that are kept.
    public static let perEventMax = 100

    public let subject: Subject
    public let name: Event.Field
    /// JSON, `null` where it is taken back; nil where it has more than ``valueBytesMax``.
    public let value: Event.Field?

    public init(_ subject: Subject, name: Event.Field, value: Event.Field?) {
        self.subject = subject
        self.name = name
        self.value = value
    }
}
