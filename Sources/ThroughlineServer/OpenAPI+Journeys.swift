import Throughline

/// Types of purpose.
extension OpenAPI {
    static var journeys: Members {
        [
            (
                "/v1/types",
                [
                    "get": operation(
                        "types", "What like purposes of many people have in common", security: keyed,
                        answers: answer(200, "Those of most purposes first.", named("Types")),
                        refusals: [401, 403, 503])
                ]
            ),
            (
                "/v1/types/{id}",
                [
                    "get": operation(
                        "type", "A type of purpose with its milestones, what shows them, and its silences",
                        security: keyed, parameters: [typeID],
                        answers: answer(200, "The type, or the one that it counts as.", named("Type")),
                        refusals: [401, 403, 404, 503]),
                    "post": operation(
                        "editType", "Renames, merges, splits or pins a type: every making keeps to it", security: keyed,
                        parameters: [typeID],
                        body: ["required": true, "content": ["application/json": ["schema": named("TypeEdit")]]],
                        answers: answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
                        refusals: [400, 401, 403, 404, 409, 413, 503]),
                ]
            ),
            (
                "/v1/catalogue",
                [
                    "get": operation(
                        "catalogue", "The organization's own words for what people come for", security: keyed,
                        answers: answer(200, "In the order they were given.", named("Catalogue")),
                        refusals: [401, 403, 503]),
                    "put": operation(
                        "giveCatalogue", "Gives words by which types of purpose are called when they are made next",
                        security: keyed,
                        body: [
                            "required": true, "content": ["text/plain": ["schema": ["type": "string"]]],
                            "description": "A word or some words a line.",
                        ],
                        answers: answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
                        refusals: [400, 401, 403, 413, 503]),
                ]
            ),
        ]
    }

    private static var typeID: JSON { inPath("id", "The number of the type.") }
}

extension OpenAPISchemas {
    static var journeys: Members {
        let share: JSON = ["type": "number"]
        let maybeShare: JSON = ["type": ["number", "null"]]
        let maybeNumber: JSON = ["type": ["integer", "null"]]
        let type: JSON = object(
            [
                "type": number, "name": text, "foundName": text, "terms": ["type": "array", "items": text],
                "purposes": number, "outcomes": ["type": "object", "additionalProperties": number], "share": share,
                "shareBefore": maybeShare,
                "drift": [
                    "type": ["number", "null"],
                    "description": "How far what it is about moved when types were made last: one less the cosine.",
                ],
                "pinned": ["type": "boolean"],
                "merged": [
                    "type": "array", "items": number, "description": "Types that count as this one.",
                ],
                "willBeSplit": ["type": "boolean"], "retired": ["type": "boolean"],
            ],
            optional: ["milestones": list("Milestone"), "silences": list("Silence")])
        return [
            ("Type", type), ("Catalogue", object(["words": ["type": "array", "items": text]])),
            (
                "Types",
                object(["madeAt": ["type": ["string", "null"], "format": "date-time"], "items": list("Type")])
            ),
            (
                "Milestone",
                object([
                    "name": text, "ending": maybeText, "share": share, "lift": share, "precedence": maybeShare,
                    "reached": number, "wentOn": maybeNumber,
                ])
            ),
            (
                "Silence",
                object([
                    "stage": stage, "gaps": number, "open": number, "medianSeconds": maybeNumber,
                    "stalledAfterSeconds": maybeNumber, "dormantAfterSeconds": maybeNumber,
                ])
            ),
            (
                "TypeEdit",
                closed(
                    object(
                        ["edit": ["enum": words(EditWord.self)]],
                        optional: [
                            "name": ["type": ["string", "null"], "maxLength": .number(TypeBook.nameBytesMax)],
                            "into": number,
                        ]))
            ),
        ]
    }
}
