import Throughline

/// What a record says of the types of purpose of an organization.
struct TypeNews: Sendable {
    enum What: Sendable {
        /// They were made again.
        case making(TypeMaking)
        /// Somebody decided something of one.
        case edit(TypeEdit)
        /// The organization's own words.
        case catalogue(Catalogue)
        /// Some people's purposes get the types that there are.
        case retyping([IdentifierNumber])
    }

    var organization: UInt32
    var what: What
}
