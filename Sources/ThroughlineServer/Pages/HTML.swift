// HTML as a type: what a person wrote cannot become markup, because only a literal can.

/// A fragment of HTML.
///
/// Literal text is markup. A `String` interpolated into it is escaped, for element content and for quoted attributes
/// alike; an `HTML` fragment is already safe and is not escaped twice.
///
///     let name = "<b>Ana</b>"
///     let item: HTML = "<li title=\"\(name)\">\(name)</li>"
///     let list: HTML = "<ul>\([item, item])</ul>"
///
/// Attribute values must be quoted, and text must never be interpolated into a `<script>`, a `<style>`, a URL or an
/// event attribute, where escaping means something else.
package struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The markup.
    package let rendered: String

    package init(stringLiteral markup: String) { rendered = markup }

    package init(stringInterpolation interpolation: StringInterpolation) { rendered = interpolation.rendered }

    /// Trusts a text of our own: the style and the script of the page.
    package init(trusted markup: StaticString) { rendered = markup.description }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var rendered = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            rendered.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ markup: String) { rendered += markup }
        package mutating func appendInterpolation(_ text: String) { rendered.appendEscaped(text) }
        package mutating func appendInterpolation(_ number: Int) { rendered += String(number) }
        package mutating func appendInterpolation(_ fragment: HTML) { rendered += fragment.rendered }
        package mutating func appendInterpolation(_ fragment: HTML?) { rendered += fragment?.rendered ?? "" }
        package mutating func appendInterpolation(_ fragments: [HTML]) {
            for fragment in fragments { rendered += fragment.rendered }
        }
    }
}

extension String {
    /// Appends the text so that HTML shows it as it is, in content or in a quoted attribute.
    ///
    /// Control characters and noncharacters, which HTML forbids, and the bidirectional overrides and isolates, which
    /// could reorder the words beside them, become the replacement character: seen, but without effect. Right-to-left
    /// scripts themselves need none of these.
    fileprivate mutating func appendEscaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": self += "&amp;"
            case "<": self += "&lt;"
            case ">": self += "&gt;"
            case "\"": self += "&quot;"
            case "'": self += "&#39;"
            case "\t", "\n", "\r": self += " "
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                self += "\u{FFFD}"
            case _ where scalar.properties.isNoncharacterCodePoint: self += "\u{FFFD}"
            default: unicodeScalars.append(scalar)
            }
        }
    }
}
