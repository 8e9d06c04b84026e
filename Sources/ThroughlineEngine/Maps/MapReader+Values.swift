import Throughline
import Yams

/// The members of one mapping by their keys, all of which are known.
struct MapMembers {
    let place: MapPlace
    fileprivate var nodes: [String: Node] = [:]

    subscript(key: String) -> Node? { nodes[key] }

    /// Where the value of a key stands; where the mapping does, if there is none.
    func value(_ key: String) -> MapPlace { nodes[key].map(MapReader.place(of:)) ?? place }
}

extension MapReader {
    static func place(of node: Node) -> MapPlace {
        node.mark.map { MapPlace(line: $0.line, column: $0.column) } ?? MapPlace()
    }

    // MARK: Mappings and lists

    /// The members of a mapping; nil where it is none, which is told.
    ///
    /// - Parameters:
    ///   - what: what the mapping is: "a purpose".
    ///   - called: what a key of it is.
    mutating func members(of node: Node, _ what: String, known: [String], called: String = "key") -> MapMembers? {
        guard case .mapping(let mapping) = node else {
            faults.note(
                "\(what) is a mapping of \(known.joined(separator: ", ")); this is \(MapReader.kind(of: node))",
                at: MapReader.place(of: node))
            return nil
        }
        var members = MapMembers(place: MapReader.place(of: node))
        for (key, value) in mapping {
            if let name = key.scalar?.string, known.contains(name) {
                members.nodes[name] = value
            } else {
                noteUnknown(key, of: what, known: known, called: called)
            }
        }
        return members
    }

    private mutating func noteUnknown(_ key: Node, of what: String, known: [String], called: String) {
        guard let name = key.scalar?.string else {
            faults.note("a key is a word; this is \(MapReader.kind(of: key))", at: MapReader.place(of: key))
            return
        }
        let shown = MapText.shown(name)
        let suggestion = ConditionSpelling.suggestion(for: name, among: known)
        let all = suggestion.isEmpty ? "; there are \(known.joined(separator: ", "))" : suggestion
        faults.note("\(what) has no \(called) \(shown)\(all)", at: MapReader.place(of: key))
    }

    /// The elements of a list; nil where it is none, which is told.
    mutating func list(_ node: Node, _ key: String) -> [Node]? {
        guard case .sequence(let sequence) = node else {
            faults.note(
                "\(key) is a list, each element behind a dash; this is \(MapReader.kind(of: node))",
                at: MapReader.place(of: node))
            return nil
        }
        return Array(sequence)
    }

    /// The elements of a list, or the one scalar that stands for a list.
    mutating func oneOrList(_ node: Node, _ key: String) -> [Node]? {
        switch node {
        case .sequence(let sequence): return Array(sequence)
        case .scalar: return [node]
        default:
            faults.note(
                "\(key) is a word or a list of words; this is \(MapReader.kind(of: node))",
                at: MapReader.place(of: node))
            return nil
        }
    }

    // MARK: Texts

    /// A name that must be there; empty where it is not, which is told.
    mutating func requiredName(_ key: String, of what: String, _ members: MapMembers) -> String {
        guard let node = members[key] else {
            faults.note("\(what) has a name: add the key \(key)", at: members.place)
            return ""
        }
        return name(node, key) ?? ""
    }

    /// A name: one line, without blanks around it, of no more than ``JourneyMap/nameBytesMax``.
    ///
    /// - Parameter keepsBlanks: whether blanks around it are part of it.
    mutating func name(_ node: Node, _ key: String, keepsBlanks: Bool = false) -> String? {
        guard let text = plainText(node, key, article: "a text") else { return nil }
        let place = MapReader.place(of: node)
        let limit = JourneyMap.nameBytesMax
        if text.utf8.count > limit {
            faults.note("\(key) has \(text.utf8.count) bytes; the limit is \(limit)", at: place)
        } else if text.unicodeScalars.contains(where: MapText.isControl) {
            faults.note("\(key) is one line without control characters", at: place)
        } else if !keepsBlanks, text != MapText.trimmed(text) {
            faults.note("\(key) begins or ends with a blank: leave it out", at: place)
        } else {
            return text
        }
        return nil
    }

    /// A text for people; blanks around it are left out.
    mutating func text(_ node: Node, _ key: String) -> String? {
        guard let text = plainText(node, key, article: "a text") else { return nil }
        let trimmed = MapText.trimmed(text)
        let place = MapReader.place(of: node)
        if trimmed.isEmpty {
            faults.note("\(key) is empty: write something, or leave the key out", at: place)
        } else if trimmed.utf8.count > JourneyMap.textBytesMax {
            faults.note("\(key) has \(trimmed.utf8.count) bytes; the limit is \(JourneyMap.textBytesMax)", at: place)
        } else if trimmed.unicodeScalars.contains(where: { MapText.isControl($0) && $0 != "\n" && $0 != "\t" }) {
            faults.note("\(key) has a control character", at: place)
        } else {
            return trimmed
        }
        return nil
    }

    /// A scalar that is a text and says something; a number or a truth value is none unless it stands in quotes.
    mutating func plainText(_ node: Node, _ key: String, article: String) -> String? {
        let place = MapReader.place(of: node)
        guard case .scalar(let scalar) = node else {
            faults.note("\(key) is \(article); this is \(MapReader.kind(of: node))", at: place)
            return nil
        }
        guard !scalar.string.isEmpty else {
            faults.note("\(key) is empty: write something, or leave the key out", at: place)
            return nil
        }
        guard node.tag == Tag(.str) else {
            faults.note(
                "\(key) is \(article); this is \(MapReader.kind(of: node)): put \(MapText.shown(scalar.string)) in quotes",
                at: place)
            return nil
        }
        return scalar.string
    }

    /// Names, one or a list, each once.
    mutating func names(
        _ node: Node, _ key: String, limit: Int, keepsBlanks: Bool, folds: (String) -> String
    ) -> [String] {
        guard let nodes = oneOrList(node, key) else { return [] }
        if case .sequence = node, nodes.isEmpty {
            faults.note("\(key) is an empty list: name something, or leave the key out", at: MapReader.place(of: node))
        }
        var names: [String] = []
        var taken: Set<String> = []
        for (place, node) in nodes.enumerated() {
            guard place < limit else {
                faults.note("\(key) has at most \(limit) names", at: MapReader.place(of: node))
                break
            }
            guard let name = name(node, key, keepsBlanks: keepsBlanks) else { continue }
            if taken.insert(folds(name)).inserted {
                names.append(name)
            } else {
                faults.note("\(MapText.shown(name)) stands twice in one list", at: MapReader.place(of: node))
            }
        }
        return names
    }

    /// One of some words; nil where it is none, which is told.
    mutating func word(_ node: Node, _ what: String, among words: [String]) -> String? {
        guard case .scalar(let scalar) = node else {
            faults.note("a \(what) is a word; this is \(MapReader.kind(of: node))", at: MapReader.place(of: node))
            return nil
        }
        if words.contains(scalar.string) { return scalar.string }
        let suggestion = ConditionSpelling.suggestion(for: scalar.string, among: words)
        let all = suggestion.isEmpty ? "; there are \(words.joined(separator: ", "))" : suggestion
        faults.note("there is no \(what) \(MapText.shown(scalar.string))\(all)", at: MapReader.place(of: node))
        return nil
    }

    /// What a node is, for people.
    static func kind(of node: Node) -> String {
        switch node {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar(let scalar):
            if scalar.string.isEmpty, scalar.style == .plain { return "nothing" }
            switch node.tag {
            case Tag(.str): return "a text"
            case Tag(.int), Tag(.float): return "a number"
            case Tag(.bool): return "a truth value"
            case Tag(.null): return "nothing"
            default: return "a value of another type"
            }
        default: return "an alias"
        }
    }
}
