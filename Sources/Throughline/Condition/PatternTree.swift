/// A pattern as it is written.
indirect enum PatternTree {
    case empty
    case scalar(Unicode.Scalar)
    case set(PatternTable)
    case place(PatternPlace)
    case sequence([PatternTree])
    case choice([PatternTree])
    /// So often at least, and so often at most or without end. Being greedy or not changes no answer.
    case repeated(PatternTree, least: Int, most: Int?)
}

/// Makes instructions of a pattern.
struct PatternCompiler {
    private(set) var instructions: [ConditionPattern.Instruction] = []
    private(set) var sets: [PatternTable] = []

    mutating func append(_ instruction: ConditionPattern.Instruction) throws(ConditionPatternError) {
        guard instructions.count < ConditionLimits.patternInstructionsMax else {
            throw ConditionPatternError("it has more than \(ConditionLimits.patternInstructionsMax) steps")
        }
        instructions.append(instruction)
    }

    mutating func add(_ tree: PatternTree) throws(ConditionPatternError) {
        switch tree {
        case .empty: break
        case .scalar(let scalar): try append(.scalar(scalar))
        case .set(let set):
            sets.append(set)
            try append(.set(sets.count - 1))
        case .place(let place): try append(.place(place))
        case .sequence(let parts): for part in parts { try add(part) }
        case .choice(let parts): try add(choice: parts)
        case .repeated(let part, let least, let most): try add(part, least: least, most: most)
        }
    }

    private mutating func add(choice parts: [PatternTree]) throws(ConditionPatternError) {
        var jumps: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try add(part)
                break
            }
            let split = instructions.count
            try append(.split(split + 1, 0))
            try add(part)
            jumps.append(instructions.count)
            try append(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func add(_ part: PatternTree, least: Int, most: Int?) throws(ConditionPatternError) {
        let start = instructions.count
        for _ in 0..<least {
            try add(part)
            // What takes no instruction takes none however often it is repeated.
            guard instructions.count > start else { return }
        }
        guard let most else {
            let split = instructions.count
            try append(.split(split + 1, 0))
            try add(part)
            try append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(instructions.count)
            try append(.split(instructions.count + 1, 0))
            try add(part)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }
}
