/// A word, a literal or a mark of a condition.
struct ConditionToken {
    enum Kind: Equatable {
        case end
        case name(String)
        /// A name of a field in backquotes, which may hold marks: `` `content-type` ``.
        case quotedName(String)
        /// Without its sign.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case mark(Mark)
    }

    /// Longer ones come first, so that `<=` is not read as `<`.
    enum Mark: String, CaseIterable {
        case and = "&&"
        case or = "||"
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case not = "!"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case remainder = "%"
        case question = "?"
        case colon = ":"
        case dot = "."
        case comma = ","
        case open = "("
        case close = ")"
        case openList = "["
        case closeList = "]"
        case openMap = "{"
        case closeMap = "}"
    }

    let kind: Kind
    /// The byte it begins at.
    let offset: Int

    /// How it is told in a sentence.
    var text: String {
        switch kind {
        case .end: "the end"
        case .name(let name), .quotedName(let name): name
        case .int(let number), .uint(let number): "\(number)"
        case .double(let number): ConditionText.text(of: number)
        case .string, .bytes: "a text"
        case .mark(let mark): mark.rawValue
        }
    }
}
