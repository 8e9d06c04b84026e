import Foundation
import Throughline

extension SegmentBook {
    private struct File: Codable {
        var id: UInt64
        var name: String
        var title: String
        var condition: String?
    }

    /// As stores keep it: the same segments give the same bytes.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let files = entries.map { entry in
            var file = File(id: entry.id, name: entry.definition.name, title: entry.definition.title)
            if case .condition(let source) = entry.definition.rule { file.condition = source }
            return file
        }
        return Array(try encoder.encode(files))
    }

    /// What a store kept; nil where it is something else.
    package init?(bytes: some Collection<UInt8>) {
        guard let files = try? JSONDecoder().decode([File].self, from: Data(bytes)) else { return nil }
        self.init(
            entries: files.map { file in
                Entry(
                    id: file.id,
                    SegmentDefinition(
                        name: file.name, title: file.title, rule: file.condition.map { .condition($0) } ?? .list))
            })
    }
}
