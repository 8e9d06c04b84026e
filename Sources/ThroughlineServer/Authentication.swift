import Foundation
import Hummingbird
import Throughline
import ThroughlineEngine

/// Finds the key of a request and what it allows.
struct Authentication: Sendable {
    let access: any Access
    let now: @Sendable () -> Instant

    /// The grant of the key in a request's `Authorization`, which must have a scope.
    func grant(of request: Request, for scope: Scope) throws(Problem) -> Grant {
        guard let key = Authentication.key(in: request) else { throw .noKey }
        return try grant(of: key, for: scope)
    }

    func grant(of key: String, for scope: Scope) throws(Problem) -> Grant {
        guard let grant = access.grant(for: KeyHash(of: key), at: now()) else { throw .wrongKey }
        guard grant.scopes.contains(scope) else { throw .missing(scope) }
        return grant
    }

    /// The source that a key writes for.
    func source(ofKey key: String) throws(Problem) -> Source {
        guard let source = try grant(of: key, for: .write).source else { throw .missing(.write) }
        return source
    }

    /// The key in `Authorization`: the user name of Basic (RFC 7617), or a Bearer token (RFC 6750).
    static func key(in request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        // Byte by byte: every event that comes alone is asked for its key.
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let parts = header.utf8.split(maxSplits: 1, whereSeparator: isBlank)
        guard parts.count == 2 else { return nil }
        let end = parts[1].lastIndex { !isBlank($0) }.map { parts[1].index(after: $0) } ?? parts[1].startIndex
        let credentials = String(Substring(parts[1].prefix(upTo: end).drop(while: isBlank)))
        switch Substring(parts[0]).lowercased() {
        case "bearer": return credentials.isEmpty ? nil : credentials
        case "basic":
            guard let decoded = Data(base64Encoded: credentials).map({ String(decoding: $0, as: UTF8.self) }) else {
                return nil
            }
            let name = decoded.prefix { $0 != ":" }
            return name.isEmpty ? nil : String(name)
        default: return nil
        }
    }
}
