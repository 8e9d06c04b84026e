import Testing

@testable import Throughline

@Suite("what is refused when a condition is read")
struct ConditionErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let source: String
        let line: Int
        let column: Int
        let reason: String

        init(_ name: String, _ source: String, at place: (line: Int, column: Int), _ reason: String) {
            testDescription = name
            self.source = source
            (line, column) = place
            self.reason = reason
        }
    }

    static let variables = ConditionVariables([
        "traits": .map(key: .string, value: .dyn), "price": .double, "count": .int, "name": .string,
        "tags": .list(.string), "since": .timestamp, "event.name": .string, "anything": .dyn,
    ])

    static let names = [
        Case(
            "a name that is nearly right", "trait.tier == 'gold'", at: (1, 1),
            "there is no variable trait; did you mean traits?"),
        Case(
            "on the second line", "price > 1.0 &&\n  cuont > 2", at: (2, 3),
            "there is no variable cuont; did you mean count?"),
        Case("columns are characters", "'añ👩‍👧' == nam", at: (1, 10), "there is no variable nam; did you mean name?"),
        Case("a name that is like no other", "zebra", at: (1, 1), "there is no variable zebra"),
        Case(
            "a name with a dot that is nearly right", "event.nam == 'a'", at: (1, 1),
            "there is no variable event.nam; did you mean event.name?"),
        Case("a field of what is not known", "zebra.stripes.count > 1", at: (1, 1), "there is no variable zebra"),
        Case("a name of the part before a dot", "event == 'a'", at: (1, 1), "there is no variable event"),
        Case("an element outside its macro", "tags.all(t, true) && t == ''", at: (1, 22), "there is no variable t"),
        Case(
            "a function that is nearly right", "name.startWith('a')", at: (1, 6),
            "there is no function startWith; did you mean startsWith?"),
        Case(
            "a macro that is nearly right", "tags.existsOne(name, true)", at: (1, 6),
            "there is no function existsOne; did you mean exists_one?"),
        Case("a raw text ends at its first quote", #"name == r'a\''"#, at: (1, 14), "the text has no end"),
        Case("a function of an extension", "math.greatest(1, 2) > 1", at: (1, 6), "there is no function greatest"),
        Case(
            "a method written as a function", "startsWith(name, 'a')", at: (1, 1),
            "startsWith is called on a value: write value.startsWith(...)"),
        Case(
            "a function written as a method", "count.string() == ''", at: (1, 7),
            "string is a function: write string(value)"),
        Case("too few values", "name.startsWith()", at: (1, 6), "startsWith is given too few or too many values"),
        Case(
            "a name that is kept", "package == 1", at: (1, 1),
            "the name package is kept for later versions of the language"),
        Case("a message", "Person{name: 'a'} == 1", at: (1, 1), "there is no message Person"),
    ]

    static let types = [
        Case("not a question", "count + 1", at: (1, 1), "a condition is true or false, and this is of type int"),
        Case("a number and a text", "count + name == ''", at: (1, 7), "+ does not take int and string"),
        Case("numbers of two types", "price > 100", at: (1, 7), "> does not take double and int"),
        Case("equality of two types", "count == 'a'", at: (1, 7), "== does not take int and string"),
        Case("a text as bool", "name && true", at: (1, 1), "&& takes bool, and this is string"),
        Case(
            "a choice of two types", "count == (true ? 1 : 'a')", at: (1, 16),
            "? : gives int or string, and these have to agree"),
        Case("a field of a number", "count.size == 1", at: (1, 7), "a value of type int has no field size"),
        Case("a double as key", "{1.5: true}[1.5]", at: (1, 2), "a value of type double is no key of a map"),
        Case("a text is no list", "name.all(c, true)", at: (1, 1), "all looks at a list or a map, and this is string"),
        Case("an element keeps its type", "tags.exists(t, t > 5)", at: (1, 18), "> does not take string and int"),
        Case(
            "a body that is no bool", "tags.filter(t, t) == tags", at: (1, 16), "filter takes bool, and this is string"),
        Case("a method of another type", "count.contains('a')", at: (1, 7), "contains does not take int and string"),
        Case(
            "a pattern that is none", "name.matches('a(b')", at: (1, 14),
            "the pattern is not to be read: a ( has no ) behind it"),
        Case(
            "a pattern that looks back", #"name.matches(r'(a)\1')"#, at: (1, 14),
            #"the pattern is not to be read: there is no \1"#),
    ]

    static let grammar = [
        Case("nothing", "", at: (1, 1), "the condition ends too early"),
        Case("only a comment", "// nothing", at: (1, 11), "the condition ends too early"),
        Case("half an operation", "count ==", at: (1, 9), "the condition ends too early"),
        Case("two conditions", "true false", at: (1, 6), "there is false where the condition should end"),
        Case("a bracket too few", "(count == 1", at: (1, 12), "there is the end where ) should be"),
        Case("a bracket too many", "count == 1)", at: (1, 11), "there is ) where the condition should end"),
        Case("one =", "count = 1", at: (1, 7), "this character has no meaning here"),
        Case("one &", "true & false", at: (1, 6), "this character has no meaning here"),
        Case("a letter beyond ASCII", "größe > 1", at: (1, 3), "this character has no meaning here"),
        Case("a text without end", "name == 'abc", at: (1, 9), "the text has no end"),
        Case(
            "a text over two lines", "name == 'abc\n'", at: (1, 13),
            "a text in single quotes ends on its line; use three quotes"),
        Case(
            "an escape that is none", #"name == 'a\q'"#, at: (1, 11),
            #"there is no such escape; write \\ for a backslash"#),
        Case("half a character", #"name == '\ud800'"#, at: (1, 10), "there is no such character"),
        Case("few digits", #"name == '\x4'"#, at: (1, 10), "this escape has 2 hexadecimal digits"),
        Case("a large number", "count == 9223372036854775808", at: (1, 10), "the number is too large for int"),
        Case(
            "a larger number", "count == 99999999999999999999", at: (1, 10),
            "the number is too large for int and for uint"),
        Case("a very large double", "price < 1e999", at: (1, 9), "the number is too large for double"),
        Case("has of no field", "has(count)", at: (1, 1), "has takes one field: has(event.price)"),
        Case(
            "a macro with two names", "tags.all(i, t, true)", at: (1, 6),
            "all takes a name for the element and what to do with it"),
        Case("a macro without a name", "tags.all(1, true)", at: (1, 10), "the element of all is a plain name"),
        Case("an optional value", "traits.?tier == 1", at: (1, 8), "optional values are not part of this language"),
        Case(
            "a field that is a keyword", "traits.in == 1", at: (1, 8),
            "there is in where the name of a field should be"),
        Case("not and minus mixed", "!-count", at: (1, 3), "there is count where a number should be"),
    ]

    @Test("refused with its place and a plain sentence", arguments: names + types + grammar)
    func refusal(_ example: Case) {
        let error = #expect(throws: ConditionError.self) {
            _ = try Condition(example.source, variables: Self.variables)
        }
        #expect(error == ConditionError(line: example.line, column: example.column, reason: example.reason))
    }

    @Test("a refusal is one line that says where")
    func description() {
        let error = #expect(throws: ConditionError.self) {
            _ = try Condition("price > 1.0 &&\n trait.a", variables: Self.variables)
        }
        #expect(error?.description == "line 2, column 2: there is no variable trait; did you mean traits?")
    }

    @Test(
        "what cannot be told from the types is let through",
        arguments: [
            "anything", "anything > 1", "anything.field['a'].b == name", "traits.tier == 'gold'", "traits['a'] in tags",
            "[] == tags", "size({}) == count", "event.name == name", "dyn(count) == 'a'", "dyn(price) > 100",
            "since == null", "[1, 'a', null].exists(e, e == null)",
        ])
    func accepted(_ source: String) throws {
        _ = try Condition(source, variables: Self.variables)
    }

    @Test(
        "a type is written and read",
        arguments: ["int", "list(map(string, list(dyn)))", "map(bool, bytes)", "null_type", "list(list(timestamp))"])
    func writtenType(_ text: String) { #expect(ConditionType(text)?.description == text) }

    @Test(
        "a text that is no type",
        arguments: ["", "integer", "list", "list()", "list(int", "map(string)", "map(double, int)", "list(int) "])
    func noType(_ text: String) { #expect(ConditionType(text) == nil) }
}
