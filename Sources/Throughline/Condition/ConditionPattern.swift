/// A pattern of `matches`, in the syntax of RE2: regular expressions that never take long.
///
/// All ways through the pattern are followed at once, a character at a time, so that the work is at most the product
/// of the lengths of both. Nothing goes back over the text.
struct ConditionPattern: Sendable {
    enum Instruction: Sendable {
        /// One character, which is exactly this.
        case scalar(Unicode.Scalar)
        /// One character of a set, by its place among the sets.
        case set(Int)
        case place(PatternPlace)
        /// Goes on at both.
        case split(Int, Int)
        case jump(Int)
        case match
    }

    let instructions: [Instruction]
    let sets: [PatternTable]

    init(_ text: String) throws(ConditionPatternError) {
        guard text.utf8.count <= ConditionLimits.patternBytesMax else {
            throw ConditionPatternError("it is longer than \(ConditionLimits.patternBytesMax) bytes")
        }
        var compiler = PatternCompiler()
        try compiler.add(try PatternParser.parse(text))
        try compiler.append(.match)
        instructions = compiler.instructions
        sets = compiler.sets
    }

    /// Whether some part of a text fits the pattern.
    ///
    /// - Complexity: O(*n* · *m*) in the characters of the text and the instructions.
    func matches(_ text: String, _ meter: inout ConditionMeter) throws(ConditionFault) -> Bool {
        var run = PatternRun(pattern: self)
        var previous: Unicode.Scalar?
        // A character more than the text has, for what may end at its end.
        var rest = text.unicodeScalars.makeIterator()
        var next = rest.next()
        while true {
            run.begin(between: previous, and: next)
            try meter.spend(1 + run.visited / ConditionLimits.bytesOfStep)
            if run.isMatched { return true }
            guard let scalar = next else { return false }
            next = rest.next()
            run.take(scalar, before: next)
            try meter.spend(run.visited / ConditionLimits.bytesOfStep)
            previous = scalar
        }
    }
}

/// Why a text is no pattern.
struct ConditionPatternError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The ways through a pattern that are open after some characters.
private struct PatternRun {
    let pattern: ConditionPattern
    private(set) var isMatched = false
    /// Instructions looked at since the last character, and parts of sets.
    private(set) var visited = 0
    private var current: [Int] = []
    private var passed: [Int] = []
    private var waiting: [Int] = []
    /// At which turn an instruction was last looked at.
    private var seen: [Int]
    private var turn = 0

    init(pattern: ConditionPattern) {
        self.pattern = pattern
        seen = [Int](repeating: -1, count: pattern.instructions.count)
    }

    /// Begins anew here, beside the ways that are open: a match may begin anywhere.
    mutating func begin(between previous: Unicode.Scalar?, and next: Unicode.Scalar?) {
        visited = 0
        follow(0, between: previous, and: next)
    }

    /// Takes the next character.
    mutating func take(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) {
        visited = 0
        turn += 1
        swap(&current, &passed)
        current.removeAll(keepingCapacity: true)
        for place in passed {
            visited += 1
            let fits =
                switch pattern.instructions[place] {
                case .scalar(let expected): expected == scalar
                case .set(let set): contains(scalar, pattern.sets[set])
                default: false
                }
            if fits { follow(place + 1, between: scalar, and: next) }
        }
    }

    private mutating func contains(_ scalar: Unicode.Scalar, _ table: PatternTable) -> Bool {
        if let isIn = table.containsASCII(scalar) { return isIn }
        visited += table.weight
        return table.set.contains(scalar)
    }

    /// Goes on from an instruction to all that take a character.
    private mutating func follow(_ start: Int, between previous: Unicode.Scalar?, and next: Unicode.Scalar?) {
        waiting.append(start)
        while let place = waiting.popLast() {
            guard seen[place] != turn else { continue }
            seen[place] = turn
            visited += 1
            switch pattern.instructions[place] {
            case .scalar, .set: current.append(place)
            case .place(let kind): if kind.lies(between: previous, and: next) { waiting.append(place + 1) }
            case .split(let one, let other):
                waiting.append(other)
                waiting.append(one)
            case .jump(let target): waiting.append(target)
            case .match: isMatched = true
            }
        }
    }
}

/// A place between two characters, or at an end of the text.
enum PatternPlace: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordEdge, noWordEdge

    func lies(between previous: Unicode.Scalar?, and next: Unicode.Scalar?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: next == nil
        case .lineStart: previous == nil || previous == "\n"
        case .lineEnd: next == nil || next == "\n"
        case .wordEdge: PatternPlace.isWord(previous) != PatternPlace.isWord(next)
        case .noWordEdge: PatternPlace.isWord(previous) == PatternPlace.isWord(next)
        }
    }

    /// Letters and digits of ASCII and `_`, as `\w` has it.
    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(PatternSet.word.contains) ?? false }
}
