/// Walks over the members of a JSON object, and over the items of an array in it, by quotes, brackets and commas alone.
///
/// It finds where values begin and end and checks nothing inside them: that is for the parser. Brackets are counted, not
/// matched in kind. What it cannot tell apart is an error. Linear in the bytes, and no memory of its own.
struct BodyScan {
    let text: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    private var isFirst = true
    private var isAtEnd = false

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// The key of the next member of the root, with its quotes; nil where the object ends. The scan then stands at the
    /// first byte of the value, which ``skipValue()`` or ``readItems(_:)`` must pass.
    mutating func nextKey() throws(IntakeFault) -> Range<Int>? {
        try expect(UInt8(ascii: isFirst ? "{" : ","), orEnd: !isFirst)
        guard !isAtEnd else { return nil }
        skipBlanks()
        if isFirst, peek == UInt8(ascii: "}") {
            position += 1
            isAtEnd = true
            return nil
        }
        isFirst = false
        let start = position
        guard peek == quote else { throw fault("a member without its name") }
        skipString()
        let key = start..<position
        try expect(UInt8(ascii: ":"), orEnd: false)
        skipBlanks()
        return key
    }

    /// Whether a key, with its quotes, is this name of ASCII letters, some of which may be written as `\u0062`.
    func isKey(_ key: Range<Int>, _ name: StaticString) -> Bool {
        var place = key.lowerBound + 1
        for index in 0..<name.utf8CodeUnitCount {
            let letter = name.utf8Start[index]
            if text[place] == letter {
                place += 1
            } else if text[place] == UInt8(ascii: "\\"), key.upperBound - place > 6,
                let written = String(validating: text[place + 1..<place + 6], as: UTF8.self), written.first == "u",
                UInt16(written.dropFirst(), radix: 16) == UInt16(letter)
            {
                place += 6
            } else {
                return false
            }
        }
        return place == key.upperBound - 1
    }

    /// Passes a value of the root and says where it lies, blanks left out.
    mutating func skipValue() throws(IntakeFault) -> Range<Int> {
        let value = nextValue()
        guard peek == UInt8(ascii: ",") || peek == UInt8(ascii: "}") else { throw fault("a value that does not end") }
        return value
    }

    /// Passes an array and hands out where its items lie, blanks left out.
    mutating func readItems(_ body: (Range<Int>) -> Void) throws(IntakeFault) {
        precondition(peek == UInt8(ascii: "["), "the scan stands at an array")
        position += 1
        skipBlanks()
        if peek == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            skipBlanks()
            let item = nextValue()
            guard !item.isEmpty else { throw fault("an item of the batch is missing") }
            body(item)
            switch peek {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return
            default: throw fault("the batch does not end")
            }
        }
    }

    /// The byte the scan stands at; nil at the end of the text.
    var peek: UInt8? { position < text.count ? text[position] : nil }

    private mutating func expect(_ byte: UInt8, orEnd: Bool) throws(IntakeFault) {
        skipBlanks()
        if orEnd, peek == UInt8(ascii: "}") {
            position += 1
            isAtEnd = true
            return
        }
        guard peek == byte else {
            throw fault(
                peek == nil ? "it ends in the middle" : "\"\(Character(UnicodeScalar(byte)))\" is missing")
        }
        position += 1
    }

    private func fault(_ reason: String) -> IntakeFault { .notJSON(reason: reason, offset: position) }

    private mutating func skipBlanks() {
        while position < text.count, BodyScan.isBlank(text[position]) { position += 1 }
    }

    /// A text without the blanks around it.
    static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        guard let start = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return 0..<0 }
        return start..<last + 1
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}

extension BodyScan {
    private var quote: UInt8 { UInt8(ascii: "\"") }

    /// Goes to the comma or bracket that ends a value, and says where the value lies.
    private mutating func nextValue() -> Range<Int> {
        let start = position
        position = BodyScan.end(of: text, from: position) { _ in }
        var end = position
        while end > start, BodyScan.isBlank(text[end - 1]) { end -= 1 }
        return start..<end
    }

    private mutating func skipString() { position = BodyScan.stringEnd(of: text, from: position) }

    /// Where a value ends that begins at a place: at the first comma or closing bracket that is not inside of it.
    ///
    /// - Parameter deeper: takes the depth at every opening bracket.
    @inline(__always)
    private static func end(of text: UnsafeBufferPointer<UInt8>, from start: Int, deeper: (Int) -> Void) -> Int {
        var position = start
        var depth = 0
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position = stringEnd(of: text, from: position)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deeper(depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position }
                depth -= 1
            case UInt8(ascii: ","):
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return position
    }

    /// The place behind the quote that ends the string that begins at `start`, or the end of the text. Eight bytes at a
    /// time.
    @inline(__always)
    private static func stringEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawPointer(text.baseAddress!)
        var position = start + 1
        while position < text.count {
            if position + 8 <= text.count {
                let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let marks = zeroBytes(word ^ 0x2222_2222_2222_2222) | zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
                guard marks != 0 else {
                    position += 8
                    continue
                }
                position += marks.trailingZeroBitCount / 8
            }
            switch text[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return text.count
    }

    /// The high bit of each byte that is zero; above the lowest such byte others may be marked too.
    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The member of an object that is nested deeper than ``JSONParser/depthMax``, by its key as it is written.
    static func deepMember(of text: UnsafeBufferPointer<UInt8>) -> String? {
        var scan = BodyScan(text)
        while let key = try? scan.nextKey() {
            var deepest = 0
            _ = end(of: text, from: scan.position) { deepest = max(deepest, $0) }
            // The root is a level too.
            if deepest >= JSONParser.depthMax {
                return String(decoding: text[key.dropFirst().dropLast().prefix(64)], as: UTF8.self)
            }
            guard (try? scan.skipValue()) != nil else { return nil }
        }
        return nil
    }
}
