/// The bytes of a word with the case of ASCII letters folded, read eight at a time; zeros follow the last one.
///
/// A word is a run of ASCII letters and digits, or of bytes beyond ASCII.
struct WordSpelling: Equatable {
    /// A word of so many bytes or more is not told apart from others that begin alike.
    static let bytesMax = 24

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0

    init() {}

    var firstByte: UInt8 { UInt8(truncatingIfNeeded: first) }

    /// Reads the word that begins at a place.
    ///
    /// - Parameter length: its bytes; zero where no word begins.
    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>, at place: Int, length: inout Int) {
        let part = EightBytes(text, at: place)
        length = part.wordLength
        first = part.foldedWord
        guard length == 8 else { return }
        let next = EightBytes(text, at: place + 8)
        length += next.wordLength
        second = next.foldedWord
        guard length == 16 else { return }
        let last = EightBytes(text, at: place + 16)
        length += last.wordLength
        third = last.foldedWord
        guard length == WordSpelling.bytesMax else { return }
        while place + length < text.count {
            let more = EightBytes(text, at: place + length).wordLength
            length += more
            guard more == 8 else { return }
        }
    }

    /// A number that tells spellings apart, best by its uppermost bits.
    @inline(__always)
    var hash: UInt64 {
        first &* 0xbf58_476d_1ce4_e5b9 ^ second &* 0x94d0_49bb_1331_11eb ^ third &* 0x9e37_79b9_7f4a_7c15
    }
}

/// Eight bytes of a text, looked at together: what is said of a byte is its uppermost bit in a number as wide.
private struct EightBytes {
    private static let uppermost: UInt64 = 0x8080_8080_8080_8080
    private let bytes: UInt64

    /// The bytes from a place on, and zeros behind the end.
    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>, at place: Int) {
        let rest = text.count - place
        if rest >= 8 {
            bytes = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
        } else if rest > 0, text.count >= 8 {
            let last = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
            bytes = last.littleEndian >> UInt64(8 * (8 - rest))
        } else {
            var bytes: UInt64 = 0
            for index in 0..<max(0, rest) { bytes |= UInt64(text[place + index]) << UInt64(8 * index) }
            self.bytes = bytes
        }
    }

    /// Which bytes are ASCII and, after `bits` were set in each, from one character to another.
    @inline(__always)
    private func isASCII(_ lower: Unicode.Scalar, _ upper: Unicode.Scalar, setting bits: UInt8 = 0) -> UInt64 {
        let each: UInt64 = 0x0101_0101_0101_0101
        let low = (bytes | each &* UInt64(bits)) & ~EightBytes.uppermost
        let notBelow = low &+ each &* UInt64(0x80 - lower.value)
        let above = low &+ each &* UInt64(0x7F - upper.value)
        return notBelow & ~above & ~bytes & EightBytes.uppermost
    }

    /// How many bytes of a word stand in front.
    @inline(__always)
    var wordLength: Int {
        let word = isASCII("a", "z", setting: 0x20) | isASCII("0", "9") | bytes & EightBytes.uppermost
        return (~word & EightBytes.uppermost).trailingZeroBitCount >> 3
    }

    /// The bytes of the word in front, folded.
    @inline(__always)
    var foldedWord: UInt64 {
        let length = wordLength
        let folded = bytes | isASCII("A", "Z") >> 2
        return length == 8 ? folded : folded & (1 &<< UInt64(8 * length) &- 1)
    }
}
