import Testing

@testable import Throughline

@Suite("vectors in bytes")
struct PackedVectorTests {
    private func numbers(random: inout TestRandom) -> [Float] {
        (0..<Vector.dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private func direction(of numbers: [Float]) -> PackedVector {
        var vector = Vector()
        for (index, number) in numbers.enumerated() { vector[index] = number }
        return PackedVector(directionOf: vector, length: vector.length)
    }

    private func cosine(_ a: [Float], _ b: [Float]) -> Float {
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    @Test("cosines are those of the numbers to some thousandths", arguments: 1...20)
    func dot(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let a = numbers(random: &random)
        let b = zip(a, numbers(random: &random)).map { $0 + $1 * Float(seed % 5) }
        let packed = (direction(of: a), direction(of: b))
        #expect(abs(packed.0.dot(packed.1) - cosine(a, b)) < 0.004, "seed \(seed)")
        #expect(abs(packed.0.length - 1) < 0.004, "seed \(seed)")
    }

    @Test("the zero vector has no direction and adds nothing")
    func zero() {
        var random = TestRandom(seed: 3)
        let zero = PackedVector(directionOf: Vector(), length: 0)
        let other = direction(of: numbers(random: &random))
        #expect(zero.length == 0)
        #expect(zero.dot(other) == 0)
        var rows = VectorRows()
        rows.append(rows: 1)
        rows.fade(0, by: 0.85, adding: zero)
        #expect(rows.length(0) == 0)
        rows.normalize(0)
        #expect(rows.length(0) == 0)
        #expect(rows.direction(of: 0).length == 0)
    }

    @Test("a fading sum stays near the sum of the numbers, however long", arguments: [1, 2, 3], [Float(0.5), 0.85, 1])
    func fading(seed: UInt64, factor: Float) {
        var random = TestRandom(seed: seed)
        var sum = [Float](repeating: 0, count: Vector.dimensions)
        var rows = VectorRows()
        rows.append(rows: 3)
        for _ in 0..<100 {
            let next = numbers(random: &random)
            let packed = direction(of: next)
            let length = cosine(next, next) > 0 ? next.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
            for index in sum.indices { sum[index] = sum[index] * factor + 2 * next[index] / length }
            rows.fade(1, by: factor, adding: packed, times: 2)
        }
        let probe = numbers(random: &random)
        let found = rows.dot(1, direction(of: probe)) / rows.length(1)
        #expect(abs(found - cosine(sum, probe)) < 0.02, "seed \(seed)")
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(rows.length(1) / length - 1) < 0.02, "seed \(seed)")
        #expect(rows.length(0) == 0 && rows.length(2) == 0)
        rows.fade(1, by: 0.5)
        #expect(abs(rows.length(1) / length - 0.5) < 0.01, "seed \(seed)")
        #expect(abs(rows.direction(of: 1).length - 1) < 1e-4)
        rows.clear(1..<2)
        #expect(rows.length(1) == 0)
    }

    @Test("rows are compared where they lie", arguments: [1, 2])
    func rows(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let a = direction(of: numbers(random: &random))
        let b = direction(of: numbers(random: &random))
        var rows = VectorRows()
        rows.append(rows: 2)
        rows.set(0, to: a)
        rows.set(1, to: b)
        #expect(rows.dot(0, 1) == a.dot(b))
        #expect(rows.dot(0, b) == a.dot(b))
        var sum = PackedSum()
        sum.add(a, times: 1)
        sum.add(b, times: 0.5)
        rows.fade(0, by: 1, adding: b, times: 0.5)
        #expect(abs(sum.packed.dot(b) - rows.dot(0, b)) < 0.01, "seed \(seed)")
        sum.removeAll()
        #expect(sum.packed.length == 0)
    }
}
