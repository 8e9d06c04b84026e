/// Reads the text of a condition: its grammar, and nothing about names and types.
struct ConditionParser {
    let source: ConditionSource
    private let nodesMax: Int
    private var lexer: ConditionLexer
    private(set) var token: ConditionToken
    private var nodes = 0
    private var depth = 0

    static func parse(_ text: String, limits: ConditionLimits) throws(ConditionError) -> ConditionSyntax {
        let source = ConditionSource(text)
        guard source.bytes.count <= limits.sourceBytesMax else {
            throw source.error(at: 0, "the text is longer than \(limits.sourceBytesMax) bytes")
        }
        var parser = try ConditionParser(source, nodesMax: limits.nodesMax)
        let syntax = try parser.expression()
        guard parser.token.kind == .end else {
            throw parser.error("there is \(parser.token.text) where the condition should end")
        }
        return syntax
    }

    private init(_ source: ConditionSource, nodesMax: Int) throws(ConditionError) {
        self.source = source
        self.nodesMax = nodesMax
        lexer = ConditionLexer(source)
        token = try lexer.next()
    }

    /// The whole of an expression, down to `? :`.
    mutating func expression() throws(ConditionError) -> ConditionSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ConditionLimits.nestingMax else { throw tooDeep(at: token.offset) }
        let condition = try logic(isAnd: false)
        let offset = token.offset
        guard try skip(.question) else { return condition }
        let then = try logic(isAnd: false)
        try expect(.colon)
        return try make(.conditional(condition, then: then, otherwise: try expression()), at: offset)
    }

    private mutating func logic(isAnd: Bool) throws(ConditionError) -> ConditionSyntax {
        let first = isAnd ? try operation(.relation) : try logic(isAnd: true)
        let offset = token.offset
        var parts = [first]
        while try skip(isAnd ? .and : .or) {
            parts.append(isAnd ? try operation(.relation) : try logic(isAnd: true))
        }
        return parts.count == 1 ? first : try make(.logic(isAnd: isAnd, parts), at: offset)
    }

    /// How tightly an operator binds.
    private enum Level: Int { case relation, sum, product, unary }

    private mutating func operation(_ level: Level) throws(ConditionError) -> ConditionSyntax {
        guard let tighter = Level(rawValue: level.rawValue + 1) else { return try unary() }
        var left = try operation(tighter)
        while let function = function(at: level) {
            let offset = token.offset
            try advance()
            left = try make(.operation(function, [left, try operation(tighter)]), at: offset)
        }
        return left
    }

    private func function(at level: Level) -> ConditionFunction? {
        if token.kind == .name("in") { return level == .relation ? .contained : nil }
        guard case .mark(let mark) = token.kind else { return nil }
        switch (level, mark) {
        case (.relation, .equal), (.relation, .notEqual), (.relation, .less), (.relation, .lessOrEqual),
            (.relation, .greater), (.relation, .greaterOrEqual), (.sum, .plus), (.sum, .minus), (.product, .times),
            (.product, .divide), (.product, .remainder):
            return ConditionFunction(rawValue: mark.rawValue)
        default: return nil
        }
    }

    private mutating func unary() throws(ConditionError) -> ConditionSyntax {
        let function: ConditionFunction
        switch token.kind {
        case .mark(.not): function = .not
        case .mark(.minus): function = .negate
        default: return try member()
        }
        let mark = token.kind
        var offsets: [Int] = []
        while token.kind == mark, !(try isNegativeNumber()) {
            offsets.append(token.offset)
            try advance()
        }
        var syntax = try member()
        for offset in offsets.reversed() { syntax = try make(.operation(function, [syntax]), at: offset) }
        return syntax
    }

    /// Whether a minus comes next and belongs to the number behind it.
    private func isNegativeNumber() throws(ConditionError) -> Bool {
        guard token.kind == .mark(.minus) else { return false }
        var ahead = lexer
        switch try ahead.next().kind {
        case .int, .double: return true
        default: return false
        }
    }

    private mutating func member() throws(ConditionError) -> ConditionSyntax {
        var syntax = try primary()
        while case .mark(let mark) = token.kind {
            let offset = token.offset
            switch mark {
            case .dot:
                try advance()
                syntax = try field(of: syntax)
            case .openList:
                try advance()
                let index = try expression()
                try expect(.closeList)
                syntax = try make(.operation(.index, [syntax, index]), at: offset)
            case .openMap:
                guard let name = syntax.dottedName else { return syntax }
                syntax = try message(named: name.text, isAbsolute: name.isAbsolute, at: syntax.offset)
            default: return syntax
            }
        }
        return syntax
    }

    private mutating func field(of target: ConditionSyntax) throws(ConditionError) -> ConditionSyntax {
        let offset = token.offset
        let isQuoted: Bool
        let name: String
        switch token.kind {
        case .name(let plain) where !ConditionParser.keywords.contains(plain): (name, isQuoted) = (plain, false)
        case .quotedName(let quoted): (name, isQuoted) = (quoted, true)
        case .mark(.question): throw error("optional values are not part of this language")
        default: throw error("there is \(token.text) where the name of a field should be")
        }
        try advance()
        guard !isQuoted, try skip(.open) else { return try make(.field(target, name), at: offset) }
        let arguments = try list(until: .close, allowsLastComma: false)
        return try call(name, on: target, arguments, at: offset)
    }
}

// MARK: What the rest is made of

extension ConditionParser {
    func error(_ reason: String) -> ConditionError { source.error(at: token.offset, reason) }

    private func tooDeep(at offset: Int) -> ConditionError {
        source.error(at: offset, "it nests deeper than \(ConditionLimits.nestingMax)")
    }

    mutating func make(_ kind: ConditionSyntax.Kind, at offset: Int) throws(ConditionError) -> ConditionSyntax {
        nodes += 1
        guard nodes <= nodesMax else { throw source.error(at: offset, "it has more than \(nodesMax) parts") }
        let syntax = ConditionSyntax(kind, at: offset)
        guard syntax.height <= ConditionLimits.nestingMax else { throw tooDeep(at: offset) }
        return syntax
    }

    mutating func advance() throws(ConditionError) { token = try lexer.next() }

    mutating func skip(_ mark: ConditionToken.Mark) throws(ConditionError) -> Bool {
        guard token.kind == .mark(mark) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ mark: ConditionToken.Mark) throws(ConditionError) {
        guard try skip(mark) else { throw error("there is \(token.text) where \(mark.rawValue) should be") }
    }

    /// Expressions with commas between them, and the mark at their end.
    mutating func list(
        until end: ConditionToken.Mark, allowsLastComma: Bool
    ) throws(ConditionError) -> [ConditionSyntax] {
        var parts: [ConditionSyntax] = []
        if try skip(end) { return parts }
        repeat {
            if allowsLastComma, token.kind == .mark(end), !parts.isEmpty { break }
            parts.append(try expression())
        } while try skip(.comma)
        try expect(end)
        return parts
    }

    static let keywords: Set = ["true", "false", "null", "in"]

    /// Names that are kept for later versions of the language. A field may have them.
    static let reserved: Set = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}

extension ConditionSyntax {
    /// The name that a chain of fields may be: `person.tier`.
    var dottedName: (text: String, isAbsolute: Bool)? {
        switch kind {
        case .name(let name, let isAbsolute): (name, isAbsolute)
        case .field(let target, let field) where field.utf8.allSatisfy(\.isNamePart):
            target.dottedName.map { ($0.text + "." + field, $0.isAbsolute) }
        default: nil
        }
    }
}
