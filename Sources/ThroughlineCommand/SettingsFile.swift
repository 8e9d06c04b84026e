import Foundation
import Yams

/// A settings file: YAML, one setting a line, no section.
///
///     host: 10.0.0.5
///     port: 443
///     trusted-proxy: [10.0.0.7, 10.0.0.8]
struct SettingsFile {
    /// A value and the line that it stands on, counted from 1.
    struct Entry {
        var value: Setting.Value
        var line: Int
    }

    private(set) var entries: [String: Entry] = [:]

    /// Reads a file.
    ///
    /// - Throws: `SettingsError`, with the line: of what is no YAML, of a name that no setting has or that stands there
    ///   twice, of a value of another type.
    init(path: String) throws {
        let text = String(decoding: try Console.read(path), as: UTF8.self)
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch let error as YamlError {
            throw SettingsError(SettingsFile.place(path, error.mark), "is not YAML: \(error.problem)")
        }
        guard let root else { return }
        guard case .mapping(let mapping) = root else {
            throw SettingsError(SettingsFile.place(path, root.mark), "is not a list of names and values")
        }
        for (key, node) in mapping {
            let place = SettingsFile.place(path, key.mark ?? node.mark)
            guard let name = key.string, let setting = Setting.all.first(where: { $0.name == name }) else {
                throw SettingsError.unknown(key.string ?? "this", at: place)
            }
            guard entries[name] == nil else { throw SettingsError(place, "\(name) stands there twice") }
            guard let value = SettingsFile.value(of: node, as: setting.kind) else {
                throw SettingsError(place, "\(name) is \(setting.allowed)")
            }
            entries[name] = Entry(value: value, line: key.mark?.line ?? 0)
        }
    }

    private static func value(of node: Node, as kind: Setting.Kind) -> Setting.Value? {
        switch kind {
        case .text: text(node).map { .text($0) }
        case .choice: node.scalar.map { .text($0.string) }
        case .number: node.tag == Tag(.int) ? node.int.map { .number($0) } : nil
        case .list:
            if let text = text(node) {
                .list([text])
            } else if case .sequence(let nodes) = node {
                nodes.allSatisfy { text($0) != nil } ? .list(nodes.compactMap(text)) : nil
            } else {
                nil
            }
        }
    }

    /// A number or a truth value without quotes is no text.
    private static func text(_ node: Node) -> String? { node.tag == Tag(.str) ? node.string : nil }

    private static func place(_ path: String, _ mark: Mark?) -> String { mark.map { "\(path):\($0.line)" } ?? path }
}

extension YamlError {
    fileprivate var mark: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        case .duplicatedKeysInMapping(_, let context): context.mark
        default: nil
        }
    }

    fileprivate var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .reader(let problem, _, _, _): problem
        case .duplicatedKeysInMapping(let keys, _):
            keys.map { "\($0)" }.sorted().joined(separator: ", ") + " stands there twice"
        default: "it cannot be read"
        }
    }
}

/// Why settings do not hold: where, and what.
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    /// - Parameter place: a flag, a variable, or a file and its line.
    init(_ place: String, _ what: String) { description = "\(place): \(what)" }

    /// A name that no setting has.
    static func unknown(_ name: String, at place: String) -> SettingsError {
        SettingsError(
            place, "\(name) is no setting; there are \(Setting.all.map(\.name).joined(separator: ", "))")
    }
}
