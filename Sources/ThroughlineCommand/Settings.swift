import Foundation
import Logging
import Throughline
import ThroughlineServer

/// What can be set of `throughline serve`. Every setting has one name: `port` in the settings file, `--port` as a flag,
/// `THROUGHLINE_PORT` in the environment. A flag wins over the environment, that over the file, that over what is usual.
struct Settings: Sendable {
    var data = "./data"
    var host = "127.0.0.1"
    var port = 8_080
    var organization = "default"
    var tlsCertificate: String?
    var tlsKey: String?
    var trustedProxies: [String] = []
    var logLevel = Logger.Level.info
    var eventsPerSecondMax = 200_000
    var bodyMegabytesMax = 256
    var holdoutPercent = 5
    var mapsNeedApproval = "no"
}

/// One setting: its name, what it may be, and where it lies.
struct Setting: Sendable {
    /// A value as it is read, before anybody knows whether it may be.
    enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
        case list([String])
    }

    enum Kind: Sendable {
        case text, number, list
        /// Words, of which YAML may take some for a truth value.
        case choice
    }

    let name: String
    let kind: Kind
    /// Goes on after "is": `port is a number from 0 to 65535`.
    let allowed: String
    let help: String
    /// The value that holds; nil where there is none.
    let value: @Sendable (Settings) -> Value?
    /// Whether the value may be, and is now in the settings.
    let set: @Sendable (Value, inout Settings) -> Bool

    var flag: String { "--" + name }
    var variable: String { "THROUGHLINE_" + name.uppercased().replacing("-", with: "_") }

    /// The value that a text of a flag or of the environment means; nil where it means none of this kind.
    func value(of text: String) -> Value? {
        switch kind {
        case .text, .choice: .text(text)
        case .number: Int(text).map { .number($0) }
        case .list: .list(text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }
}

extension Setting {
    /// All settings, in the order of the documents.
    static let all: [Setting] = [
        text("data", "the path of a folder", "The folder of everything that is kept.", \.data),
        text("host", "an address or a name to listen on", "Where to listen; beyond this machine see TLS.", \.host),
        number("port", 0...65_535, "The port; 0 for one that is free.", \.port),
        text("organization", "a name", "The organization that the first start makes.", \.organization),
        path(
            "tls-certificate", "A file with the certificate and those above it (PEM): TLS is spoken.", \.tlsCertificate),
        path("tls-key", "A file with the private key of the certificate (PEM).", \.tlsKey),
        Setting(
            name: "trusted-proxy", kind: .list, allowed: "IP addresses, as 10.0.0.7 or fd00::7",
            help: "Proxies of yours that keep connections private: nobody else may connect from another machine.",
            value: { .list($0.trustedProxies) },
            set: { value, settings in
                guard case .list(let addresses) = value, addresses.allSatisfy({ NetworkAddress($0) != nil }) else {
                    return false
                }
                settings.trustedProxies = addresses
                return true
            }),
        Setting(
            name: "log-level", kind: .text,
            allowed: "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "),
            help: "What is told on standard error.", value: { .text($0.logLevel.rawValue) },
            set: { value, settings in
                guard case .text(let text) = value, let level = Logger.Level(rawValue: text) else { return false }
                settings.logLevel = level
                return true
            }),
        number(
            "events-per-second-max", 1...10_000_000, "Events a second that one source may send.", \.eventsPerSecondMax),
        number(
            "body-megabytes-max", 4...65_536, "Megabytes of request bodies in the works at once; more are turned away.",
            \.bodyMegabytesMax),
        number(
            "holdout-percent", 0...HoldoutGroup.percentMax,
            "Of a hundred people those to whom nothing is sent, so that it is seen what sending does.",
            \.holdoutPercent),
        Setting(
            name: "maps-need-approval", kind: .choice, allowed: "yes or no",
            help: "Whether a version of a journey map holds only once another key approved it.",
            value: { .text($0.mapsNeedApproval) },
            set: { value, settings in
                guard case .text(let text) = value, ["yes", "no"].contains(text) else { return false }
                settings.mapsNeedApproval = text
                return true
            }),
    ]

    private static func text(
        _ name: String, _ allowed: String, _ help: String, _ path: WritableKeyPath<Settings, String> & Sendable
    ) -> Setting {
        Setting(
            name: name, kind: .text, allowed: allowed, help: help, value: { .text($0[keyPath: path]) },
            set: {
                guard case .text(let text) = $0, !text.isEmpty else { return false }
                $1[keyPath: path] = text
                return true
            })
    }

    private static func path(
        _ name: String, _ help: String, _ path: WritableKeyPath<Settings, String?> & Sendable
    ) -> Setting {
        Setting(
            name: name, kind: .text, allowed: "the path of a file", help: help,
            value: { $0[keyPath: path].map { .text($0) } },
            set: {
                guard case .text(let text) = $0, !text.isEmpty else { return false }
                $1[keyPath: path] = text
                return true
            })
    }

    private static func number(
        _ name: String, _ range: ClosedRange<Int>, _ help: String, _ path: WritableKeyPath<Settings, Int> & Sendable
    ) -> Setting {
        Setting(
            name: name, kind: .number, allowed: "a number from \(range.lowerBound) to \(range.upperBound)", help: help,
            value: { .number($0[keyPath: path]) },
            set: {
                guard case .number(let number) = $0, range.contains(number) else { return false }
                $1[keyPath: path] = number
                return true
            })
    }
}
