/// What a purpose has seen, as far as it tells the stage of its next event: a fixed number of bytes.
public struct StageTrail: Sendable, Equatable {
    /// Steps that are told apart; later ones are all alike.
    static let stepsMax: UInt8 = 6
    private static let stepsWithName: UInt8 = 3
    private static let sharedMax = 4

    /// Events so far, counted to ``stepsMax``.
    private(set) var steps: UInt8 = 0
    private var name: UInt64 = 0
    private var words: UInt64 = 0
    /// One bit for each name that was met: ``seenBit(of:)``.
    private var seen: UInt64 = 0
    /// What the words of the last event tell of the next.
    private(set) var behind = StageScores.zero

    public init() {}

    /// Hands out what it tells of an event that comes next, as places in a table; what the words of the event before tell is ``behind``.
    public func forEachClue(of name: UInt64, words: UInt64, _ body: (UInt16) -> Void) {
        body(StageClues.place(.step, UInt64(steps)))
        body(StageClues.place(.nameAtStep, name, UInt64(min(steps, StageTrail.stepsWithName))))
        guard steps > 0 else { return }
        body(StageClues.place(.nameBefore, self.name))
        body(StageClues.place(.nameAfterName, self.name, name))
        let shared = min(StageTrail.sharedMax, (self.words & words).nonzeroBitCount)
        body(StageClues.place(.shared, UInt64(shared)))
        var left = seen
        while left != 0 {
            body(StageClues.place(.seen, UInt64(left.trailingZeroBitCount)))
            left &= left - 1
        }
    }

    /// Takes the next event in.
    public mutating func add(name: UInt64, words: UInt64, behind: StageScores = .zero) {
        steps = min(StageTrail.stepsMax, steps + 1)
        self.name = name
        self.words = words
        self.behind = behind
        seen |= 1 << (StableHash.mixed(name) & 63)
    }
}

extension StageTrail {
    static let encodedBytes = 1 + 3 * 8 + 8 * 2

    func encode(to writer: inout StateWriter) {
        writer.write(steps)
        writer.write(name)
        writer.write(words)
        writer.write(seen)
        for lane in 0..<StageScores.scalarCount { writer.write(UInt16(bitPattern: behind[lane])) }
    }

    init(from reader: inout StateReader) throws(StateError) {
        steps = try reader.number()
        guard steps <= StageTrail.stepsMax else { throw StateError() }
        name = try reader.number()
        words = try reader.number()
        seen = try reader.number()
        for lane in 0..<StageScores.scalarCount {
            behind[lane] = Int16(bitPattern: try reader.number())
            // So much and no more do so many words add up to: what is read can be added to without an overflow.
            guard abs(Int(behind[lane])) <= 127 * StageClues.wordsBehindMax else { throw StateError() }
        }
    }
}
