import Foundation
import ThroughlineServer

/// The settings that hold, and for each who said so.
struct ChosenSettings {
    private(set) var settings = Settings()
    /// By the name of the setting: a flag, a variable, or a file and its line. What is usual is not among them.
    private var origins: [String: String] = [:]

    /// Takes flags, where there are none the environment, where that says nothing the file.
    ///
    /// - Parameter flags: texts by the name of the setting.
    /// - Throws: `SettingsError`; what is wrong is told even where something that wins says otherwise.
    init(flags: [String: String], environment: [String: String], file path: String?) throws {
        let file = try path.map { (path: $0, entries: try SettingsFile(path: $0).entries) }
        for setting in Setting.all {
            if let file, let entry = file.entries[setting.name] {
                try take(entry.value, setting, from: "\(file.path):\(entry.line)")
            }
            if let text = environment[setting.variable], !text.isEmpty {
                try take(setting.value(of: text), setting, from: setting.variable)
            }
            if let text = flags[setting.name] { try take(setting.value(of: text), setting, from: setting.flag) }
        }
        try check()
    }

    private mutating func take(_ value: Setting.Value?, _ setting: Setting, from origin: String) throws {
        guard let value, setting.set(value, &settings) else {
            throw SettingsError(origin, "\(setting.name) is \(setting.allowed)")
        }
        origins[setting.name] = origin
    }

    /// What several settings say together.
    private func check() throws {
        guard (settings.tlsCertificate == nil) == (settings.tlsKey == nil) else {
            let (given, missing) = settings.tlsKey == nil ? ("certificate", "key") : ("key", "certificate")
            throw SettingsError(origin("tls-\(given)"), "TLS needs --tls-\(missing) as well")
        }
        guard
            NetworkAddress.isLoopback(settings.host) || settings.tlsCertificate != nil
                || !settings.trustedProxies.isEmpty
        else {
            throw SettingsError(
                origin("host"),
                "\(settings.host) is not this machine: keys would travel in the clear. Add --tls-certificate and --tls-key, "
                    + "or put a proxy with TLS in front and name its address by --trusted-proxy")
        }
    }

    private func origin(_ name: String) -> String { origins[name] ?? name }

    /// All settings as a settings file, each with who said so.
    var text: String {
        Setting.all.map { setting in
            let origin = origins[setting.name] ?? "usual"
            guard let value = setting.value(settings) else { return "# \(setting.name): none\n" }
            return "\(setting.name): \(value.yaml)  # \(origin)\n"
        }.joined()
    }
}

extension Setting.Value {
    /// In a form that YAML reads back: JSON, of which it is a superset.
    fileprivate var yaml: String {
        switch self {
        case .number(let number): return "\(number)"
        case .text(let text): return Self.quoted(text)
        case .list(let texts): return "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(json: text)
        return String(decoding: bytes, as: UTF8.self)
    }
}
