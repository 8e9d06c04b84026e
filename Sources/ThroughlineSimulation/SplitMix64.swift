/// A small, fast source of chance that gives the same numbers for the same seed on every machine.
///
/// The standard library's generator differs from run to run, and its `random(in:)` may change between versions. A
/// simulation must replay, so the generator (Steele, Lea and Flood, 2014) and the ways of drawing from it are ours.
///
/// ```swift
/// var random = SplitMix64(seed: 7)
/// let die = random.below(6) + 1
/// ```
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits of the sequence. Complexity: O(1).
    public mutating func next() -> UInt64 {
        state &+= Self.golden
        return Self.mix(state)
    }

    /// A number from zero up to, not including, `bound`.
    ///
    /// - Precondition: `bound` lies between 1 and 2³². The bias stays below one in 2³² for each unit of `bound`.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0 && bound <= 1 << 32, "a draw needs a bound between 1 and 2^32")
        return Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// True in `percent` of a hundred draws.
    public mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    /// Scrambles 64 bits, never giving one result for two values, so that distinct inputs make distinct identifiers.
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SplitMix64 {
    /// The generator of one part of a seeded world, such as one person's plan; parts never share a sequence by design.
    init(seed: UInt64, person: Int, part: UInt64) {
        let world = Self.mix(seed &+ Self.golden)
        self.init(seed: Self.mix(Self.mix(world ^ UInt64(person)) &+ Self.mix(part &+ 1)))
    }

    /// One element of `choices`, which must not be empty.
    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[below(choices.count)]
    }

    /// One number of `range`, which must not be empty.
    mutating func pickElement(of range: Range<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// The index of one weight, heavier weights more often.
    mutating func pickIndex(weights: [Int]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        preconditionFailure("a draw below the sum of the weights falls on one of them")
    }
}
