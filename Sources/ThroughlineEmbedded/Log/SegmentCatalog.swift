import Synchronization
import ThroughlineEngine

/// Which segments there are, and where some of their blocks lie: one for each ``strideBytes`` of what was written or
/// read since the log was opened, 16 bytes each. A log of 10⁷ events takes less than a megabyte.
final class SegmentCatalog: Sendable {
    static let strideBytes = 64 << 10

    struct Block {
        var first: LogPosition
        var offset: Int
    }

    private struct Entry {
        let first: LogPosition
        /// In order.
        var blocks: [Block]
    }

    private let entries = Mutex<[Entry]>([])

    /// How many blocks are noted, 16 bytes each.
    var blockCount: Int { entries.withLock { $0.reduce(0) { $0 + $1.blocks.count } } }

    /// Adds a segment behind all others.
    func add(_ first: LogPosition) {
        entries.withLock { entries in
            entries.append(Entry(first: first, blocks: [Block(first: first, offset: SegmentHeader.bytes)]))
        }
    }

    /// Notes where a block lies, if no other near it is noted. Blocks come in order, or again.
    func note(_ first: LogPosition, at offset: Int, in segment: LogPosition) {
        entries.withLock { entries in
            let index = SegmentCatalog.last(in: entries, notBehind: segment, by: \.first)
            guard let index, let last = entries[index].blocks.last else { return }
            if offset >= last.offset + SegmentCatalog.strideBytes {
                entries[index].blocks.append(Block(first: first, offset: offset))
            }
        }
    }

    /// Forgets where the blocks of a segment lie, as far as it is known by having read it.
    func forgetBlocks(of segment: LogPosition) {
        entries.withLock { entries in
            let index = SegmentCatalog.last(in: entries, notBehind: segment, by: \.first)
            if let index { entries[index].blocks.removeLast(entries[index].blocks.count - 1) }
        }
    }

    /// The segments that have some positions, each with its own.
    ///
    /// - Parameter positions: in order.
    /// - Complexity: O(*n*) in positions.
    func segments(with positions: [LogPosition]) -> [(segment: LogPosition, positions: ArraySlice<LogPosition>)] {
        entries.withLock { entries in
            var found: [(LogPosition, ArraySlice<LogPosition>)] = []
            var rest = positions[...]
            while let position = rest.first {
                guard let index = SegmentCatalog.last(in: entries, notBehind: position, by: \.first) else { break }
                let next = index + 1 < entries.count ? entries[index + 1].first : nil
                let own = next.map { next in rest.prefix { $0 < next } } ?? rest
                found.append((entries[index].first, own))
                rest = rest[own.endIndex...]
            }
            return found
        }
    }

    /// The segment that has a position, and the last block noted in it that does not lie behind it.
    ///
    /// - Complexity: O(log *n*).
    func place(of position: LogPosition) -> (segment: LogPosition, block: Block)? {
        entries.withLock { entries in
            guard let index = SegmentCatalog.last(in: entries, notBehind: position, by: \.first) else { return nil }
            let blocks = entries[index].blocks
            guard let block = SegmentCatalog.last(in: blocks, notBehind: position, by: \.first) else { return nil }
            return (entries[index].first, blocks[block])
        }
    }

    private static func last<Element>(
        in elements: [Element], notBehind position: LogPosition, by first: (Element) -> LogPosition
    ) -> Int? {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if first(elements[middle]) <= position { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
