/// How much a line of consent speaks of: whether it names an organization, and whether it names a channel.
///
/// Of the lines that speak of one use on one channel there are only these four breadths, so a few bits tell which of them
/// were met.
struct ConsentBreadth: Hashable {
    /// 1 where an organization is named, plus 2 where a channel is.
    private let named: UInt8

    init(use: Use, channel: ChannelName?) {
        named = (use.organization == nil ? 0 : 1) | (channel == nil ? 0 : 2)
    }

    /// That of a line which names all that can be named for this kind of use.
    init(narrowestOf kind: Use.Kind) { named = kind == .sharing ? 3 : 2 }

    /// How many of the two it names.
    var namedCount: Int { named.nonzeroBitCount }

    /// Breadths of a number of lines, all about one use on one channel.
    struct Group {
        private var bits: UInt8 = 0

        mutating func insert(_ breadth: ConsentBreadth) { bits |= 1 << breadth.named }

        /// Whether one of them names all that this one does. A yes that does lifts a no of this breadth.
        func containsNarrowerOrSame(as breadth: ConsentBreadth) -> Bool {
            // For each breadth, the ones that name at least as much.
            let narrowerOrSame: SIMD4<UInt8> = [0b1111, 0b1010, 0b1100, 0b1000]
            return bits & narrowerOrSame[Int(breadth.named)] != 0
        }
    }
}
