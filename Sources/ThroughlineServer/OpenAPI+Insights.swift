import Throughline
import ThroughlineEngine

/// What everybody's steps come to.
extension OpenAPI {
    static var insights: Members {
        [
            insight(
                "funnel", "How many purposes of a type reach each milestone, and how many go on to the next", "Funnel",
                [400, 404]),
            insight("paths", "Which step follows which, how often and after how long", "Paths", [404]),
            insight("variants", "The sequences of steps that most purposes take", "Variants", [400, 404]),
            insight("contacts", "Interactions of a customer by month and channel, and their change", "Contacts"),
            insight("overlap", "Purposes that people have at the same time", "Overlap"),
            insight("handovers", "Steps that come by another channel than the one before", "Handovers", [404]),
            insight(
                "cohorts", "What became of purposes that began in a month, and who stays in touch", "Cohorts", [404]),
        ]
    }

    private static func insight(
        _ name: String, _ summary: String, _ schema: String, _ more: [Int] = []
    ) -> (key: String, value: JSON) {
        var parameters: [JSON] = []
        if more.contains(404) {
            parameters.append([
                "name": "type", "in": "query", "required": .bool(name == "funnel"),
                "description": "The number of a type of purpose; without it all are taken together.",
                "schema": OpenAPISchemas.number,
            ])
        }
        if name == "variants" {
            parameters.append([
                "name": "limit", "in": "query", "description": "How many are told.",
                "schema": ["type": "integer", "minimum": 1, "maximum": .number(InsightReader.variantsMax)],
            ])
        }
        return (
            "/v1/insights/\(name)",
            [
                "get": operation(
                    name, summary, security: keyed, parameters: parameters,
                    answers: answer(200, "What is counted by now.", named(schema)),
                    refusals: (more + [401, 403, 503]).sorted())
            ]
        )
    }
}

extension OpenAPISchemas {
    static var insights: Members {
        let maybeNumber: JSON = ["type": ["integer", "null"]]
        let month: JSON = ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"]
        func array(_ item: JSON) -> JSON { ["type": "array", "items": item] }
        let contacts = array(
            object([
                "month": month, "channel": maybeText, "interactions": number, "customers": number,
                "perCustomer": ["type": "number"], "change": ["type": ["number", "null"]],
            ]))
        return [
            (
                "Funnel",
                object([
                    "purposes": number,
                    "outcomes": array(object(["outcome": text, "purposes": number, "meanSeconds": number])),
                    "steps": array(
                        object([
                            "name": text, "reached": number, "wentOn": maybeNumber, "dropped": maybeNumber,
                            "meanSecondsToNext": maybeNumber,
                            "medianSecondsToNext": [
                                "type": ["array", "null"], "items": number,
                                "description": "The least and the most that it may be.",
                            ],
                        ])),
                ])
            ),
            (
                "Paths",
                object([
                    "purposes": number,
                    "steps": array(
                        object([
                            "name": text, "count": number, "purposes": number, "repeated": number, "starts": number,
                            "ends": number,
                        ])),
                    "ways": array(object(["from": text, "to": text, "count": number, "meanSeconds": number])),
                    "bands": array(object(["position": number, "from": text, "to": text, "count": number])),
                    "cut": ["type": "boolean", "description": "Whether there are more ways or bands than are told."],
                ])
            ),
            (
                "Variants",
                object([
                    "variants": number,
                    "items": array(
                        object(["steps": array(text), "cut": ["type": "boolean"], "purposes": number])),
                ])
            ),
            ("Contacts", object(["items": contacts, "months": contacts])),
            (
                "Overlap",
                object([
                    "pairs": array(object(["one": maybeText, "other": maybeText, "count": number])),
                    "parallel": array(object(["open": number, "count": number])),
                ])
            ),
            (
                "Handovers",
                object(["items": array(object(["from": text, "to": text, "count": number, "meanSeconds": number]))])
            ),
            (
                "Cohorts",
                object([
                    "items": array(
                        object([
                            "month": month, "purposes": number,
                            "ended": array(object(["outcome": text, "later": number, "purposes": number])),
                        ])),
                    "retention": array(object(["month": month, "later": number, "people": number])),
                ])
            ),
        ]
    }
}
