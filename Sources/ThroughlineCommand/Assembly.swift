import CModels
import Foundation
import Throughline
import ThroughlineEngine

/// Who is real: which embedding table, which model, which machine.
enum Assembly {
    /// Cores to work with.
    static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The embedding table inside the executable.
    static func embeddingTable() throws(EmbeddingTableError) -> EmbeddingTable {
        try EmbeddingTable(
            UnsafeRawBufferPointer(start: throughline_embedding_bytes(), count: throughline_embedding_length()))
    }

    /// The model of a file, or the one inside the executable.
    static func model(path: String?) throws -> DiscoveryModel {
        guard let path else {
            return try DiscoveryModel(
                decoding: UnsafeRawBufferPointer(start: throughline_model_bytes(), count: throughline_model_length()))
        }
        let bytes = try Console.read(path)
        return try bytes.withUnsafeBytes { bytes throws(ModelFileError) in try DiscoveryModel(decoding: bytes) }
    }

    /// What places events as they are folded.
    static func liveDiscovery() throws -> LiveDiscovery {
        LiveDiscovery(model: try model(path: nil), table: try embeddingTable())
    }

    /// The time of this machine.
    static let now: @Sendable () -> Instant = {
        Instant(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }
}
