import Testing

@testable import ThroughlineEmbedded

@Suite("checksums")
struct ChecksumTests {
    @Test("are those of gzip", arguments: [("", 0), ("123456789", 0xCBF4_3926)] as [(String, UInt32)])
    func known(text: String, expected: UInt32) {
        #expect(Array(text.utf8).withUnsafeBytes { Checksum.of($0) } == expected)
    }

    @Test("of two parts are that of the whole")
    func parts() {
        let bytes = Array("the whole of it".utf8)
        let whole = bytes.withUnsafeBytes { Checksum.of($0) }
        for cut in 0...bytes.count {
            let first = bytes[..<cut].withUnsafeBytes { Checksum.of($0) }
            #expect(bytes[cut...].withUnsafeBytes { Checksum.of($0, behind: first) } == whole)
        }
    }
}
