import NIOCore
import NIOSSL

/// The certificate that the server shows, and the key that belongs to it.
public struct ServerCertificate: Sendable {
    let configuration: TLSConfiguration
    /// Seconds since 1970 after which clients refuse it.
    public let validUntil: Int64

    /// Reads both from files (PEM) and holds them against one another, so that what is wrong is known before anything is
    /// opened.
    ///
    /// - Parameters:
    ///   - path: the certificate first, then those above it.
    ///   - keyPath: the private key, without a passphrase.
    public init(certificate path: String, key keyPath: String) throws(ServerCertificateError) {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(path) } catch {
            throw ServerCertificateError(path, "cannot be read as a certificate (PEM)")
        }
        guard let first = chain.first else { throw ServerCertificateError(path, "holds no certificate") }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(file: keyPath, format: .pem) } catch {
            throw ServerCertificateError(keyPath, "cannot be read as a private key without a passphrase (PEM)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do { _ = try NIOSSLContext(configuration: configuration) } catch {
            throw ServerCertificateError(keyPath, "is not the key of the certificate in \(path)")
        }
        self.configuration = configuration
        validUntil = Int64(first.notValidAfter)
    }
}

/// Why a certificate cannot be shown.
public struct ServerCertificateError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ what: String) { description = "\(path): \(what)" }
}
