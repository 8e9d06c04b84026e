/// Joins what costs least to join, one after the other, by a chain of nearest neighbours (Murtagh 1983): from anything
/// to the nearest to it, and on, until two are the nearest to each other. These are joined, and the chain goes on from
/// what is left of it. That finds what joining the cheapest two of all would, in another order.
struct WardChain {
    /// Two that were joined; what they are together stands at the first of their places.
    struct Merge {
        var cost: Float
        var into: Int32
        var from: Int32
    }

    private let count: Int
    /// Row by row, what it costs to join any two; infinite for one with itself and with what was joined into another
    /// one, whose own row is no longer read.
    private var costs: [Float]
    private var counts: [Float]

    /// - Parameters:
    ///   - costs: row by row, what it costs to join any two by Ward's rule (1963); the same in both directions.
    ///   - counts: how many there are of each.
    init(costs: [Float], counts: [Float]) {
        precondition(costs.count == counts.count * counts.count, "any two have a cost")
        count = counts.count
        self.costs = costs
        self.counts = counts
        for place in 0..<count { self.costs[place * count + place] = .infinity }
    }

    /// Joins all that costs no more than the limit. No later joining costs less than those before it that it is made
    /// of: what is dearer than the limit to the nearest stays so, and the chain goes no further there.
    ///
    /// - Returns: in the order of the chain.
    /// - Complexity: O(*n*²).
    mutating func merges(upTo limit: Float = .greatestFiniteMagnitude) -> [Merge] {
        var isJoined = [Bool](repeating: false, count: count)
        var merges: [Merge] = []
        var chain: [Int] = []
        var start = 0
        while start < count {
            guard let end = chain.last else {
                if isJoined[start] { start += 1 } else { chain.append(start) }
                continue
            }
            let previous = chain.count > 1 ? chain[chain.count - 2] : -1
            let (nearest, cost) = nearest(to: end, ifNot: previous)
            guard cost <= limit else {
                chain.removeAll(keepingCapacity: true)
                start += 1
                continue
            }
            guard nearest == previous else {
                chain.append(nearest)
                continue
            }
            chain.removeLast(2)
            let (into, from) = (min(end, nearest), max(end, nearest))
            merges.append(Merge(cost: cost, into: Int32(into), from: Int32(from)))
            join(from, into: into)
            isJoined[from] = true
        }
        return merges
    }

    /// The first of those that are nearest, but the previous one where it is as near.
    private func nearest(to place: Int, ifNot previous: Int) -> (place: Int, cost: Float) {
        let row = costs.span.extracting(place * count..<(place + 1) * count)
        var nearest = previous
        var cost = previous < 0 ? Float.infinity : row[previous]
        for other in row.indices where row[other] < cost {
            cost = row[other]
            nearest = other
        }
        return (nearest, cost)
    }

    /// By the formula of Lance and Williams (1967). What two together cost with a third is no less than what the
    /// cheaper of them did, and no rounding makes it so: the chain would go in circles.
    private mutating func join(_ from: Int, into: Int) {
        let cost = costs[into * count + from]
        costs[into * count + from] = .infinity
        for other in 0..<count where costs[into * count + other] < .infinity {
            let (one, two) = (costs[into * count + other], costs[from * count + other])
            let sum =
                (counts[into] + counts[other]) * one + (counts[from] + counts[other]) * two - counts[other] * cost
            let both = max(sum / (counts[into] + counts[from] + counts[other]), min(one, two))
            costs[into * count + other] = both
            costs[other * count + into] = both
            costs[other * count + from] = .infinity
        }
        counts[into] += counts[from]
    }

    /// Of each place the number of what it is part of; numbers go up from 0 by the first place of each.
    static func parts(of merges: [Merge], count: Int) -> [Int32] {
        var parents = [Int32](repeating: -1, count: count)
        for merge in merges { parents[Int(merge.from)] = merge.into }
        var parts: [Int32] = []
        var numbersUsed: Int32 = 0
        for parent in parents {  // A place comes behind the one that it was joined into.
            if parent < 0 {
                parts.append(numbersUsed)
                numbersUsed += 1
            } else {
                parts.append(parts[Int(parent)])
            }
        }
        return parts
    }
}
