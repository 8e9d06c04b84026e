import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RunningServer {
    /// Sends bytes as they are and says what comes back until the server closes, for what no client would send.
    func exchange(_ text: String) async throws -> String {
        let port = port
        return await withCheckedContinuation { continuation in
            // Not on a thread that the server may need.
            Thread.detachNewThread { continuation.resume(returning: RunningServer.exchange(text, port: port)) }
        }
    }

    private static func exchange(_ text: String, port: Int) -> String {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return "not connected" }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { return "not sent" }
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: said, as: UTF8.self) }
            said += buffer[..<count]
        }
    }
}
