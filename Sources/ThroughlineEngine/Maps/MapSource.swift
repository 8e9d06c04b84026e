import Throughline
import Yams

/// The text of a map as YAML sees it: bytes to nodes, and nothing that grows beyond the file.
struct MapSource {
    let root: Node
    private let lines: [Substring]

    /// - Throws: what is wrong, with its place: too long, not UTF-8, no YAML, empty, aliases.
    init(_ bytes: [UInt8]) throws(MapError) {
        guard bytes.count <= JourneyMap.bytesMax else {
            throw MapSource.fault("the file is longer than \(JourneyMap.bytesMax) bytes: a map is drawn by people")
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let place = MapSource.placeOfBrokenText(content)
            throw MapSource.fault("this is not UTF-8: write the file anew in that encoding", at: place)
        }
        if let place = MapSource.placeOfAlias(in: text) {
            throw MapSource.fault(
                "an alias repeats what stands elsewhere: a map says everything where it counts", at: place)
        }
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch { throw MapSource.fault(of: error, in: text) }
        guard let node, !(node.scalar?.string.isEmpty ?? false) else {
            throw MapSource.fault("the file is empty: a map has the keys map and objectives")
        }
        root = node
        // Every line end that YAML knows counts, or its lines would not be these.
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    static func fault(_ reason: String, at place: MapPlace = MapPlace()) -> MapError {
        MapError(faults: [MapFault(line: place.line, column: place.column, reason: reason)], furtherCount: 0)
    }

    private static func fault(of error: any Error, in text: String) -> MapError {
        guard let error = error as? YamlError else { return fault("this is no YAML") }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let said = context.map { $0.text.isEmpty ? problem : "\($0.text), \(problem)" } ?? problem
            return fault("this is no YAML: \(oneLine(said))", at: MapPlace(line: mark.line, column: mark.column))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "\"\(oneLine($0))\"" }.joined(separator: " and ")
            return fault(
                "\(names) stands twice in one mapping: keep one of them",
                at: MapPlace(line: context.mark.line, column: context.mark.column))
        case .reader(let problem, let offset, _, _):
            return fault("this is no YAML: \(problem)", at: place(of: offset ?? 0, in: text))
        default: return fault("this is no YAML")
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(text.prefix(200)).replacing("\n", with: " ")
    }

    // MARK: Places

    private static func place(of byte: Int, in text: String) -> MapPlace {
        let before = text.utf8.prefix(max(0, byte))
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        return MapPlace(
            line: 1 + before.count { $0 == UInt8(ascii: "\n") },
            column: 1 + String(decoding: before[start...], as: UTF8.self).unicodeScalars.count)
    }

    private static func placeOfBrokenText(_ bytes: ArraySlice<UInt8>) -> MapPlace {
        var (line, start) = (1, bytes.startIndex)
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
            String(validating: bytes[start..<end], as: UTF8.self) != nil
        {
            (line, start) = (line + 1, end + 1)
        }
        // What can be read of the line comes before the fault.
        var end = start
        var column = 1
        while end < bytes.endIndex {
            let length = (1...4).first {
                end + $0 <= bytes.endIndex && String(validating: bytes[end..<end + $0], as: UTF8.self) != nil
            }
            guard let length else { break }
            (end, column) = (end + length, column + 1)
        }
        return MapPlace(line: line, column: column)
    }

    /// Where an alias may stand: a few of them make a small file a vast tree, so it is looked for before anything is made of the
    /// file. Only where there is something that may be an anchor too: without one YAML knows of no alias.
    private static func placeOfAlias(in text: String) -> MapPlace? {
        func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        /// What may stand before an alias: the beginning of a line, or what a value comes behind.
        func isOpening(_ byte: UInt8) -> Bool {
            switch byte {
            case 0, UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "["),
                UInt8(ascii: "{"), 0x80...:
                true
            default: false
            }
        }
        var hasAnchor = false
        var alias: Int?
        /// The last two bytes, and the last before them that is no blank.
        var (last, ahead, opening) = (UInt8(0), UInt8(0), UInt8(0))
        for (offset, byte) in text.utf8.enumerated() {
            if isName(byte) {
                if last == UInt8(ascii: "&"), ahead != UInt8(ascii: "&") { hasAnchor = true }
                if last == UInt8(ascii: "*"), alias == nil, isOpening(opening) { alias = offset - 1 }
            }
            switch last {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): opening = 0
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: opening = last
            }
            (ahead, last) = (last, byte)
        }
        return hasAnchor ? alias.map { place(of: $0, in: text) } : nil
    }

    /// Where a place of a text within a scalar lies in the file; nil where it is not to be told, as where lines were folded.
    func place(ofLine line: Int, column: Int, of text: String, in scalar: Node.Scalar) -> MapPlace? {
        guard let mark = scalar.mark, lines.indices.contains(mark.line - 1) else { return nil }
        switch scalar.style {
        case .literal:
            guard let first = lines.indices.dropFirst(mark.line).first(where: { !lines[$0].allSatisfy(\.isWhitespace) })
            else { return nil }
            let indent = lines[first].prefix { $0 == " " }.count
            return MapPlace(line: mark.line + line, column: indent + column)
        case .folded: return nil
        default:
            let skip = scalar.style == .plain || scalar.style == .any ? 0 : 1
            let rest = lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1 + skip)
            guard line == 1, rest.starts(with: text.unicodeScalars) else { return nil }
            return MapPlace(line: mark.line, column: mark.column + skip + column - 1)
        }
    }
}
