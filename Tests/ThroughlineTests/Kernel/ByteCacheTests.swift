import Testing

@testable import Throughline

@Suite("what is made of texts once")
struct ByteCacheTests {
    private func value(of text: String, in cache: inout ByteCache<Int>, made: inout Int) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            cache.value(of: bytes) {
                made += 1
                return $0.count
            }
        }
    }

    @Test("each text is made once while there is room, and anew after that")
    func bounded() {
        var cache = ByteCache<Int>(valuesMax: 8)
        var made = 0
        for _ in 0..<3 {
            for length in 0..<8 {
                #expect(value(of: String(repeating: "x", count: length), in: &cache, made: &made) == length)
            }
        }
        #expect(made == 8)
        for length in 0..<100 {
            #expect(value(of: String(repeating: "y", count: length), in: &cache, made: &made) == length)
        }
        #expect(value(of: "x", in: &cache, made: &made) == 1)
        #expect(made > 100)
    }
}
