import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("blocks of lines")
struct LineBlockTests {
    /// Appends a line of so many bytes, with padding behind it.
    private func append(_ count: Int, to block: LineBlock) {
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count + JSONParser.padding)
        bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[..<count])
            block.append(.line(InputLine(raw: text, json: text, number: 1, offset: 0)))
        }
    }

    /// Lines of so many bytes that a block takes before it is full.
    private func count(_ bytes: Int, until limits: LineBlock.Limits) -> Int {
        let block = LineBlock(limits: limits)
        var count = 0
        while !block.isFull {
            append(bytes, to: block)
            count += 1
        }
        block.removeAll()
        #expect(!block.isFull)
        return count
    }

    @Test("a block is full with so many lines")
    func linesMax() {
        #expect(count(1, until: LineBlock.Limits(linesMax: 3)) == 3)
        #expect(count(1, until: LineBlock.Limits()) == LineBlock.Limits().linesMax)
    }

    @Test("a block is full with the line that brings it to so many bytes")
    func bytesMax() {
        // One byte more is kept behind each line.
        #expect(count(99, until: LineBlock.Limits(bytesMax: 300)) == 3)
        #expect(count(99, until: LineBlock.Limits(bytesMax: 301)) == 4)
        #expect(count(1 << 15, until: LineBlock.Limits()) == 8)
    }

    @Test("a line longer than a block has one of its own")
    func longLine() { #expect(count(5_000, until: LineBlock.Limits(bytesMax: 300)) == 1) }

    @Test("a round has so many blocks for each worker, up to a limit", arguments: [1, 2, 5, 16, 17, 256])
    func blocksPerRound(workers: Int) {
        let round = BlockRound(workers: workers, limits: LineBlock.Limits())
        #expect(round.isEmpty)
        for _ in 0..<2 {
            var count = 0
            while round.nextBlock() != nil { count += 1 }
            #expect(count == min(workers * BlockRound.blocksPerWorkerMax, BlockRound.blocksMax))
            while round.take() != nil { count -= 1 }
            #expect(count == 0)
            round.removeAll()
        }
    }
}
