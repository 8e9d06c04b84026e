import Testing

@testable import Throughline

@Suite("the model's file")
struct ModelFileTests {
    private func decode(_ bytes: [UInt8]) -> Result<DiscoveryModel, ModelFileError> {
        bytes.withUnsafeBytes { bytes in Result { () throws(ModelFileError) in try DiscoveryModel(decoding: bytes) } }
    }

    @Test("the shipped model reads back as the same bytes")
    func roundTrip() throws {
        let bytes = Given.model.encoded()
        #expect(try decode(bytes).get() == Given.model)
        #expect(try decode(bytes).get().encoded() == bytes)
        #expect(Given.model.placing.treeCount > 100)
        #expect(Given.model.repair.treeCount > 100)
    }

    @Test("a model that ends early is refused, wherever it ends")
    func truncated() {
        let bytes = Given.model.encoded()
        var random = TestRandom(seed: 1)
        for length in [0, 7, 8, 12, 20, 24] + (0..<200).map({ _ in Int.random(in: 0..<bytes.count, using: &random) }) {
            if case .success = decode(Array(bytes.prefix(length))) { Issue.record("read \(length) bytes") }
        }
        if case .success = decode(bytes + [0]) { Issue.record("read a byte too many") }
    }

    @Test("changed bytes are refused or read, never a crash", arguments: [1, 2])
    func changed(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let good = Given.model.encoded()
        for _ in 0..<100 {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if case .success(let model) = decode(bytes) { #expect(model.placing.treeCount > 0, "seed \(seed)") }
        }
    }

    @Test("another kind of file is told as such")
    func other() {
        #expect(decode(Array("{\"not\": \"a model\"}, and some more of it".utf8)) == .failure(.notAModel))
        var bytes = Given.model.encoded()
        bytes[8] = 7
        #expect(decode(bytes) == .failure(.unknownVersion(7)))
    }
}
