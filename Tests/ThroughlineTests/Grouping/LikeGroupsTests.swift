import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("groups of directions that are alike")
struct LikeGroupsTests {
    @Test("nothing has no groups, and zero is nothing")
    func nothing() {
        var groups = LikeGroups()
        #expect(groups.groups().isEmpty)
        groups.add(PackedVector(), words: [1, 2])
        #expect(groups.smallCount == 0)
        #expect(groups.groups().isEmpty)
    }

    @Test("zero changes nothing between others")
    func zero() {
        var random = SplitMix64(seed: 5)
        let items = random.items(kinds: 3, each: 20, noise: 0.5)
        var (with, without) = (LikeGroups(), LikeGroups())
        for item in items {
            with.add(PackedVector(), words: item.words)
            with.add(item.direction, words: item.words)
            without.add(item.direction, words: item.words)
        }
        #expect(bytes(with.groups().map(\.aspects)) == bytes(without.groups().map(\.aspects)))
    }

    @Test("the same in the same order gives the same, bit by bit", arguments: [LikeGroups.smallMax, 50])
    func sameAgain(room: Int) {
        var random = SplitMix64(seed: 1)
        let items = random.items(kinds: 7, each: 20, noise: 1)
        let first = grouped(items, smallMax: room).groups().map(\.aspects)
        #expect(first.count > 1)
        #expect(bytes(first) == bytes(grouped(items, smallMax: room).groups().map(\.aspects)))
        #expect(first.allSatisfy { (1...LikeGroup.aspectsMax).contains($0.count) })
    }

    @Test("words come in any order, and one that comes twice counts once")
    func wordOrder() {
        var random = SplitMix64(seed: 2)
        let items = random.items(kinds: 5, each: 20, noise: 1)
        let turned = items.map { (direction: $0.direction, words: $0.words.reversed() + $0.words) }
        #expect(bytes(grouped(items).groups().map(\.aspects)) == bytes(grouped(turned).groups().map(\.aspects)))
    }

    @Test(
        "two clear kinds are two groups, however many there are", arguments: [1, 2, 3, 10, 100, 500], [true, false])
    func twoKinds(each: Int, hasWords: Bool) {
        var random = SplitMix64(seed: 3)
        let items = random.items(kinds: 2, each: each, noise: 0.1)
        let types = grouped(hasWords ? items : items.map { ($0.direction, []) }).groups().map(\.aspects)
        #expect(types.count == 2)
        let found = items.map { nearest(types, to: $0.direction) }
        for place in found.indices { #expect(found[place] == found[place % 2]) }
    }

    @Test("kinds that vary are told apart without words, and where only some have words")
    func kinds() {
        var random = SplitMix64(seed: 6)
        let items = random.items(kinds: 4, each: 25, noise: 0.7)
        let some = items.enumerated().map { ($1.direction, $0 % 3 == 0 ? $1.words : []) }
        for given in [items, items.map { ($0.direction, []) }, some] {
            let types = grouped(given).groups().map(\.aspects)
            #expect(types.count >= 4)
            // No group has two kinds.
            let found = items.map { nearest(types, to: $0.direction) }
            #expect(Set(zip(found, (0..<found.count).map { $0 % 4 }).map { $0 * 4 + $1 }).count == Set(found).count)
        }
    }

    @Test("the largest group is first, of two as large the one that came first")
    func order() {
        var random = SplitMix64(seed: 8)
        let all = random.items(kinds: 3, each: 10, noise: 0.1)
        // The first and the second kind five times, the third one ten times.
        let items = all.enumerated().filter { $0.offset % 3 == 2 || $0.offset < 15 }.map(\.element)
        let types = grouped(items).groups().map(\.aspects)
        #expect([2, 0, 1].map { nearest(types, to: all[$0].direction) } == [0, 1, 2])
    }

    @Test("the room is kept, and everything lands still", arguments: [1, 2, 10, 40])
    func room(smallMax: Int) {
        var random = SplitMix64(seed: 4)
        let items = random.items(kinds: 60, each: 3, noise: 1)
        var groups = LikeGroups(smallMax: smallMax)
        for item in items {
            groups.add(item.direction, words: item.words)
            #expect(groups.smallCount <= smallMax)
        }
        let types = groups.groups().map(\.aspects)
        #expect((1...smallMax).contains(types.count))
        #expect(types.joined().allSatisfy { abs($0.length - 1) < 0.01 })
    }

    @Test("opposites in one small group have no direction, and no group")
    func opposites() {
        var vector = Vector()
        vector[3] = 1
        var other = Vector()
        other[3] = -1
        let items = [vector, other].map { (PackedVector(directionOf: $0, length: 1), [UInt32]()) }
        #expect(grouped(items, smallMax: 1).groups().map(\.aspects).isEmpty)
        #expect(grouped(items).groups().map(\.aspects).count == 2)
    }

    @Test("further directions than are looked at are left out")
    func directionsMax() {
        var random = SplitMix64(seed: 9)
        let items = random.items(kinds: 2, each: 1, noise: 0)
        var groups = LikeGroups()
        for _ in 0..<LikeGroups.directionsMax { groups.add(items[0].direction, words: []) }
        groups.add(items[1].direction, words: [])
        #expect(groups.groups().count == 1)
    }
}

typealias Item = (direction: PackedVector, words: [UInt32])

private func grouped(_ items: [Item], smallMax: Int = LikeGroups.smallMax) -> LikeGroups {
    var groups = LikeGroups(smallMax: smallMax)
    for item in items { groups.add(item.direction, words: item.words) }
    return groups
}

private func nearest(_ types: [[PackedVector]], to direction: PackedVector) -> Int {
    let likeness = types.map { $0.map { $0.dot(direction) }.max() ?? -1 }
    return likeness.indices.max { likeness[$0] < likeness[$1] } ?? -1
}

private func bytes(_ types: [[PackedVector]]) -> [[[UInt8]]] { types.map { $0.map(\.bytes) } }

extension SplitMix64 {
    private mutating func vector() -> Vector {
        var vector = Vector()
        // Sums of four draws are near enough to normal ones.
        for index in 0..<Vector.dimensions {
            vector[index] = (0..<4).reduce(0) { sum, _ in sum + Float(below(2_001)) / 1_000 - 1 }
        }
        return vector
    }

    /// Directions around some centres, in turns, with a few words of their kind and one of their own.
    ///
    /// - Parameter noise: how long what is added to a centre is, as a share of the centre.
    mutating func items(kinds: Int, each: Int, noise: Float) -> [Item] {
        let centres = (0..<kinds).map { _ in vector() }
        return (0..<kinds * each).map { place in
            var (vector, other) = (centres[place % kinds], vector())
            let weight = noise * vector.length / other.length
            for index in 0..<Vector.dimensions { vector[index] += weight * other[index] }
            let words = (0..<4).map { _ in UInt32(100 * (place % kinds) + below(8)) } + [UInt32(1_000_000 + place)]
            return (PackedVector(directionOf: vector, length: vector.length), words)
        }
    }
}
