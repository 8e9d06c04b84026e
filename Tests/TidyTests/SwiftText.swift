/// A Swift file read as text: its words and signs, with comments and the texts of string literals left out.
///
/// This is no compiler. It knows enough to tell code from talk, what a file imports, which types it declares and which
/// names it mentions; a name mentioned is taken for a use.
struct SwiftText {
    struct Token: Equatable {
        let text: String
        let line: Int
    }

    struct Declaration: Equatable {
        let name: String
        /// Whether other files see it under this name alone.
        let isShared: Bool
    }

    let tokens: [Token]

    init(_ source: String) {
        var lexer = Lexer(Array(source.utf8))
        lexer.readCode(untilClosing: nil)
        tokens = lexer.tokens
    }

    /// The modules the file imports; `import struct Foundation.Date` imports Foundation.
    var imports: [Token] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import" else { return nil }
            let rest = tokens[(index + 1)...].drop { kinds.contains($0.text) }
            guard let module = rest.first, module.text.isWord else { return nil }
            return module
        }
    }

    /// The types the file declares, at any depth.
    var declarations: [Declaration] {
        let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"]
        // `class func` and its like declare members, not types.
        let members: Set = ["func", "var", "let", "subscript", "init", "override", "final"]
        let modifiers: Set = ["public", "package", "internal", "final", "indirect", "nonisolated", "open"]
        var depth = 0
        var found: [Declaration] = []
        for (index, token) in tokens.enumerated() {
            if token.text == "{" { depth += 1 }
            if token.text == "}" { depth -= 1 }
            guard kinds.contains(token.text), index + 1 < tokens.count else { continue }
            let name = tokens[index + 1].text
            guard name.isWord, !members.contains(name) else { continue }
            let before = tokens[..<index].last { !modifiers.contains($0.text) }?.text
            let isPrivate = before == "private" || before == "fileprivate"
            found.append(Declaration(name: name, isShared: depth == 0 && !isPrivate))
        }
        return found
    }

    /// The lines on which these tokens follow one another, whatever blanks are between them.
    func lines(of pattern: [String]) -> [Int] {
        tokens.indices.filter { index in
            index + pattern.count <= tokens.count
                && zip(tokens[index...], pattern).allSatisfy { $0.text == $1 }
        }.map { tokens[$0].line }
    }
}

extension String {
    fileprivate var isWord: Bool { utf8.first.map(Lexer.startsWord) ?? false }
}

/// Cuts Swift into tokens: words whole, every other sign for itself, numbers as words.
private struct Lexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private(set) var tokens: [SwiftText.Token] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func startsWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        startsWord(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }

    /// Reads code to the end or, inside a string literal, to the parenthesis that closes the interpolation.
    mutating func readCode(untilClosing closing: UInt8?) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            if starts(with: "//") {
                skip { $0 != UInt8(ascii: "\n") }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#"), readString() {
                continue
            } else if Lexer.continuesWord(byte) {
                let start = position
                skip(while: Lexer.continuesWord)
                add(bytes[start..<position])
            } else {
                if closing != nil {
                    if byte == UInt8(ascii: "(") { depth += 1 }
                    if byte == closing {
                        if depth == 0 { return }
                        depth -= 1
                    }
                }
                // A name in backquotes is a name.
                if byte > 0x20, byte != UInt8(ascii: "`") { add([byte]) }
                advance()
            }
        }
    }

    private mutating func add(_ text: some Sequence<UInt8>) {
        tokens.append(SwiftText.Token(text: String(decoding: Array(text), as: UTF8.self), line: line))
    }

    private func starts(with text: StaticString, at place: Int? = nil) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return bytes[min(place ?? position, bytes.count)...].starts(with: wanted)
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private mutating func skip(while isWanted: (UInt8) -> Bool) {
        while position < bytes.count, isWanted(bytes[position]) { advance() }
    }

    /// Block comments nest in Swift.
    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                advance(2)
            } else if starts(with: "*/") {
                depth -= 1
                advance(2)
            } else {
                advance()
            }
        } while depth > 0 && position < bytes.count
    }

    /// Leaves out a string literal but not the code of its interpolations; false, with nothing read, when there is none.
    private mutating func readString() -> Bool {
        var hashes = 0
        while position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard position + hashes < bytes.count, bytes[position + hashes] == UInt8(ascii: "\"") else { return false }
        let isMultiline = starts(with: "\"\"\"", at: position + hashes)
        let marks = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        let close = [UInt8](repeating: UInt8(ascii: "\""), count: isMultiline ? 3 : 1) + marks
        let escape = [UInt8(ascii: "\\")] + marks
        advance(close.count)
        while position < bytes.count {
            let rest = bytes[position...]
            if rest.starts(with: escape) {
                advance(escape.count)
                if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
                    advance()
                    readCode(untilClosing: UInt8(ascii: ")"))
                }
                advance()
            } else if rest.starts(with: close) {
                advance(close.count)
                return true
            } else if !isMultiline, rest.first == UInt8(ascii: "\n") {
                // No literal after all, or a broken one: do not let it swallow the file.
                return true
            } else {
                advance()
            }
        }
        return true
    }
}
