import ThroughlineEngine

/// The disk behind ``FaultyFiles``: what is durable, and what was done since.
struct FaultyDisk {
    enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(size: Int)
    }

    enum FolderChange {
        case link(name: String, file: Int)
        case unlink(name: String)
        case rename(name: String, newName: String)

        func apply(to names: inout [String: Int]) {
            switch self {
            case .link(let name, let file): names[name] = file
            case .unlink(let name): names[name] = nil
            case .rename(let name, let newName): names[newName] = names.removeValue(forKey: name)
            }
        }
    }

    struct File {
        var durable: [UInt8] = []
        var bytes: [UInt8] = []
        /// What leads from the one to the other, in order.
        var unsynced: [Change] = []

        mutating func apply(_ change: Change) {
            unsynced.append(change)
            File.apply(change, to: &bytes)
        }

        static func apply(_ change: Change, to bytes: inout [UInt8]) {
            switch change {
            case .write(let offset, let written):
                grow(&bytes, to: offset + written.count)
                bytes.replaceSubrange(offset..<(offset + written.count), with: written)
            case .truncate(let size):
                if size < bytes.count { bytes.removeLast(bytes.count - size) } else { grow(&bytes, to: size) }
            }
        }

        static func grow(_ bytes: inout [UInt8], to size: Int) {
            if bytes.count < size { bytes.append(contentsOf: repeatElement(0, count: size - bytes.count)) }
        }
    }

    /// What a disk writes whole or not at all.
    static let sectorBytes = 512

    var random: SplitMix64
    var faults: FaultyFiles.Faults
    var files: [File] = []
    var durableNames: [String: Int] = [:]
    var names: [String: Int] = [:]
    var unsyncedNames: [FolderChange] = []
    var isLocked = false
    var isCrashed = false
    var calls = 0
    var callsByKind: [FaultyFiles.Call: Int] = [:]

    init(seed: UInt64, faults: FaultyFiles.Faults) {
        random = SplitMix64(seed: seed)
        self.faults = faults
    }

    mutating func setFaults(_ faults: FaultyFiles.Faults) {
        self.faults = faults
        calls = 0
        callsByKind = [:]
    }

    func content(of name: String) -> [UInt8]? { names[name].map { files[$0].bytes } }

    mutating func setContent(of name: String, to bytes: [UInt8]) {
        guard let file = names[name] else { return }
        files[file] = File(durable: bytes, bytes: bytes)
    }

    func restarted(seed: UInt64, unsynced: FaultyFiles.Unsynced, faults: FaultyFiles.Faults) -> FaultyDisk {
        var disk = FaultyDisk(seed: seed, faults: faults)
        // A folder keeps a journal: its changes come in order.
        disk.names = durableNames
        let kept =
            switch unsynced {
            case .lost: 0
            case .kept: unsyncedNames.count
            case .torn: disk.random.below(unsyncedNames.count + 1)
            }
        for change in unsyncedNames[..<kept] { change.apply(to: &disk.names) }
        disk.durableNames = disk.names
        disk.files = files.map { file in
            var bytes = file.durable
            for change in file.unsynced { disk.keep(change, unsynced, in: &bytes) }
            return File(durable: bytes, bytes: bytes)
        }
        return disk
    }

    mutating func keep(_ change: Change, _ unsynced: FaultyFiles.Unsynced, in bytes: inout [UInt8]) {
        if unsynced == .kept { return File.apply(change, to: &bytes) }
        guard unsynced == .torn else { return }
        guard case .write(let offset, let written) = change else {
            if random.chance(50) { File.apply(change, to: &bytes) }
            return
        }
        // The size may be there and the bytes not.
        if random.chance(30) { File.grow(&bytes, to: offset + written.count) }
        let share = [10, 50, 90, 100][random.below(4)]
        var start = offset
        while start < offset + written.count {
            let end = min(offset + written.count, (start / FaultyDisk.sectorBytes + 1) * FaultyDisk.sectorBytes)
            if random.chance(share) {
                let sector = Change.write(offset: start, bytes: Array(written[(start - offset)..<(end - offset)]))
                File.apply(sector, to: &bytes)
            }
            start = end
        }
    }
}
