import Synchronization

/// Blocks of lines that are parsed together: filled by one thread, then taken by the workers one after the other.
final class BlockRound: @unchecked Sendable {  // Unchecked: filled by one thread, before any worker knows of it.
    /// Blocks for each worker: several, so that none waits long for the last.
    static let blocksPerWorkerMax = 4
    /// Blocks of one round, however many workers there are.
    static let blocksMax = 64

    private let blocks: [LineBlock]
    private var count = 0
    private let taken = Atomic(0)

    /// - Parameter part: how much of each event is read.
    init(workers: Int, limits: LineBlock.Limits, part: EventParser.Part = .envelope) {
        let count = min(workers * BlockRound.blocksPerWorkerMax, BlockRound.blocksMax)
        blocks = (0..<count).map { _ in LineBlock(limits: limits, part: part) }
    }

    /// The blocks that were asked for, in their order.
    var filled: ArraySlice<LineBlock> { blocks[..<count] }
    /// Whether there is no line in it.
    var isEmpty: Bool { filled.allSatisfy { $0.count == 0 } }

    func removeAll() {
        count = 0
        taken.store(0, ordering: .relaxed)
    }

    /// An empty block to fill; nil when there is no further one.
    func nextBlock() -> LineBlock? {
        guard count < blocks.count else { return nil }
        count += 1
        blocks[count - 1].removeAll()
        return blocks[count - 1]
    }

    /// A block that no worker has taken; nil when there is none left.
    func take() -> LineBlock? {
        let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? blocks[index] : nil
    }
}
