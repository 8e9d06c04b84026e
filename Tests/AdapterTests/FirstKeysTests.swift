import Foundation
import Testing

@testable import ThroughlineEmbedded

@Suite("the file with the first keys")
struct FirstKeysTests {
    @Test("every flipped bit is found; one of an earlier version is taken as it is", arguments: ["tlw_abc", nil])
    func flipped(writeKey: String?) {
        let file = Data(FirstKeys.file(writeKey: writeKey, apiKey: "tla_def"))
        #expect(FirstKeys.isWhole(file))
        for place in file.indices {
            for bit in 0..<8 {
                var flipped = file
                flipped[place] ^= 1 << bit
                #expect(!FirstKeys.isWhole(flipped), "bit \(bit) of byte \(place)")
            }
            #expect(!FirstKeys.isWhole(file[..<place]) || file[..<place].last == 10)
        }
        #expect(FirstKeys.isWhole(Data("write key: a\nAPI key: b\n".utf8)))
        #expect(!FirstKeys.isWhole(Data("write kex: a\nAPI key: b\n".utf8)))
    }
}
