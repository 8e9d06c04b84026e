import Hummingbird

/// Leaves the body out of an answer to HEAD: what reads such an answer takes a body for the beginning of the next one.
struct HeadMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method == .head else { return response }
        return Response(status: response.status, headers: response.headers)
    }
}
