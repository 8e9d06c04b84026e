import Throughline

/// Finds the sequences of steps that most purposes took, from the root of their trie down.
///
/// No sequence has more purposes than begin with any part of it. So the node that most purposes begin with is looked at next (best-first
/// search: Hart, Nilsson and Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths", 1968), until no node is
/// left that more begin with than took the last sequence to be told.
struct VariantSearch {
    struct Sequence {
        /// By the hashes of their names, the first first.
        var steps: [UInt64]
        var isCut: Bool
        var count: Int64
    }

    private struct Node {
        var number: UInt64
        var steps: [UInt64]
        /// Purposes that begin so.
        var count: Int64
    }

    /// Nodes that are looked at in one read of the store.
    private static let nodesAtOnce = 64

    let profiles: any Profiles
    let organization: UInt32
    /// Numbers of types that are taken together.
    let types: [UInt32]

    /// - Returns: at most `limit`, those of most purposes first; where some have as many as the last, others of them may be left out.
    /// - Complexity: O(nodes that more purposes begin with than took the last sequence).
    func most(_ limit: Int) throws(StoreError) -> [Sequence] {
        var found: [Sequence] = []
        var open = [Node(number: VariantNode.root, steps: [], count: .max)]
        while !open.isEmpty {
            let wave = Array(open.prefix(VariantSearch.nodesAtOnce))
            open.removeFirst(wave.count)
            let numbers = wave.map(\.number)
            let sequences = try sums(.variant, numbers)
            let children = try sums(.node, numbers)
            for node in wave {
                for (key, count) in sequences[node.number] ?? [:] where count > 0 {
                    found.append(Sequence(steps: node.steps, isCut: key == 1, count: count))
                }
                for (name, count) in children[node.number] ?? [:] {
                    let number = VariantNode.child(of: node.number, name)
                    open.append(Node(number: number, steps: node.steps + [name], count: count))
                }
            }
            found.sort { VariantSearch.isMore(($0.count, $0.steps), ($1.count, $1.steps)) }
            if found.count >= limit { found.removeSubrange(limit...) }
            let least = found.count == limit ? found.last?.count ?? 0 : 0
            open.removeAll { $0.count <= least }
            open.sort { VariantSearch.isMore(($0.count, $0.steps), ($1.count, $1.steps)) }
        }
        return found
    }

    /// What is counted of a kind under some nodes, by node and by `b`, types taken together.
    private func sums(_ kind: CountKind, _ nodes: [UInt64]) throws(StoreError) -> [UInt64: [UInt64: Int64]] {
        var sums: [UInt64: [UInt64: Int64]] = [:]
        for (key, tally) in try profiles.tallies(of: organization, kind, types: types, a: nodes) {
            sums[key.a, default: [:]][key.b, default: 0] += tally.count
        }
        return sums
    }

    private static func isMore(
        _ one: (count: Int64, steps: [UInt64]), _ other: (count: Int64, steps: [UInt64])
    ) -> Bool {
        one.count == other.count ? one.steps.lexicographicallyPrecedes(other.steps) : one.count > other.count
    }
}
