import HTTPTypes
import Hummingbird

/// Tells a path that does not know a method from one that is not there, and says which it knows.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    /// Parts of a path, nil for one that may be anything, and the methods it knows. Those that say more of a path come first.
    private let known: [(parts: [String?], methods: [String])]

    /// - Parameter routes: all there are.
    init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
        known = Dictionary(grouping: routes, by: \.path).map { path, routes in
            let parts = path.split(separator: "/").map { $0.hasPrefix(":") || $0.hasPrefix("{") ? nil : String($0) }
            return (parts, routes.map(\.method.rawValue).sorted())
        }.sorted { one, other in one.parts.count { $0 == nil } < other.parts.count { $0 == nil } }
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let error as HTTPError where error.status == .notFound {
            guard let methods = methods(of: request.uri.path) else { throw error }
            var problem = Problem(.methodNotAllowed, "method_not_allowed", "this path does not know this method")
            problem.allowed = methods
            throw problem
        }
    }

    private func methods(of path: String) -> [String]? {
        let parts = path.split(separator: "/")
        return known.first { pattern, _ in
            pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0.map { [part = $1] in $0 == part } ?? true }
        }?.methods
    }
}
