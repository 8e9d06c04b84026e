import Throughline

/// Segments.
extension OpenAPI {
    static var segments: Members {
        let name = inPath("name", "The name of the segment.")
        func body(_ schema: String) -> JSON {
            ["required": true, "content": ["application/json": ["schema": named(schema)]]]
        }
        let holds = answer(202, "It is on disk, and holds once it is folded.", named("Holds"))
        return [
            (
                "/v1/segments",
                [
                    "get": operation(
                        "segments", "All segments, with how far they are made", security: keyed,
                        answers: answer(200, "In the order of their names.", named("Segments")),
                        refusals: [401, 403, 503]),
                    "post": operation(
                        "defineSegment", "Defines a segment: a condition, or a list", security: keyed,
                        body: body("NewSegment"), answers: holds, refusals: [400, 401, 403, 409, 413, 503]),
                ]
            ),
            (
                "/v1/segments/preview",
                [
                    "post": operation(
                        "previewSegment", "What a condition would come to, by some of all people", security: keyed,
                        body: body("SegmentQuestion"),
                        answers: answer(200, "How many it holds for.", named("SegmentPreview")),
                        refusals: [400, 401, 403, 413, 503])
                ]
            ),
            (
                "/v1/segments/{name}",
                [
                    "get": operation(
                        "segment", "A segment, with how far it is made", security: keyed, parameters: [name],
                        answers: answer(200, "The segment.", named("Segment")), refusals: [401, 403, 404, 503]),
                    "put": operation(
                        "redefineSegment",
                        "Defines a segment otherwise; its members stay until everybody was looked at",
                        security: keyed, parameters: [name], body: body("SegmentDefinition"), answers: holds,
                        refusals: [400, 401, 403, 404, 409, 413, 503]),
                    "delete": operation(
                        "deleteSegment", "Takes a segment away", security: keyed, parameters: [name], answers: holds,
                        refusals: [401, 403, 404, 503]),
                ]
            ),
            ("/v1/segments/{name}/members", ["get": members(name), "post": listing(name)]),
        ]
    }

    private static func query(_ name: String, _ description: String, _ schema: JSON) -> JSON {
        ["name": .text(name), "in": "query", "description": .text(description), "schema": schema]
    }

    private static func members(_ name: JSON) -> JSON {
        let limit: JSON = [
            "type": "integer", "minimum": 1, "maximum": .number(SegmentMemberRoutes.limitMax), "default": 100,
        ]
        return operation(
            "segmentMembers", "Who is in a segment: a page, or all as CSV", security: keyed,
            parameters: [
                name, query("limit", "Members of a page.", limit),
                query("cursor", "`next` of the page before.", ["type": "string"]),
                query(
                    "format", "`csv`: all members; so does `Accept: text/csv`.",
                    ["type": "string", "enum": ["json", "csv"]]),
            ],
            answers: [
                (
                    key: "200",
                    value: [
                        "description": "In the order in which they were met.",
                        "content": [
                            "application/json": ["schema": named("SegmentMembers")],
                            "text/csv": ["schema": ["type": "string"]],
                        ],
                    ]
                )
            ], refusals: [400, 401, 403, 404, 503])
    }

    private static func listing(_ name: JSON) -> JSON {
        operation(
            "listSegmentMembers", "Puts people on a list, or takes them off", security: keyed,
            parameters: [
                name, query("edit", "What to do.", ["type": "string", "enum": ["add", "remove"], "default": "add"]),
                query(
                    "unknown", "`skip`: takes the others where nobody is known by some.",
                    ["type": "string", "enum": ["refuse", "skip"], "default": "refuse"]),
            ],
            body: [
                "required": true,
                "description":
                    "A header with a column `identifier`; at most 1 MB and 10,000 lines. All is taken, or nothing.",
                "content": ["text/csv": ["schema": ["type": "string"]]],
            ],
            answers: answer(202, "It is on disk, and holds once it is folded.", named("SegmentListed")),
            refusals: [400, 401, 403, 404, 409, 413, 503])
    }
}

extension OpenAPISchemas {
    static var segments: Members {
        let flag: JSON = ["type": "boolean"]
        let rule: OpenAPI.Members = [
            ("title", ["type": ["string", "null"], "maxLength": .number(SegmentDefinition.titleBytesMax)]),
            ("condition", ["type": ["string", "null"], "maxLength": .number(SegmentCondition.sourceBytesMax)]),
            ("list", ["type": ["boolean", "null"]]),
        ]
        let name: JSON = [
            "type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": .number(SegmentDefinition.nameLengthMax),
        ]
        return [
            ("SegmentDefinition", ["type": "object", "properties": .object(rule), "additionalProperties": false]),
            (
                "NewSegment",
                [
                    "type": "object", "required": ["name"], "properties": .object([("name", name)] + rule),
                    "additionalProperties": false,
                ]
            ),
            (
                "Segment",
                object([
                    "name": text, "title": text, "condition": maybeText, "list": flag, "members": number,
                    "state": ["enum": ["building", "complete"]], "done": number, "of": number,
                ])
            ),
            ("Segments", object(["items": list("Segment")])),
            ("SegmentQuestion", closed(object(["condition": text]))),
            (
                "SegmentPreview",
                object(["people": number, "members": number, "faults": number, "fault": maybeText])
            ),
            ("SegmentMember", object(["profile": text, "kind": text, "value": text, "since": time])),
            ("SegmentMembers", object(["items": list("SegmentMember"), "next": maybeText])),
            (
                "SegmentListed",
                object([
                    "holdsFrom": ["type": ["integer", "null"]], "taken": number,
                    "unknownLines": ["type": "array", "items": number],
                ])
            ),
            ("SegmentOfPerson", object(["name": text, "title": text, "since": time])),
        ]
    }
}
