/// The document that describes the API (OpenAPI 3.1), at `/openapi.json`. A test holds it to the routes.
enum OpenAPI {
    static var document: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Throughline", "version": "0.1.0",
                "description": "Takes events over HTTP and tells every person's timeline.",
            ],
            "paths": .object(
                intake + reading + people + journeys + maps + segments + insights + administration + operation),
            "components": [
                "securitySchemes": [
                    "basic": ["type": "http", "scheme": "basic", "description": "The key as user name."],
                    "bearer": ["type": "http", "scheme": "bearer"],
                ],
                "responses": [
                    "Problem": [
                        "description": "A problem document (RFC 9457).",
                        "content": ["application/problem+json": ["schema": named("Problem")]],
                    ]
                ],
                "schemas": .object(OpenAPISchemas.all),
            ],
        ]
    }

    typealias Members = [(key: String, value: JSON)]

    static let keyed: JSON = [["basic": []], ["bearer": []]]
    private static let open: JSON = [[:]]

    static func named(_ schema: String) -> JSON { ["$ref": .text("#/components/schemas/\(schema)")] }

    /// An operation.
    ///
    /// - Parameter refusals: statuses that a problem document comes with.
    static func operation(
        _ id: String, _ summary: String, security: JSON, parameters: [JSON] = [], body: JSON? = nil, answers: Members,
        refusals: [Int] = []
    ) -> JSON {
        var operation: JSON = ["operationId": .text(id), "summary": .text(summary), "security": security]
        if !parameters.isEmpty { operation.add("parameters", .array(parameters)) }
        if let body { operation.add("requestBody", body) }
        let refused = refusals.map { (key: "\($0)", value: ["$ref": "#/components/responses/Problem"] as JSON) }
        operation.add("responses", .object(answers + refused))
        return operation
    }

    static func answer(
        _ status: Int, _ description: String, _ schema: JSON, type: String = "application/json"
    ) -> Members {
        let shape: JSON = ["schema": schema]
        let answer: JSON = ["description": .text(description), "content": .object([(key: type, value: shape)])]
        return [(key: "\(status)", value: answer)]
    }

    /// Name, what it does, and the schema of its body.
    private static let calls = [
        ("track", "Says what a person did", "Track"), ("identify", "Says who a person is", "Call"),
        ("page", "Says which page a person looked at", "Call"),
        ("screen", "Says which screen of an app a person looked at", "Call"),
        ("group", "Says what a person belongs to", "Group"), ("alias", "Says that two ids are one person", "Alias"),
        ("batch", "Takes several calls", "Batch"), ("import", "Takes several calls of the past", "Batch"),
    ]

    private static var intake: Members {
        calls.flatMap { name, summary, schema -> Members in
            let body: JSON = [
                "required": true,
                "description": """
                JSON, whatever the content type says; may be packed by gzip. At most 4 MB unpacked, 32 KB an event, \
                2,500 events a batch. A body without the key in a header carries it as writeKey.
                """,
                "content": ["application/json": ["schema": named(schema)]],
            ]
            let short = name == "import" ? [] : [(name.prefix(1), "short_\(name)")]
            return ([(name[...], name)] + short).map { path, id in
                let post = operation(
                    id, summary, security: [["basic": []], ["bearer": []], [:]], body: body,
                    answers: answer(
                        200, "Everything is on disk; what was refused of a batch is listed.", named("Success")),
                    refusals: [400, 401, 403, 413, 429, 500, 503])
                return ("/v1/\(path)", ["post": post])
            }
        }
    }

    static func inPath(_ name: String, _ description: String) -> JSON {
        [
            "name": .text(name), "in": "path", "required": true, "description": .text(description),
            "schema": ["type": "string"],
        ]
    }

    private static var reading: Members {
        let limit: JSON = [
            "name": "limit", "in": "query",
            "schema": ["type": "integer", "minimum": 1, "maximum": .number(ProfileRoutes.limitMax), "default": 50],
        ]
        let cursor: JSON = [
            "name": "cursor", "in": "query", "description": "`next` of the page before.",
            "schema": ["type": "string"],
        ]
        let include: JSON = [
            "name": "include", "in": "query",
            "description":
                "`purposes`: items that say what became of purposes, too: `purpose.opened`, `.moved`, `.merged`, `.closed`.",
            "schema": ["type": "string", "enum": ["purposes"]],
        ]
        let timeline = operation(
            "timeline", "A person's events, the latest first", security: keyed,
            parameters: [inPath("id", "Anything that she is known by."), limit, cursor, include],
            answers: answer(200, "A page.", named("TimelinePage")), refusals: [400, 401, 403, 404, 503])
        let settings = operation(
            "browserSettings", "What the browser library asks first", security: open,
            parameters: [inPath("key", "A write key.")], answers: answer(200, "Where to send.", ["type": "object"]),
            refusals: [401, 403])
        let debugger = [("events", "What came in lately"), ("refused", "What was refused lately, and why")].map {
            name, summary in
            let get = operation(
                "debugger_\(name)", summary, security: keyed,
                answers: answer(200, "The latest first.", named("DebuggerPage")), refusals: [401, 403])
            return (key: "/v1/debugger/\(name)", value: ["get": get] as JSON)
        }
        let live = operation(
            "debugger_live", "What comes in, as it comes, as server-sent events", security: keyed,
            answers: answer(
                200,
                """
                Events `taken` and `refused`, whose data is a DebuggerEntry, and `dropped`, whose data says in `count` how \
                many were left out for a listener that was too slow; a comment every 15 seconds.
                """, ["type": "string"], type: "text/event-stream"), refusals: [401, 403, 503])
        return [
            ("/v1/debugger/live", ["get": live]), ("/v1/projects/{key}/settings", ["get": settings]),
            ("/v1/profiles/{id}/timeline", ["get": timeline]),
        ] + debugger
    }

    private static var operation: Members {
        let health = operation(
            "health", "Whether the process is to be left alone", security: open,
            answers: answer(200, "How it is.", named("Health")))
        let ready = operation(
            "ready", "Whether requests should be sent here", security: open,
            answers: answer(200, "They should.", named("Ready")) + answer(503, "Not yet.", named("Ready")))
        let metrics = operation(
            "metrics", "Metrics in Prometheus's text format; beyond this machine with a key of that scope",
            security: [[:], ["basic": []], ["bearer": []]],
            answers: answer(200, "Metrics.", ["type": "string"], type: "text/plain"), refusals: [401, 403, 503])
        let document = operation(
            "openapi", "This document", security: open, answers: answer(200, "OpenAPI 3.1.", ["type": "object"]))
        return [
            ("/health", ["get": health]), ("/ready", ["get": ready]), ("/metrics", ["get": metrics]),
            ("/openapi.json", ["get": document]),
        ]
    }
}
