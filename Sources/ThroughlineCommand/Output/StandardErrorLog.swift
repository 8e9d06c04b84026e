import Foundation
import Logging
import Throughline

/// Writes log lines to standard error, a JSON object each.
struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: [UInt8] = Array("{\"time\":".utf8)
        line.append(json: Assembly.now().rfc3339)
        line.append(contentsOf: ",\"level\":".utf8)
        line.append(json: event.level.rawValue)
        line.append(contentsOf: ",\"message\":".utf8)
        line.append(json: "\(event.message)")
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line.append(UInt8(ascii: ","))
            line.append(json: key)
            line.append(UInt8(ascii: ":"))
            line.append(json: "\(value)")
        }
        line.append(contentsOf: "}\n".utf8)
        try? FileHandle.standardError.write(contentsOf: Data(line))
    }
}
