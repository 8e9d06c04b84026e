/// Groups directions that are alike, without being told how many groups there are.
///
/// First, directions that are nearly one are taken together (``SmallGroups``). Then each small group is told by where
/// short walks from it end, on a graph of what is most alike by direction and by words (``LikenessWalks``), and small
/// groups whose walks end alike are joined by Ward's rule (1963; ``WardChain``), up to a cost that grows with the
/// number of directions; then every small group goes to the group that it is most like, some times over. A group may
/// have any shape: it is told by what some parts of it are about, not by its middle alone. The same directions in the same order give the same
/// groups, bit by bit.
struct LikeGroups {
    /// Small groups that there is room for.
    static let smallMax = 4_096
    /// Directions that are looked at; further ones are left out.
    static let directionsMax = 16_384
    /// Words of one direction that are looked at, the first so many.
    static let wordsMax = 512
    /// The cost up to which groups are joined, as a share of the number of directions. Joining all costs less than one
    /// for each direction, so there are at most some seven hundred groups. Half of it is better by a hundredth of V-measure
    /// where there are a hundred kinds, and worse by three where there are ten; twice as much the other way round.
    static let costShare: Float = 0.0015
    private static let rounds = 3

    private var small: SmallGroups
    private var directions: [PackedVector] = []
    /// Each word in the upper half, and in the lower one the place of the direction that it was said with.
    private var mentions: [UInt64] = []

    /// - Parameter smallMax: small groups that there is room for.
    init(smallMax: Int = LikeGroups.smallMax) { small = SmallGroups(countMax: smallMax) }

    /// Small groups so far.
    var smallCount: Int { small.count }

    /// Takes one more in; zero is no direction and joins none.
    ///
    /// - Parameter words: hashes of what is said with it, in any order; one that comes twice counts once.
    /// - Complexity: O(small groups); where there is no room for one more, O(small groups²).
    mutating func add(_ direction: PackedVector, words: [UInt32]) {
        guard direction.scale > 0, directions.count < LikeGroups.directionsMax else { return }
        for word in words.prefix(LikeGroups.wordsMax) {
            mentions.append(UInt64(word) << 32 | UInt64(directions.count))
        }
        directions.append(direction)
        small.add(direction)
    }

    /// The groups, that of most directions first; of groups of as many the one whose first direction came first.
    ///
    /// - Complexity: O(directions × small groups), O(small groups²) in room.
    func groups() -> [LikeGroup] {
        guard !directions.isEmpty else { return [] }
        let (small, owners) = small.settled(with: directions)
        let words = SharedWords(mentions, owners: owners, groupCount: small.count)
        let walks = LikenessWalks(small.directions, words, neighbours: LikeGroups.neighbours(of: directions.count))
        var chain = WardChain(costs: walks.costs(counts: small.counts), counts: small.counts)
        let merges = chain.merges(upTo: LikeGroups.costShare * Float(directions.count))
        var parts = WardChain.parts(of: merges, count: small.count)
        for _ in 0..<LikeGroups.rounds { parts = walks.nearest(parts, counts: small.counts) }
        return LikeGroups.ordered(parts, owners: owners).compactMap { members in
            let centre = small.centre(of: members)
            let aspects = small.aspects(of: members, countMax: LikeGroup.aspectsMax)
            return centre.scale > 0 && !aspects.isEmpty ? LikeGroup(centre: centre, aspects: aspects) : nil
        }
    }

    /// How many neighbours a small group has in the graph: more of many, as connected graphs need (Maier, Hein and von
    /// Luxburg 2009), but few, so that small types stay apart.
    private static func neighbours(of count: Int) -> Int {
        max(3, Int((naturalLog(Float(count)) / naturalLog(2)).rounded(.toNearestOrEven)) - 2)
    }

    /// The small groups of each group, in order.
    ///
    /// - Parameters:
    ///   - parts: of each small group, its group.
    ///   - owners: of each direction, its small group.
    private static func ordered(_ parts: [Int32], owners: [Int32]) -> [[Int32]] {
        let count = Int(parts.max() ?? -1) + 1
        var sizes = [Int](repeating: 0, count: count)
        var order: [Int] = []
        for owner in owners {
            let part = Int(parts[Int(owner)])
            if sizes[part] == 0 { order.append(part) }
            sizes[part] += 1
        }
        var members = [[Int32]](repeating: [], count: count)
        for (place, part) in parts.enumerated() { members[Int(part)].append(Int32(place)) }
        return order.enumerated().sorted { (sizes[$1.element], $0.offset) < (sizes[$0.element], $1.offset) }
            .map { members[$0.element] }
    }
}

/// Directions that are alike.
struct LikeGroup: Sendable {
    static let aspectsMax = 4

    /// The direction of all of them.
    var centre: PackedVector
    /// Directions of parts of them, those of most first; none where the centre says all. What is of the group is most like one of these.
    var aspects: [PackedVector] = []
}
