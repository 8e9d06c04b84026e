import ThroughlineEngine

/// What ``FaultyFiles`` asks of its disk. Where the power goes in the middle of a call, what it does was begun.
extension FaultyDisk {
    private enum Fate {
        case succeeds
        case fails
        /// Its change is there, not durable, and nobody is told.
        case crashes

        func check() throws(LogFileError) {
            switch self {
            case .succeeds: return
            case .fails: throw LogFileError(.failed, "a fault was asked for")
            case .crashes: throw LogFileError(.failed, "the power is gone")
            }
        }
    }

    private mutating func begin(_ call: FaultyFiles.Call) throws(LogFileError) -> Fate {
        if isCrashed { try Fate.crashes.check() }
        let number = callsByKind[call] ?? 0
        callsByKind[call] = number + 1
        isCrashed = calls == faults.crashAtCall
        calls += 1
        if isCrashed { return .crashes }
        if let failing = faults.failing, failing.call == call, failing.number == number { return .fails }
        return .succeeds
    }

    mutating func lock() throws(LogFileError) {
        try begin(.lock).check()
        if isLocked { throw LogFileError(.locked, "somebody has the folder") }
        isLocked = true
    }

    mutating func unlock() { isLocked = false }

    mutating func fileNames() throws(LogFileError) -> [String] {
        try begin(.names).check()
        return names.keys.sorted()
    }

    mutating func open(_ name: String) throws(LogFileError) -> Int {
        try begin(.open).check()
        guard let file = names[name] else { throw LogFileError(.failed, "\(name): there is no such file") }
        return file
    }

    mutating func create(_ name: String) throws(LogFileError) -> Int {
        let fate = try begin(.create)
        if case .fails = fate { try fate.check() }
        files.append(File())
        change(.link(name: name, file: files.count - 1))
        try fate.check()
        return files.count - 1
    }

    mutating func remove(_ name: String) throws(LogFileError) {
        let fate = try begin(.remove)
        if case .fails = fate { try fate.check() }
        change(.unlink(name: name))
        try fate.check()
    }

    mutating func rename(_ name: String, to newName: String) throws(LogFileError) {
        let fate = try begin(.rename)
        if case .fails = fate { try fate.check() }
        change(.rename(name: name, newName: newName))
        try fate.check()
    }

    private mutating func change(_ change: FolderChange) {
        change.apply(to: &names)
        unsyncedNames.append(change)
    }

    mutating func syncFolder() throws(LogFileError) {
        try begin(.syncFolder).check()
        durableNames = names
        unsyncedNames = []
    }

    mutating func size(of file: Int) throws(LogFileError) -> Int {
        try begin(.size).check()
        return files[file].bytes.count
    }

    mutating func read(_ count: Int, of file: Int, at offset: Int) throws(LogFileError) -> ArraySlice<UInt8> {
        try begin(.read).check()
        let count = try shortened(count)
        let end = min(files[file].bytes.count, offset + count)
        return offset < end ? files[file].bytes[offset..<end] : []
    }

    mutating func write(_ bytes: [UInt8], to file: Int, at offset: Int) throws(LogFileError) -> Int {
        let fate = try begin(.write)
        if case .fails = fate {
            let part = random.below(bytes.count)
            if part > 0 { files[file].apply(.write(offset: offset, bytes: Array(bytes[..<part]))) }
            try fate.check()
        }
        var count = try shortened(bytes.count)
        let used = names.values.reduce(0) { $0 + files[$1].bytes.count }
        let room = max(0, faults.bytesMax - used) + max(0, files[file].bytes.count - offset)
        count = min(count, room)
        if count == 0 { throw LogFileError(.full, "there is no room on the disk") }
        files[file].apply(.write(offset: offset, bytes: Array(bytes[..<count])))
        try fate.check()
        return count
    }

    mutating func truncate(_ file: Int, to size: Int) throws(LogFileError) {
        let fate = try begin(.truncate)
        if case .fails = fate { try fate.check() }
        files[file].apply(.truncate(size: size))
        try fate.check()
    }

    /// A sync that fails makes some of it durable, and the system takes all of it for durable from then on.
    mutating func sync(_ file: Int) throws(LogFileError) {
        let fate = try begin(.sync)
        if case .crashes = fate { try fate.check() }
        var isKept = FaultyFiles.Unsynced.kept
        if case .fails = fate { isKept = .torn }
        var durable = files[file].durable
        for change in files[file].unsynced { keep(change, isKept, in: &durable) }
        files[file].durable = durable
        files[file].unsynced = []
        try fate.check()
    }

    /// Less, or none at all: somebody else's signal.
    private mutating func shortened(_ count: Int) throws(LogFileError) -> Int {
        guard faults.isShort, count > 0 else { return count }
        if random.chance(20) { throw LogFileError(.interrupted, "a signal came in between") }
        return random.chance(50) ? 1 + random.below(count) : count
    }
}
