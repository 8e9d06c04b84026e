/// Directions that are nearly one, taken together, in bounded room (the leaves of BIRCH; Zhang, Ramakrishnan and Livny
/// 1996).
///
/// Each direction joins the nearest small group if that is near enough, or opens one. Where there is no room for one
/// more, less near is near enough, and the small groups themselves are put in anew.
struct SmallGroups {
    /// The cosine from which on a direction joins a small group, as long as there is room.
    static let nearnessAtFirst: Float = 0.95
    /// What that falls by where there is no room.
    static let nearnessStep: Float = 0.02

    private let countMax: Int
    private var nearness = SmallGroups.nearnessAtFirst
    /// The directions of the sums.
    private(set) var directions: [PackedVector] = []
    private var sums: [PackedSum] = []
    /// How many directions each has.
    private(set) var counts: [Float] = []

    var count: Int { counts.count }

    init(countMax: Int) {
        precondition(countMax > 0, "directions need at least one small group to be in")
        self.countMax = countMax
    }

    /// Takes one more in.
    ///
    /// - Complexity: O(small groups); where there is no room for one more, O(small groups²).
    mutating func add(_ direction: PackedVector) {
        put(direction, with: direction, count: 1)
        while count > countMax {
            nearness -= SmallGroups.nearnessStep
            let before = self
            self = SmallGroups(countMax: countMax)
            nearness = before.nearness
            for place in before.counts.indices {
                put(before.directions[place], with: before.sums[place].packed, count: before.counts[place])
            }
        }
    }

    private mutating func put(_ direction: PackedVector, with sum: PackedVector, count: Float) {
        var (place, cosine) = nearest(to: direction)
        if counts.isEmpty || cosine < nearness {
            place = counts.count
            directions.append(direction)
            sums.append(PackedSum())
            counts.append(0)
        }
        sums[place].add(sum, times: 1)
        counts[place] += count
        directions[place] = sums[place].direction
    }

    /// The first of those that are nearest.
    private func nearest(to direction: PackedVector) -> (place: Int, cosine: Float) {
        var nearest = (place: 0, cosine: -Float.infinity)
        for place in directions.indices {
            let cosine = directions[place].dot(direction)
            if cosine > nearest.cosine { nearest = (place, cosine) }
        }
        return nearest
    }

    /// The same small groups, each of the directions that it is nearest to now that all are there, and of each
    /// direction its small group; those that nothing is left in are gone.
    ///
    /// - Complexity: O(directions × small groups).
    func settled(with all: [PackedVector]) -> (groups: SmallGroups, owners: [Int32]) {
        var owners = all.map { Int32(nearest(to: $0).place) }
        var isLeft = [Bool](repeating: false, count: count)
        for owner in owners { isLeft[Int(owner)] = true }
        var left = SmallGroups(countMax: countMax)
        let places = isLeft.map { isLeft in
            if isLeft {
                left.sums.append(PackedSum())
                left.counts.append(0)
            }
            return Int32(left.counts.count - 1)
        }
        for index in all.indices {
            owners[index] = places[Int(owners[index])]
            left.sums[Int(owners[index])].add(all[index], times: 1)
            left.counts[Int(owners[index])] += 1
        }
        left.directions = left.sums.map(\.direction)
        return (left, owners)
    }

    /// The direction of all of some small groups; zero where opposites leave none.
    func centre(of members: [Int32]) -> PackedVector {
        var total = PackedSum()
        for member in members { total.add(sums[Int(member)].packed, times: 1) }
        return total.direction
    }

    /// Directions of parts of some small groups, made by Ward's rule (1963) in the space of the directions; the part of
    /// most directions first, of parts of as many the one that has the first small group. Opposites that are one part
    /// have no direction.
    ///
    /// - Complexity: O(*n*²) in the number of these small groups.
    func aspects(of members: [Int32], countMax: Int) -> [PackedVector] {
        let counts = members.map { self.counts[Int($0)] }
        var chain = WardChain(costs: costs(of: members), counts: counts)
        var merges = chain.merges()
        merges = merges.enumerated().sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
            .prefix(max(0, members.count - countMax)).map(\.element)
        let parts = WardChain.parts(of: merges, count: members.count)
        var sizes = [Float](repeating: 0, count: min(countMax, members.count))
        var totals = sizes.map { _ in PackedSum() }
        for (place, part) in parts.enumerated() {
            sizes[Int(part)] += counts[place]
            totals[Int(part)].add(sums[Int(members[place])].packed, times: 1)
        }
        return sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.map { totals[$0].direction }
            .filter { $0.scale > 0 }
    }

    /// What it costs to join any two: by how much the squared distances from the mean grow.
    private func costs(of members: [Int32]) -> [Float] {
        let counts = members.map { self.counts[Int($0)] }
        let means = members.map { member in
            var mean = sums[Int(member)].packed
            mean.scale /= self.counts[Int(member)]
            return mean
        }
        let squares = means.map { $0.dot($0) }
        var costs = [Float](repeating: 0, count: means.count * means.count)
        for one in means.indices {
            for other in 0..<one {
                let distance = squares[one] + squares[other] - 2 * means[one].dot(means[other])
                let cost = counts[one] * counts[other] / (counts[one] + counts[other]) * max(0, distance)
                costs[one * means.count + other] = cost
                costs[other * means.count + one] = cost
            }
        }
        return costs
    }
}
