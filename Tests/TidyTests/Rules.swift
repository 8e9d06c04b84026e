import Foundation

/// A file below `Sources`, its path counted from the root of the package.
struct SourceFile {
    let path: String
    let text: String
    let swift: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        swift = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    private var folders: [Substring] { path.split(separator: "/").dropLast() }
    var target: String? { folders.count > 1 ? String(folders[1]) : nil }
    /// The folder of the target that the file lies in, if it lies in one.
    var folder: String? { folders.count > 2 ? String(folders[2]) : nil }
}

/// What the compiler does not check, each rule a function from texts to what is wrong with them.
enum Rules {
    private static let ours: Set = [
        "Throughline", "ThroughlineEngine", "ThroughlineEmbedded", "ThroughlineServer", "ThroughlineSimulation",
        "ThroughlineCommand",
    ]

    /// The table of ARCHITECTURE.md. A new dependency is a decision record, then a word here.
    private static let importsAllowed: [String: Set<String>] = [
        "Throughline": ["FoundationEssentials", "Crypto", "Collections", "Swift", "Synchronization", "CMemory"],
        "ThroughlineEngine": [
            "Throughline", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Darwin",
            "Musl",
            "Crypto", "Logging", "Metrics", "Tracing", "ServiceLifecycle", "AsyncAlgorithms", "Yams", "CSimdjson",
            "CZlib",
        ],
        "ThroughlineEmbedded": [
            "Throughline", "ThroughlineEngine", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization",
            "Glibc", "Darwin", "CPageSums", "CZlib", "CZstd", "Crypto", "GRDB", "GRDBSQLite",
        ],
        "ThroughlineServer": [
            "Throughline", "ThroughlineEngine", "Foundation", "FoundationEssentials", "Synchronization", "Hummingbird",
            "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "NIOCore", "NIOSSL", "Logging", "ServiceLifecycle",
        ],
        "ThroughlineSimulation": ["Throughline", "ThroughlineEngine", "FoundationEssentials", "Synchronization"],
        "ThroughlineCommand": ours.union([
            "CMemory", "CModels", "Foundation", "FoundationEssentials", "ArgumentParser", "AsyncHTTPClient", "NIOCore",
            "NIOSSL", "Dispatch", "Synchronization", "Glibc", "Darwin", "Logging", "ServiceLifecycle", "Yams",
        ]),
    ]

    static func imports(in files: [SourceFile]) -> [String] {
        files.filter(\.isSwift).flatMap { file -> [String] in
            guard let target = file.target, let allowed = importsAllowed[target] else {
                return ["\(file.path): the table of imports has no target \(file.target ?? "for it")"]
            }
            return file.swift.imports.filter { !allowed.contains($0.text) }.map {
                "\(file.path):\($0.line): \(target) may not import \($0.text)"
            }
        }
    }

    /// The folders of the domain; each uses only those before it.
    private static let folderOrder = [
        "Kernel", "Condition", "Event", "Identity", "Consent", "Stage", "Language", "Purpose", "Grouping", "Journey",
        "Map",
        "Segment",
        "Proof",
        "Loyalty",
        "Ecosystem",
        "Orchestration", "Guide", "Insight",
    ]

    static func folderOrder(in files: [SourceFile]) -> [String] {
        let domain = files.filter { $0.isSwift && $0.target == "Throughline" }
        var findings: [String] = []
        var ranked: [(file: SourceFile, folder: String, rank: Int)] = []
        for file in domain {
            guard let folder = file.folder else {
                findings.append("\(file.path): lies in no folder")
                continue
            }
            guard let rank = folderOrder.firstIndex(of: folder) else {
                findings.append("\(file.path): the folder \(folder) has no place in the order")
                continue
            }
            ranked.append((file, folder, rank))
        }
        // A name that some folder declares for itself alone is still its own, so that it counts as declared there; but
        // only a name that other files can see makes a later folder's claim to it.
        var lowestRank: [String: Int] = [:]
        var sharedNames: Set<String> = []
        for (file, _, rank) in ranked {
            for declaration in file.swift.declarations {
                lowestRank[declaration.name] = min(rank, lowestRank[declaration.name] ?? rank)
                if declaration.isShared { sharedNames.insert(declaration.name) }
            }
        }
        for (file, folder, rank) in ranked {
            var told: Set<String> = []
            for token in file.swift.tokens where sharedNames.contains(token.text) {
                guard let owner = lowestRank[token.text], owner > rank, told.insert(token.text).inserted else {
                    continue
                }
                findings.append(
                    "\(file.path):\(token.line): \(folder) uses \(token.text), which \(folderOrder[owner]) declares, "
                        + "a later folder")
            }
        }
        return findings
    }

    /// What would make the fold depend on more than its input: on a clock, on chance, on a disk, on who runs first.
    private static let forbidden: [[String]] = [
        ["Date", "("], ["Date", ".", "now"], ["ContinuousClock"], ["SuspendingClock"],
        [".", "random", "("], [".", "randomElement", "(", ")"], [".", "shuffled", "(", ")"],
        [".", "shuffle", "(", ")"], ["SystemRandomNumberGenerator"], ["UUID", "(", ")"],
        ["print", "("], ["FileManager"], ["ProcessInfo"],
        ["Task", "{"], ["Task", ".", "detached"], ["async"], ["await"], ["DispatchQueue"], ["Thread"],
    ]

    static func forbiddenCalls(in files: [SourceFile]) -> [String] {
        files.filter { $0.isSwift && $0.target == "Throughline" }.flatMap { file in
            forbidden.flatMap { pattern in
                file.swift.lines(of: pattern).map { "\(file.path):\($0): the domain may not say \(pattern.joined())" }
            }
        }
    }

    /// Lines of a file of sources, at most.
    static let linesMax = 450

    static func longFiles(in files: [SourceFile]) -> [String] {
        files.compactMap { file in
            let count = lineCount(of: file.text)
            return count > linesMax ? "\(file.path): \(count) lines; the limit is \(linesMax)" : nil
        }
    }

    static func longReadme(_ text: String) -> [String] {
        let count = lineCount(of: text)
        return count > 120 ? ["README.md: \(count) lines; the limit is 120"] : []
    }

    private static func lineCount(of text: String) -> Int {
        let lineFeeds = text.utf8.count { $0 == UInt8(ascii: "\n") }
        return text.utf8.last == UInt8(ascii: "\n") || text.isEmpty ? lineFeeds : lineFeeds + 1
    }

    /// Looks at comments and literals too. A path starts there, so that `/loans/home/apply`, a page of a site, is none.
    static func machinePaths(in files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
                ["/home/", "/tmp/", "/usr/local"].filter { path in
                    line.ranges(of: path).contains { range in
                        guard let before = line[..<range.lowerBound].last else { return true }
                        return !(before.isLetter || before.isNumber || "_-.)}".contains(before))
                    }
                }.map { "\(file.path):\(index + 1): names \($0)" }
            }
        }
    }

    static func decisionNames(_ names: [String]) -> [String] {
        var findings: [String] = []
        var numbers: [Int] = []
        for name in names.sorted() {
            guard let match = name.wholeMatch(of: /([0-9]{4})-[a-z0-9]+(-[a-z0-9]+)*\.md/), let number = Int(match.1)
            else {
                findings.append("docs/decisions/\(name): is not named like 0001-title.md")
                continue
            }
            numbers.append(number)
        }
        let written = { (number: Int) in String(String(10_000 + number).dropFirst()) }
        for (number, next) in zip(numbers, numbers.dropFirst()) where number == next {
            findings.append("docs/decisions: \(written(number)) is given twice")
        }
        let missing = Set(0...(numbers.max() ?? 0)).subtracting(numbers).subtracting([0]).sorted()
        return findings + missing.map { "docs/decisions: there is no \(written($0))" }
    }

    /// The paths below `scripts` that a text names, each once.
    static func scripts(namedIn text: String) -> [String] {
        // What goes on from another word or folder is somebody else's `scripts`; `./` is this one.
        let names = text.matches(of: /(^|[^A-Za-z0-9_.\/-]|[^A-Za-z0-9_.\/-]\.\/)(scripts\/[A-Za-z0-9_.\/-]+)/).map {
            String($0.2.reversed().drop { $0 == "." || $0 == "/" }.reversed())
        }
        return Set(names).subtracting(["scripts"]).sorted()
    }
}

/// The package on the disk.
struct Package {
    let root: URL
    let sources: [SourceFile]

    init(root: URL) {
        self.root = root
        // Data that lies among the sources has no lines to count.
        let kinds: Set = ["swift", "h", "c", "cpp", "modulemap"]
        let paths =
            FileManager.default.enumerator(atPath: root.appending(path: "Sources").path)?
            .compactMap { $0 as? String } ?? []
        sources = paths.filter { kinds.contains(($0 as NSString).pathExtension) }.sorted().map { path in
            let url = root.appending(path: "Sources/\(path)")
            return SourceFile(
                path: "Sources/\(path)", text: String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self))
        }
    }

    func text(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names in a folder, hidden ones left out; none when there is no folder.
    func names(in folder: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
        return (names ?? []).filter { !$0.hasPrefix(".") }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }
}
