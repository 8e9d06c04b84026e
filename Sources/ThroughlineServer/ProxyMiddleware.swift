import Hummingbird

/// Lets nobody in from another machine but the proxies that keep connections private: for where no TLS is spoken.
struct ProxyMiddleware: RouterMiddleware {
    typealias Context = ServerContext
    let settings: ServerSettings

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard settings.welcomes(NetworkAddress(context.channel.remoteAddress)) else {
            throw Problem(
                .forbidden, "not_through_proxy", "this connection is not private: come by https, through the proxy")
        }
        return try await next(request, context)
    }
}

extension ServerSettings {
    /// Whether other machines reach it and no TLS is spoken.
    var needsProxy: Bool { certificate == nil && !listensOnLoopback }

    /// Whether requests may come from an address, where it needs a proxy.
    func welcomes(_ address: NetworkAddress?) -> Bool {
        guard let address else { return false }
        return address.isLoopback || trustedProxies.contains(address)
    }
}
