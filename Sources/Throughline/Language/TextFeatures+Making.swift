extension TextFeatures {
    /// Features that are being made, in room that the next text uses again.
    struct Making {
        /// What a word says that the table has no weight for: about as much as a usual content word.
        private static let foreignWordWeight: Float = 5

        private(set) var tokenCount = 0
        /// Tokens whose vectors are summed.
        private(set) var tokens = InlineArray<255, UInt16>(repeating: 0)
        private(set) var pieces = DistinctPieces()
        private var foreignPieces = DistinctPieces()
        private(set) var wordCount = 0
        /// One bit for each word: where it is not set the word is new.
        private var wordBits: UInt64 = 0
        private(set) var words = InlineArray<24, UInt64>(repeating: 0)
        private(set) var entityCount = 0
        private(set) var entities = InlineArray<8, UInt64>(repeating: 0)
        private var allWords: Int32 = 0
        private var contentWords: Int32 = 0
        private var trigramsOfWords = SIMD8<UInt64>.zero
        private var trigramsBetween = TrigramFilter()
        /// The last byte of the word before, folded; zero before the first one.
        private var last: UInt8 = 0

        mutating func removeAll() {
            tokenCount = 0
            pieces.removeAll()
            foreignPieces.removeAll()
            wordCount = 0
            wordBits = 0
            entityCount = 0
            allWords = 0
            contentWords = 0
            trigramsOfWords = .zero
            trigramsBetween = TrigramFilter()
            last = 0
        }

        /// What has been made.
        ///
        /// - Parameters:
        ///   - meaning: the sum of the tokens' vectors.
        ///   - stage: what its words tell of a stage.
        mutating func features(meaning: Vector, stage: StageShare = StageShare()) -> TextFeatures {
            for index in 0..<foreignPieces.count { pieces.append(foreignPieces.packed[index]) }
            let evidence = meaning.length
            let trigrams = trigramsOfWords | trigramsBetween.bits
            let head = TextFeatures.Head(
                vector: PackedVector(directionOf: meaning, length: evidence), stage: stage, evidence: evidence,
                contentCount: contentWords > 0 ? contentWords : allWords,
                trigrams: trigrams,
                trigramBits: Float(trigrams.nonzeroBits), wordCount: wordCount, entityCount: entityCount,
                pieceCount: pieces.count)
            return TextFeatures(head) { head, elements in
                for index in 0..<wordCount { (elements + index).initialize(to: words[index]) }
                let second = elements + wordCount
                for index in 0..<entityCount { (second + index).initialize(to: entities[index]) }
                let third = second + entityCount
                pieces.copy(to: third)
                for index in 0..<pieces.count { head.weightSum += TextFeatures.weight(third[index]) }
            }
        }

        @inline(__always)
        mutating func append(token: UInt32, weight: Float) {
            pieces.append(token, weight: weight)
            guard tokenCount < EmbeddingTable.summedTokensMax else { return }
            tokens[tokenCount] = UInt16(truncatingIfNeeded: token)
            tokenCount += 1
        }

        /// Keeps all of a word but its tokens.
        ///
        /// - Parameter end: its last byte.
        @inline(__always)
        mutating func append(_ word: KnownWord, end: UInt8) {
            trigramsOfWords |= word.trigrams
            if last != 0 { trigramsBetween.insert(UInt32(last) << 16 | 0x20 << 8 | UInt32(word.spelling.firstByte)) }
            last = end >= 0x41 && end <= 0x5A ? end | 0x20 : end
            allWords += 1
            if !word.isStopword {
                contentWords += 1
                append(word: word.hash)
            }
            if let piece = word.foreignPiece { foreignPieces.append(piece, weight: Making.foreignWordWeight) }
        }

        @inline(__always)
        private mutating func append(word: UInt64) {
            guard wordCount < TextFeatures.wordsMax else { return }
            let bit: UInt64 = 1 << (word & 63)
            if wordBits & bit != 0 {
                for index in 0..<wordCount where words[index] == word { return }
            }
            wordBits |= bit
            words[wordCount] = word
            wordCount += 1
        }

        mutating func append(entity: UInt64) {
            guard entityCount < TextFeatures.entitiesMax else { return }
            for index in 0..<entityCount where entities[index] == entity { return }
            entities[entityCount] = entity
            entityCount += 1
        }
    }
}

/// The first distinct pieces of a text, each with the bits of its weight in the lower half.
struct DistinctPieces {
    private(set) var count = 0
    private(set) var packed = InlineArray<32, UInt64>(repeating: 0)
    /// One bit for each: where it is not set the piece is new.
    private var bits: UInt64 = 0

    mutating func removeAll() {
        count = 0
        bits = 0
    }

    /// Keeps a piece; a piece always has the same weight.
    @inline(__always)
    mutating func append(_ piece: UInt32, weight: Float) { append(UInt64(piece) << 32 | UInt64(weight.bitPattern)) }

    /// Keeps a piece, unless it is there or there is no room.
    @inline(__always)
    mutating func append(_ piece: UInt64) {
        guard count < TextFeatures.piecesMax else { return }
        let bit: UInt64 = 1 << (piece >> 32 & 63)
        if bits & bit != 0 {
            for index in 0..<count where packed[index] == piece { return }
        }
        bits |= bit
        packed[count] = piece
        count += 1
    }

    /// Copies the pieces in their order: each goes behind as many as are less, which for so few is the cheapest way.
    @inline(__always)
    mutating func copy(to elements: UnsafeMutablePointer<UInt64>) {
        let pieces = packed.span.extracting(first: count)
        for index in pieces.indices {
            let piece = pieces[index]
            var rank = 0
            for other in pieces.indices { rank += pieces[other] < piece ? 1 : 0 }
            (elements + rank).initialize(to: piece)
        }
    }
}
