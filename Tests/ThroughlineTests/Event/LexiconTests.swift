import Testing
import Throughline

@Suite("what names of events tell")
struct LexiconTests {
    private func habit(_ name: String, _ text: String = "", kind: Event.Kind = .track) -> Habit {
        var name = name
        var text = text
        return name.withUTF8 { name in text.withUTF8 { NameFeatures(name).habit(kind: kind, text: $0) } }
    }

    @Test(
        "routine in every spelling",
        arguments: [
            "Logged In", "logged_in", "loggedIn", "Login", "Signed In", "sign out", "App Opened",
            "Application Installed",
            "Newsletter Opened", "Push Received", "Email Delivered", "Promotion Viewed", "Session Started",
        ])
    func routine(name: String) { #expect(habit(name) == .routine) }

    @Test("habits", arguments: ["Bill Paid", "Direct Debit Paid", "bill_paid", "Email Opened", "Statement Downloaded"])
    func habits(name: String) { #expect(habit(name) == .habitual) }

    @Test(
        "events of purposes are no routine",
        arguments: [
            "Message Sent", "Call Logged", "Order Completed", "Products Searched", "Application Submitted",
            "Post Liked",
            "Signed Contract", "Product Viewed", "Email Link Clicked",
        ])
    func purposeful(name: String) { #expect(habit(name) == .none) }

    @Test("a household's bill is routine, whatever the payment is called", arguments: ["Payment Made", "Bill Paid"])
    func household(name: String) {
        #expect(habit(name, "Utility bill: electricity") == .routine)
        #expect(habit(name, "First instalment of the car loan") == .habitual)
    }

    @Test("a page that everybody passes through, and one with a topic")
    func pages() {
        #expect(habit("Page Viewed", "Home", kind: .page) == .routine)
        #expect(habit("Page Viewed", "My account", kind: .page) == .routine)
        #expect(habit("Page Viewed", "Home loans", kind: .page) == .none)
        #expect(habit("Page Viewed", "", kind: .page) == .none)
    }

    @Test(
        "identify, group and alias are about the person, not about a purpose",
        arguments: [Event.Kind.identify, .group, .alias])
    func identity(kind: Event.Kind) { #expect(habit("Anything", kind: kind) == .routine) }

    @Test(
        "outcomes",
        arguments: [
            ("Order Completed", Outcome.fulfilled), ("order_cancelled", .cancelled), ("LoanDeclined", .declined),
            ("Cancellation Confirmed", .cancelled), ("Application Approved", .fulfilled), ("Product Viewed", nil),
            ("", nil),
        ] as [(String, Outcome?)])
    func outcomes(name: String, outcome: Outcome?) {
        var name = name
        #expect(name.withUTF8 { OutcomeLexicon.outcome(ofName: $0) } == outcome)
    }
}
