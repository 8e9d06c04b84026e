/// Why bytes are not an embedding table.
public enum EmbeddingTableError: Error, Hashable, Sendable, CustomStringConvertible {
    case notATable
    case unknownVersion(UInt32)
    case wrongDimensions(UInt32)
    case sectionOutsideFile(String)
    case tooManyTokens(Int)
    case brokenVocabulary

    public var description: String {
        switch self {
        case .notATable: "these bytes are no embedding table (TLSTEMB1)"
        case .unknownVersion(let version): "embedding table version \(version) is unknown; this program reads version 1"
        case .wrongDimensions(let count):
            "the embedding table has \(count) dimensions; this program needs \(Vector.dimensions)"
        case .sectionOutsideFile(let section): "the embedding table is damaged: its \(section) lie outside of it"
        case .tooManyTokens(let count):
            "the embedding table has \(count) tokens; the limit is \(EmbeddingTable.tokensMax - 1)"
        case .brokenVocabulary: "the embedding table is damaged: its vocabulary is not in order"
        }
    }
}

/// A static table of WordPiece tokens and their vectors: a text means the sum of its tokens' rows.
///
/// The table only points at the bytes it was made of, which must live as long as it does (in the program they are part
/// of the executable). The weight of a token, how much it says, is the length of its row, which carries inverse
/// document frequency already.
public struct EmbeddingTable: @unchecked Sendable {  // Unchecked: the bytes behind the pointers are never written.
    /// Tokens of one table: half of the places their hashes have.
    public static let tokensMax = 1 << 16

    public let unknownToken: UInt32
    let longestPieceLength: Int
    let count: Int

    /// What a step of each dimension is worth, in the order of ``Vector/parts``.
    private let scales: [SIMD4<Float>]
    private let rows: UnsafePointer<Int8>
    private let stringIndex: UnsafeRawPointer
    private let strings: UnsafePointer<UInt8>
    private let weights: [Float]
    /// Tokens that say nothing of a meaning: the unknown one, and single characters of other scripts.
    private let opaque: [Bool]
    /// Open addressing over the pieces' hashes: token + 1, or 0 where the slot is free.
    private let slots: [UInt32]

    /// - Complexity: O(size of the table), some 5 ms.
    public init(_ bytes: UnsafeRawBufferPointer) throws(EmbeddingTableError) {
        func number(_ offset: Int) -> UInt32 {
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
        }
        func offset(_ at: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian }
        guard bytes.count >= 128, bytes.prefix(8).elementsEqual("TLSTEMB1".utf8), let base = bytes.baseAddress else {
            throw .notATable
        }
        guard number(8) == 1 else { throw .unknownVersion(number(8)) }
        guard number(12) == UInt32(Vector.dimensions) else { throw .wrongDimensions(number(12)) }
        guard offset(64) == UInt64(bytes.count) else { throw .sectionOutsideFile("end") }
        let count = Int(number(16))
        guard count < EmbeddingTable.tokensMax else { throw .tooManyTokens(count) }
        func section(_ name: String, at field: Int, length: Int) throws(EmbeddingTableError) -> Int {
            let start = offset(field)
            guard start >= 128, start <= UInt64(bytes.count), UInt64(length) <= UInt64(bytes.count) - start else {
                throw .sectionOutsideFile(name)
            }
            return Int(start)
        }
        let scalesAt = try section("scales", at: 32, length: Vector.dimensions * 4)
        let rowsAt = try section("rows", at: 40, length: count * Vector.dimensions)
        let indexAt = try section("string index", at: 48, length: (count + 1) * 4)
        let stringsAt = try section("strings", at: 56, length: 0)
        var last: UInt32 = 0
        for piece in 0...count {
            let end = number(indexAt + 4 * piece)
            guard end >= last, Int(end) <= bytes.count - stringsAt else { throw .brokenVocabulary }
            last = end
        }
        guard number(24) < UInt32(count), number(28) > 0 else {
            throw .brokenVocabulary
        }

        self.count = count
        unknownToken = number(24)
        longestPieceLength = Int(number(28))
        let scales = (0..<Vector.dimensions).map { Float(bitPattern: number(scalesAt + 4 * $0)) }
        let rows = base.advanced(by: rowsAt).assumingMemoryBound(to: Int8.self)
        var steps = Vector()
        for column in scales.indices { steps[column] = scales[column] }
        self.scales = steps.parts
        self.rows = rows
        stringIndex = base.advanced(by: indexAt)
        strings = base.advanced(by: stringsAt).assumingMemoryBound(to: UInt8.self)
        weights = (0..<count).map { token in
            var sum: Float = 0
            for column in 0..<Vector.dimensions {
                let value = Float(rows[token * Vector.dimensions + column]) * scales[column]
                sum += value * value
            }
            return sum.squareRoot()
        }
        opaque = (0..<count).map { token in
            guard token != Int(number(24)) else { return true }
            let start = Int(number(indexAt + 4 * token))
            let piece = bytes[stringsAt + start..<stringsAt + Int(number(indexAt + 4 * token + 4))]
            let bare = piece.starts(with: "##".utf8) ? piece.dropFirst(2) : piece
            guard let first = bare.first, first >= 0xC9 else { return false }
            return String(decoding: bare, as: UTF8.self).unicodeScalars.count == 1
        }
        var slots = [UInt32](repeating: 0, count: 2 * EmbeddingTable.tokensMax)
        for token in 0..<count {
            let start = Int(number(indexAt + 4 * token))
            let end = Int(number(indexAt + 4 * token + 4))
            let piece = UnsafeBufferPointer(start: strings + start, count: end - start)
            var slot = Int(truncatingIfNeeded: StableHash.of(piece)) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(token) + 1
        }
        self.slots = slots
    }

    /// How much a token says: the length of its row.
    public func weight(of token: UInt32) -> Float { weights[Int(token)] }

    /// Whether a token says nothing of a meaning, as languages have that the table was not made for.
    public func isOpaque(_ token: UInt32) -> Bool { opaque[Int(token)] }

    /// The bytes of a token; pieces that continue a word begin with `##`.
    func piece(_ token: UInt32) -> UnsafeBufferPointer<UInt8> {
        let place = stringIndex.advanced(by: 4 * Int(token))
        let start = Int(place.loadUnaligned(as: UInt32.self).littleEndian)
        let end = Int(place.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian)
        return UnsafeBufferPointer(start: strings + start, count: end - start)
    }

    public func text(of token: UInt32) -> String { String(decoding: piece(token), as: UTF8.self) }

    /// The token whose piece has this hash and, after an optional `##`, these bytes.
    func token(hash: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, isContinuation: Bool) -> UInt32? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        let skipped = isContinuation ? 2 : 0
        while slots[slot] != 0 {
            let token = slots[slot] - 1
            let piece = piece(token)
            if piece.count == bytes.count + skipped, piece.dropFirst(skipped).elementsEqual(bytes),
                !isContinuation || (piece[0] == UInt8(ascii: "#") && piece[1] == UInt8(ascii: "#"))
            {
                return token
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Tokens of one text that are summed; the rest of a longer text is left out (255 x 127 fits 16 bits).
    static let summedTokensMax = 255

    /// The sum of the tokens' rows, not yet of length one: its length says how much evidence the text gives.
    ///
    /// - Complexity: O(tokens).
    func sum(of tokens: borrowing Span<UInt16>, into vector: inout Vector) {
        precondition(tokens.count <= EmbeddingTable.summedTokensMax, "sums of more rows do not fit 16 bits")
        for block in stride(from: 0, to: PackedBlock.perVector, by: 2) {
            // Sums of the even and of the odd bytes.
            var even = SIMD8<Int16>.zero
            var odd = SIMD8<Int16>.zero
            var nextEven = SIMD8<Int16>.zero
            var nextOdd = SIMD8<Int16>.zero
            for index in tokens.indices {
                let row = UnsafeRawPointer(rows + Int(tokens[index]) * Vector.dimensions + block * 16)
                let bytes = row.loadUnaligned(as: SIMD8<Int16>.self)
                even &+= (bytes &<< 8) &>> 8
                odd &+= bytes &>> 8
                let next = row.loadUnaligned(fromByteOffset: 16, as: SIMD8<Int16>.self)
                nextEven &+= (next &<< 8) &>> 8
                nextOdd &+= next &>> 8
            }
            scale(even, odd, to: &vector, at: 4 * block)
            scale(nextEven, nextOdd, to: &vector, at: 4 * block + 4)
        }
    }

    @inline(__always)
    private func scale(_ even: SIMD8<Int16>, _ odd: SIMD8<Int16>, to vector: inout Vector, at part: Int) {
        let even = unsafeBitCast(even, to: PackedBlock.self)
        let odd = unsafeBitCast(odd, to: PackedBlock.self)
        vector.parts[part] = even.lower * scales[part]
        vector.parts[part + 1] = odd.lower * scales[part + 1]
        vector.parts[part + 2] = even.upper * scales[part + 2]
        vector.parts[part + 3] = odd.upper * scales[part + 3]
    }
}
