/// How long purposes of one type are silent at a stage before they go on, counted: the gaps that ended, and those that are still
/// open, which say only that it takes longer than so (Kaplan and Meier 1958, over bins that grow by a fifth). What is counted can
/// be taken back.
public struct SilenceCurve: Sendable, Equatable {
    /// Bins, four for each doubling of the seconds: up to eight years.
    static let binCount = 112
    /// Fewer gaps that ended tell nothing.
    public static let gapsMin = 10
    /// Of those that go on, the share that has by the time a purpose counts as stalled, and as dormant.
    public static let stalledShare = 0.9
    public static let dormantShare = 0.98

    private var ended = [Int32](repeating: 0, count: binCount)
    private var open = [Int32](repeating: 0, count: binCount)
    public private(set) var endedCount = 0
    public private(set) var openCount = 0

    public init() {}

    /// What was counted, by bin: bins in which nothing was are left out.
    package var counts: [(bin: Int, ended: Int32, open: Int32)] {
        (0..<SilenceCurve.binCount).filter { ended[$0] != 0 || open[$0] != 0 }.map { ($0, ended[$0], open[$0]) }
    }

    /// Takes over what ``counts`` gave; nil where it is something else.
    package init?(counts: [(bin: Int, ended: Int32, open: Int32)]) {
        for (bin, ended, open) in counts {
            guard (0..<SilenceCurve.binCount).contains(bin), ended >= 0, open >= 0 else { return nil }
            self.ended[bin] = ended
            self.open[bin] = open
        }
        endedCount = self.ended.reduce(0) { $0 + Int($1) }
        openCount = self.open.reduce(0) { $0 + Int($1) }
    }

    /// Counts a gap; with -1 takes back one that was counted.
    ///
    /// - Parameters:
    ///   - seconds: its length; times before its beginning count as none.
    ///   - isOpen: whether nothing has ended it yet.
    public mutating func add(seconds: Int64, isOpen: Bool, times sign: Int = 1) {
        let bin = SilenceCurve.bin(of: seconds)
        if isOpen {
            open[bin] += Int32(sign)
            openCount += sign
        } else {
            ended[bin] += Int32(sign)
            endedCount += sign
        }
    }

    /// The seconds within which this share of those that go on at all has gone on; nil where too little is known.
    ///
    /// - Complexity: O(1).
    public func seconds(untilShare share: Double) -> Int64? {
        guard endedCount >= SilenceCurve.gapsMin else { return nil }
        var survivors: [Double] = []
        var atRisk = endedCount + openCount
        var silent = 1.0
        for bin in 0..<SilenceCurve.binCount {
            if ended[bin] > 0 { silent *= 1 - Double(ended[bin]) / Double(atRisk) }
            survivors.append(silent)
            atRisk -= Int(ended[bin] + open[bin])
        }
        // Of those that are silent to the end nobody knows whether they would go on: the share is of the others.
        let never = silent
        for bin in 0..<SilenceCurve.binCount where 1 - survivors[bin] >= share * (1 - never) - 1e-12 {
            return SilenceCurve.end(of: bin)
        }
        return nil
    }

    public var median: Int64? { seconds(untilShare: 0.5) }
    public var stalledAfter: Int64? { seconds(untilShare: SilenceCurve.stalledShare) }
    public var dormantAfter: Int64? { seconds(untilShare: SilenceCurve.dormantShare) }

    /// The bin of a length: the power of two below it, and the quarter of the way to the next.
    static func bin(of seconds: Int64) -> Int {
        let value = UInt64(clamping: seconds) &+ 4
        let power = 63 - value.leadingZeroBitCount
        let quarter = Int(value >> UInt64(power - 2) & 3)
        return min(binCount - 1, 4 * (power - 2) + quarter)
    }

    /// The longest length in a bin.
    static func end(of bin: Int) -> Int64 {
        let (power, quarter) = (bin / 4, bin % 4)
        return Int64((5 + quarter) << power) - 5
    }
}
