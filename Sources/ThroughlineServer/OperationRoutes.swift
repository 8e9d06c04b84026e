import HTTPTypes
import Hummingbird
import NIOCore
import ThroughlineEngine

/// How the server is: for whoever keeps it running.
struct OperationRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/health") { _, _ in health() }
        router.get("/ready") { _, _ in ready() }
        router.get("/metrics") { request, _ in try metrics(request) }
        router.get("/openapi.json") { _, _ in OpenAPI.document.response() }
    }

    /// Whether the process is to be left alone.
    private func health() -> Response {
        guard let problem = parts.foldStatus().problem else { return (["status": "ok"] as JSON).response() }
        return (["status": "degraded", "reason": .text(problem)] as JSON).response()
    }

    /// Whether requests should be sent here.
    private func ready() -> Response {
        let lag = parts.foldLag
        let isReady = lag <= ServerParts.readyLagMax
        let body: JSON = ["status": isReady ? "ready" : "catching up", "foldLag": .number(Int(lag))]
        return body.response(status: isReady ? .ok : .serviceUnavailable)
    }

    /// Prometheus text format 0.0.4. Needs a key with the scope, unless asked from this machine and not through a proxy on
    /// it.
    private func metrics(_ request: Request) throws -> Response {
        let isForwarded = [.forwarded, .forwardedFor].contains(where: request.headers.contains)
        if isForwarded || !parts.settings.listensOnLoopback {
            _ = try parts.authentication.grant(of: request, for: .metrics)
        }
        let counts = parts.counters.now
        let stored = try parts.profiles.counts()
        var text = PrometheusText()
        text.counter("throughline_events_taken_total", "Events taken by the intake.", counts.eventsTaken)
        text.counter("throughline_events_refused_total", "Events refused by the intake.", counts.eventsRefused)
        text.counter(
            "throughline_bodies_refused_total", "Bodies of the intake that were refused as a whole.",
            counts.bodiesRefused)
        text.counter("throughline_bytes_taken_total", "Bytes of the records taken.", counts.bytesTaken)
        text.counter("throughline_answers_total", "Answers, by class of status.") {
            for (digit, count) in counts.answers.enumerated() where digit > 0 {
                $0.sample(["status": "\(digit)xx"], count)
            }
        }
        text.gauge("throughline_log_records", "Records of the log.", Int(parts.log.end.rawValue))
        text.gauge("throughline_fold_lag_records", "Records that are not folded yet.", Int(parts.foldLag))
        text.gauge(
            "throughline_fold_waits", "1 while the fold cannot go on.", parts.foldStatus().problem == nil ? 0 : 1)
        text.gauge(
            "throughline_debugger_listeners", "Who listens to the debugger live.", parts.debugger.listeners.count)
        text.gauge("throughline_profiles", "Profiles.", stored.profiles)
        text.gauge("throughline_events", "Events on timelines.", stored.events)
        text.gauge("throughline_duplicates", "Events that came twice and were dropped.", stored.duplicates)
        text.gauge(
            "throughline_nobodys", "Events on no timeline: all they name is values that are nobody's.", stored.nobodys)
        text.gauge("throughline_unreadable", "Records that the fold could not read.", stored.unreadable)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded = HTTPField.Name("Forwarded")!
    fileprivate static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}

/// Writes metrics in Prometheus's text format.
struct PrometheusText {
    private(set) var text = ""
    private var name = ""

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        counter(name, help) { $0.sample([:], value) }
    }

    mutating func counter(_ name: String, _ help: String, _ samples: (inout PrometheusText) -> Void) {
        begin(name, help, "counter")
        samples(&self)
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        begin(name, help, "gauge")
        sample([:], value)
    }

    /// A value of the metric that was begun last. Labels are ours: nothing in them needs an escape.
    mutating func sample(_ labels: KeyValuePairs<String, String>, _ value: Int) {
        let list = labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
        text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
    }

    private mutating func begin(_ name: String, _ help: String, _ kind: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }
}
