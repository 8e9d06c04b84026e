import Throughline
import ThroughlineEngine

/// The messages of the last commits, until there are enough of them for a run.
struct YoungMessages {
    /// Open addressing; a mark of 0 is an empty place.
    private var hashes: [UInt64] = [UInt64](repeating: 0, count: 1_024)
    /// The day and one.
    private var marks: [UInt16] = [UInt16](repeating: 0, count: 1_024)
    private(set) var count = 0

    /// The day when a message was taken last.
    func day(of hash: UInt64) -> UInt16? {
        let mark = marks[place(of: hash)]
        return mark == 0 ? nil : mark - 1
    }

    mutating func insert(_ message: StoredMessage) {
        if count * 2 >= hashes.count { grow() }
        let place = place(of: message.hash)
        if marks[place] == 0 { count += 1 }
        hashes[place] = message.hash
        marks[place] = message.day + 1
    }

    /// By hash.
    func sorted() -> [StoredMessage] {
        var messages: [StoredMessage] = []
        messages.reserveCapacity(count)
        for (hash, mark) in zip(hashes, marks) where mark != 0 {
            messages.append(StoredMessage(hash: hash, day: mark - 1))
        }
        messages.sort { $0.hash < $1.hash }
        return messages
    }

    /// Where a hash lies, or would. Hashes are of SHA-256: their low bits serve.
    private func place(of hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & (hashes.count - 1)
        while marks[place] != 0, hashes[place] != hash { place = (place + 1) & (hashes.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = (hashes, marks)
        hashes = [UInt64](repeating: 0, count: old.0.count * 2)
        marks = [UInt16](repeating: 0, count: old.1.count * 2)
        for (hash, mark) in zip(old.0, old.1) where mark != 0 {
            let place = place(of: hash)
            hashes[place] = hash
            marks[place] = mark
        }
    }
}

/// A message as it is kept.
struct StoredMessage: Equatable {
    var hash: UInt64
    /// Days from 1970, at most 65,534.
    var day: UInt16

    init(hash: UInt64, day: UInt16) {
        self.hash = hash
        self.day = min(65_534, day)
    }

    init(_ key: MessageKey) {
        hash = key.hash
        day = UInt16(min(65_534, max(0, key.day)))
    }

    /// Whether a message that comes on a day is this one come again.
    static func isRecent(_ day: UInt16, at today: Int32) -> Bool { today - Int32(day) <= MessageKey.daysMax }
}
