/// Groups directions that are alike, without being told how many groups there are.
///
/// First, each direction joins the nearest small group if that is near enough, or opens one (as BIRCH does; Zhang, Ramakrishnan
/// and Livny 1996); then small groups are joined by Ward's rule (1963), those first whose joining costs least in squared
/// distance, up to a cost that grows with the root of the number of directions; then every small group goes to the nearest
/// centre, some times over. The same directions in the same order give the same groups.
struct LikeGroups {
    /// Small groups; when so many are there, each further direction joins the nearest.
    static let smallMax = 2_048
    /// The cosine from which on a direction joins a small group.
    static let nearness: Float = 0.85
    /// The cost up to which groups are joined, for one direction. Chosen on single messages of two kinds, a few hundred to
    /// nine thousand of them.
    static let costForOne: Float = 0.04
    private static let rounds = 5

    private struct Group {
        var sum = PackedSum()
        var count: Float = 0
        var mean = PackedVector()
        var square: Float = 0
        var direction = PackedVector()

        mutating func add(_ vector: PackedVector, times weight: Float = 1) {
            sum.add(vector, times: weight)
            count += weight
            settle()
        }

        mutating func absorb(_ other: Group) {
            sum.add(other.mean, times: other.count)
            count += other.count
            settle()
        }

        private mutating func settle() {
            mean = sum.packed
            mean.scale /= count
            square = mean.dot(mean)
            direction = sum.direction
        }
    }

    private let smallLimit: Int
    private var small: [Group] = []
    var smallCount: Int { small.count }
    private var count = 0

    init(smallMax: Int = LikeGroups.smallMax) { smallLimit = smallMax }

    /// Takes one more in; zero is no direction and joins none.
    ///
    /// - Complexity: O(small groups).
    mutating func add(_ direction: PackedVector) {
        guard direction.scale > 0 else { return }
        count += 1
        var best = -1
        var likeness = -Float.infinity
        for place in small.indices {
            let cosine = small[place].direction.dot(direction)
            if cosine > likeness { (best, likeness) = (place, cosine) }
        }
        if best < 0 || (likeness < LikeGroups.nearness && small.count < smallLimit) {
            best = small.count
            small.append(Group())
        }
        small[best].add(direction)
    }

    /// The centres of the groups, the largest first.
    ///
    /// - Complexity: O(small groups² × dimensions).
    func centres() -> [PackedVector] {
        let limit = LikeGroups.costForOne * Float(count).squareRoot()
        var (owner, groups) = joined(upTo: limit)
        for _ in 0..<LikeGroups.rounds {
            let centres = groups.map(\.direction)
            groups = [Group](repeating: Group(), count: centres.count)
            for place in small.indices {
                var best = owner[place]
                var likeness = -Float.infinity
                for (index, centre) in centres.enumerated() {
                    let cosine = centre.dot(small[place].direction)
                    if cosine > likeness { (best, likeness) = (index, cosine) }
                }
                owner[place] = best
                groups[best].absorb(small[place])
            }
            for place in groups.indices where groups[place].count == 0 { groups[place].direction = centres[place] }
        }
        return groups.filter { $0.count > 0 }.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element.direction)
    }

    /// Joins small groups by a chain of nearest neighbours (Murtagh 1983), which finds what joining the cheapest two, one
    /// after the other, would.
    ///
    /// - Returns: of each small group its group, and the groups.
    private func joined(upTo limit: Float) -> (owner: [Int], groups: [Group]) {
        var groups = small
        var isActive = [Bool](repeating: true, count: groups.count)
        var merges: [(cost: Float, into: Int, from: Int)] = []
        var chain: [Int] = []
        var left = groups.count
        var firstActive = 0
        while left > 1 {
            if chain.isEmpty {
                while !isActive[firstActive] { firstActive += 1 }
                chain.append(firstActive)
            }
            let end = chain[chain.count - 1]
            let previous = chain.count > 1 ? chain[chain.count - 2] : -1
            var best = previous
            var cost = previous < 0 ? Float.infinity : LikeGroups.cost(groups[end], groups[previous])
            for place in groups.indices where isActive[place] && place != end {
                let other = LikeGroups.cost(groups[end], groups[place])
                if other < cost { (best, cost) = (place, other) }
            }
            guard best == previous else {
                chain.append(best)
                continue
            }
            chain.removeLast(2)
            merges.append((cost, min(end, best), max(end, best)))
            groups[min(end, best)].absorb(groups[max(end, best)])
            isActive[max(end, best)] = false
            left -= 1
        }
        return parts(of: merges, upTo: limit)
    }

    private static func cost(_ one: Group, _ other: Group) -> Float {
        let distance = one.square + other.square - 2 * one.mean.dot(other.mean)
        return one.count * other.count / (one.count + other.count) * max(0, distance)
    }

    private func parts(
        of merges: [(cost: Float, into: Int, from: Int)], upTo limit: Float
    ) -> (owner: [Int], groups: [Group]) {
        var parent = Array(small.indices)
        func root(_ place: Int) -> Int {
            var place = place
            while parent[place] != place { place = parent[place] }
            return place
        }
        for merge in merges where merge.cost <= limit { parent[root(merge.from)] = root(merge.into) }
        var numbers: [Int: Int] = [:]
        var groups: [Group] = []
        let owner = small.indices.map { place in
            let root = root(place)
            if numbers[root] == nil {
                numbers[root] = groups.count
                groups.append(Group())
            }
            groups[numbers[root]!].absorb(small[place])
            return numbers[root]!
        }
        return (owner, groups)
    }
}
