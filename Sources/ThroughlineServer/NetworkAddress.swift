import NIOCore

/// An IP address, of which there may be two spellings.
public struct NetworkAddress: Hashable, Sendable {
    private let text: String

    /// An address of version 4 or 6; one of version 4 inside of 6 (`::ffff:10.0.0.7`) counts as the former.
    public init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0).ipAddress?.lowercased() else { return nil }
        self.text = address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
    }

    /// The other end of a connection.
    init?(_ address: SocketAddress?) {
        guard let text = address?.ipAddress else { return nil }
        self.init(text)
    }

    /// Whether it is of this machine.
    public var isLoopback: Bool { text == "::1" || text.hasPrefix("127.") }

    /// Whether only this machine reaches what listens on a host.
    public static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || (NetworkAddress(host)?.isLoopback ?? false)
    }
}
