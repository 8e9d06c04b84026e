/// The words of a purpose's texts, and which stands behind which, as hashes: what two purposes may have in common besides what they
/// mean.
public struct JourneyWords: Sendable {
    /// Words and pairs kept of one purpose: those that came first.
    public static let countMax = 256

    private var known: [UInt32] = []

    public init() {}

    /// Takes the words of a text: runs of ASCII letters and digits, or of bytes beyond ASCII, folded.
    ///
    /// - Complexity: O(*n*) in bytes.
    public mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
        // What stands before the first word.
        var before = StableHash.mixed(1)
        var place = 0
        while place < text.count, known.count < 2 * JourneyWords.countMax {
            let start = place
            while place < text.count, JourneyWords.isOfWord(text[place]) { place += 1 }
            if place > start {
                let word = StableHash.folded(UnsafeBufferPointer(rebasing: text[start..<place]))
                known.append(UInt32(truncatingIfNeeded: word))
                known.append(UInt32(truncatingIfNeeded: StableHash.mixed(before &* 3 ^ word)))
                before = word
            }
            place += 1
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }

    /// Each once.
    public var hashes: [UInt32] {
        var seen: Set<UInt32> = []
        return Array(known.filter { seen.insert($0).inserted }.prefix(JourneyWords.countMax))
    }
}
