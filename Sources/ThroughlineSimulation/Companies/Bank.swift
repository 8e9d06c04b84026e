extension Company {
    /// A retail bank with branches.
    static let bank = Company(
        name: "bank", title: "Northwater Bank",
        purposes: [
            homeLoan, creditCard, carLoan, savingsAccount, cardDispute, addressChange, travelInsurance, studentAccount,
            investmentFund,
        ],
        routine: routine)

    private static let routine = PurposeTemplate.routine(
        slots: [
            .record(
                ["bill", "sum"],
                [
                    ["electricity", "61.75"], ["water", "38.40"], ["rent", "1150.00"], ["rent", "720.00"],
                    ["council tax", "94.10"], ["phone", "24.90"], ["streaming", "12.99"],
                ]),
            .record(
                ["merchant", "spent"],
                [["supermarket", "43.15"], ["bakery", "6.20"], ["petrol station", "58.00"], ["chemist", "17.35"]]),
            .choice(
                "issue", ["Five tips for a calmer month", "Your spring newsletter", "Our branches in the holidays"]),
        ],
        [
            .did("Balance Checked", .app), .did("Balance Checked", .app), .screen("Accounts overview"),
            .did(
                "Direct Debit Paid", .pos, "", ["reference": "{bill}", "amount": .number("{sum}"), "currency": "EUR"]),
            .did(
                "Direct Debit Paid", .pos, "", ["reference": "{bill}", "amount": .number("{sum}"), "currency": "EUR"]),
            .did(
                "Card Payment Made", .pos, "",
                ["merchant": "{merchant}", "amount": .number("{spent}"), "currency": "EUR"]),
            .did("Email Delivered", .email, "", ["subject": "{issue}"]),
            .did("Email Opened", .email, "", ["subject": "{issue}"]), .did("Signed In", .web, "/login"),
            .did("Push Notification Received", .push, "", ["text": "Your salary has arrived"]),
            .did("Consent Given", .web, "/", ["category": "cookies", "choice": "necessary"]),
            .did("Statement Downloaded", .web, "/accounts/statements", ["format": "pdf"]),
            .did("Application Updated", .app, "", ["previous_version": "8.3.9"]),
        ])

    private static let creditCard = PurposeTemplate(
        "credit card", weight: 4, paceHours: 36,
        endings: .init(fulfilled: 55, declined: 12, cancelled: 3),
        slots: [
            .choice("card", ["Travel Gold", "Everyday Blue", "Cashback One", "Student Flex"]),
            .choice("limit", ["1000", "2500", "4000", "7500"]),
            .choice("perk", ["cashback", "no foreign fees", "air miles"]),
            .identifier("application_id", prefix: "CC", from: .commit),
        ],
        explore: [
            .search("credit card {perk}", "best credit card", "{card} card", "credit cards with {perk}"),
            .page("/cards/credit", "Credit cards", "Find the credit card that suits you"),
            .screen("Cards", "Discover our cards"), .push("New: {perk} with {card}"),
            .shared("{card}: now with {perk}", "What {perk} is worth in a year"),
        ],
        compare: [
            .page("/cards/credit/compare", "Compare credit cards", "{card} against our other cards"),
            .search("{card} fees", "{card} or visa gold", "card annual fee {perk}"),
            .chat(
                "does the {card} have {perk}?", "what is the yearly fee of the {card}",
                "which card for holidays abroad?"),
            .page("/cards/credit/details", "{card}: fees, limits, {perk}"),
        ],
        choose: [
            .did("Card Selected", .app, "", ["card": "{card}", "limit": .number("{limit}")]),
            .call("Prefers the {card}, asks if a limit of {limit} is possible"),
        ],
        commit: [
            .did("Identity Checked", .app, "", ["method": "video"]),
            .did("Application Submitted", .app, "", ["product": "{card}", "limit": .number("{limit}")]),
        ],
        fulfilled: [
            .did("Card Issued", .email, "", ["card": "{card}", "limit": .number("{limit}")]),
            .did("Card Activated", .app, "", ["card": "{card}"]),
        ],
        declined: [.did("Application Declined", .email, "", ["product": "{card}", "reason": "credit check"])],
        cancelled: [.chat("please cancel my application for the {card}", "I don't want the {card} any more")],
        afterCare: [
            .email("Three ways to use your {card}"),
            .did("Card Payment Made", .pos, "", ["card": "{card}", "amount": .number("24.90")]),
        ])

    private static let savingsAccount = PurposeTemplate(
        "savings account", weight: 3, paceHours: 40,
        endings: .init(fulfilled: 62),
        slots: [
            .choice("goal", ["a new kitchen", "the children", "a rainy day", "a trip to Japan"]),
            .choice("product", ["Flexible Saver", "One-year Fixed", "Children's Saver"]),
            .choice("monthly", ["50", "100", "250"]), .identifier("account_id", prefix: "SV", from: .fulfilled),
        ],
        explore: [
            .search("savings account interest", "saving for {goal}", "{product} rate", "best savings rate"),
            .page("/savings", "Savings accounts", "Saving for {goal}"), .email("Put {monthly} a month aside"),
            .liked("Saving for {goal}: how our customers do it"),
        ],
        compare: [
            .page("/savings/rates", "Savings rates today", "{product}: interest and access"),
            .search("{product} or fixed", "instant access savings", "intrest savings {monthly} a month"),
            .chat("can I take money out of the {product} at any time?", "what interest do you pay on the {product}"),
        ],
        choose: [.did("Savings Plan Calculated", .app, "", ["product": "{product}", "monthly": .number("{monthly}")])],
        commit: [
            .page("/savings/open", "Open a {product}"),
            .did("Application Submitted", .web, "/savings/open", ["product": "{product}"]),
        ],
        fulfilled: [.did("Account Opened", .app, "", ["product": "{product}", "monthly": .number("{monthly}")])],
        afterCare: [
            .push("Your first {monthly} are saved for {goal}"),
            .did("Standing Order Set Up", .app, "", ["amount": .number("{monthly}")]),
        ])

    private static let cardDispute = PurposeTemplate(
        "card dispute", weight: 2, paceHours: 30,
        endings: .init(fulfilled: 66, declined: 12, cancelled: 8),
        slots: [
            .choice(
                "merchant", ["a web shop", "a hotel in Porto", "a taxi firm", "a ticket site", "a streaming service"]),
            .choice("sum", ["18.99", "64.50", "129.00", "412.80"]),
            .identifier("case_id", prefix: "DP", from: .compare),
        ],
        explore: [
            .search(
                "payment i do not know", "wrong charge on card", "charged twice {merchant}", "dispute card payment"),
            .screen("Transaction details", "Card transactions"),
            .page("/help/cards/disputes", "A payment you do not recognise"),
            .chat(
                "I have been charged {sum} by {merchant} and it wasn't me", "there is a payment of {sum} I don't know"),
        ],
        compare: [
            .call(
                "Reports {sum} charged twice by {merchant}",
                "Does not recognise {sum} from {merchant}, card still with her"),
            .page("/help/cards/chargeback", "How a chargeback works"), .chat("how long until I get the {sum} back"),
        ],
        choose: [
            .did("Card Blocked", .app, "", ["reason": "unknown payment"]),
            .did("Dispute Opened", .app, "", ["amount": .number("{sum}")]),
        ],
        commit: [
            .did("Document Uploaded", .web, "/disputes", ["document": "receipt"]),
            .did("Dispute Submitted", .web, "/disputes", ["amount": .number("{sum}"), "merchant": "{merchant}"]),
        ],
        fulfilled: [.did("Payment Refunded", .email, "", ["amount": .number("{sum}")])],
        declined: [
            .did("Dispute Rejected", .email, "", ["amount": .number("{sum}"), "reason": "payment was authorised"])
        ],
        cancelled: [.call("It was her partner's order at {merchant}; closes the case")],
        afterCare: [.email("How did we handle your case?"), .did("Card Replaced", .email)])

    private static let addressChange = PurposeTemplate(
        "moving house", paceHours: 48,
        endings: .init(fulfilled: 74, cancelled: 3),
        slots: [.choice("city", ["York", "Limerick", "Haarlem", "Valletta", "Turku"]), .date("moving_day")],
        explore: [
            .search("change address", "moving to {city}", "new address bank", "how to change my adress"),
            .page("/help/address", "Changing your address"), .screen("Personal details"),
            .shared("Moving house: a checklist"),
        ],
        compare: [
            .search("branch in {city}", "branches near {city}"), .page("/branches", "Our branches in {city}"),
            .chat(
                "I'm moving to {city} on {moving_day}, do I keep my account number?",
                "do my cards need the new address too?"),
        ],
        choose: [.call("Moves to {city} on {moving_day}, asks what papers are needed")],
        commit: [
            .did("Document Uploaded", .app, "", ["document": "proof of address"]),
            .did("Address Entered", .web, "/profile/address", ["city": "{city}", "valid_from": "{moving_day}"]),
        ],
        fulfilled: [
            .did("Address Changed", .app, "", ["city": "{city}", "valid_from": "{moving_day}"]),
            .visit("Address in {city} confirmed at the desk"),
        ],
        cancelled: [.sms("we are not moving after all, leave the old address")],
        afterCare: [.email("Welcome to your branch in {city}")])

    private static let travelInsurance = PurposeTemplate(
        "travel insurance", weight: 2, paceHours: 22,
        endings: .init(fulfilled: 58, cancelled: 5),
        slots: [
            .choice("country", ["Portugal", "Japan", "Morocco", "Canada", "Iceland"]),
            .choice("people", ["two", "three", "four", "one"]),
            .record(["cover", "price"], [["Basic", "24.00"], ["Family", "59.00"], ["Premium", "88.00"]]),
            .date("departure"), .identifier("policy_id", prefix: "TI", from: .commit),
        ],
        explore: [
            .search(
                "travel insurance {country}", "insurance for trip {country} {people} people", "travel cover {departure}"
            ),
            .page("/insurance/travel", "Travel insurance", "Insured in {country}"),
            .push("Off to {country}? Travel covered"),
            .liked("What to pack for {country}"),
        ],
        compare: [
            .page("/insurance/travel/compare", "{cover} cover or another? Compare travel policies"),
            .search(
                "{cover} travel cover skiing", "does travel insurance cover cancellation",
                "travel insurance {country} price"),
            .chat("does {cover} cover cancellation if I fall ill?", "is luggage to {country} insured?"),
        ],
        choose: [
            .did(
                "Quote Requested", .web, "/insurance/travel/quote",
                ["cover": "{cover}", "country": "{country}", "price": .number("{price}")])
        ],
        commit: [
            .page("/insurance/travel/buy", "Your trip to {country} from {departure}"),
            .did(
                "Payment Info Entered", .web, "/insurance/travel/buy", ["value": .number("{price}"), "currency": "EUR"]),
        ],
        fulfilled: [
            .did(
                "Policy Issued", .email, "", ["cover": "{cover}", "value": .number("{price}"), "country": "{country}"])
        ],
        cancelled: [.call("Trip to {country} is off, cancels the cover")],
        afterCare: [.email("Before you leave for {country}"), .sms("is my policy valid from {departure}?")])

    private static let studentAccount = PurposeTemplate(
        "student account", weight: 1, paceHours: 50,
        endings: .init(fulfilled: 60, declined: 6),
        slots: [
            .choice("university", ["Leeds", "Galway", "Utrecht", "Tampere", "Malta"]),
            .choice("gift", ["rail card", "cinema voucher"]),
            .identifier("application_id", prefix: "ST", from: .commit),
        ],
        explore: [
            .search("student account", "bank account for students {university}", "student bank {gift}"),
            .page("/accounts/student", "The student account"),
            .liked("Studying in {university}? Your account with a {gift}"),
        ],
        compare: [
            .page("/accounts/student/overdraft", "Student overdraft: what is free"),
            .search("student account overdraft", "student account or current account"),
            .chat(
                "do I need my letter from {university} to open the student account?", "is the student overdraft free"),
        ],
        choose: [.visit("With parent, student account for {university}, asks about {gift}")],
        commit: [
            .did("Document Uploaded", .app, "", ["document": "letter of admission"]),
            .did("Application Submitted", .app, "", ["product": "student account"]),
        ],
        fulfilled: [.did("Account Opened", .app, "", ["product": "student account"])],
        declined: [
            .did("Application Declined", .email, "", ["product": "student account", "reason": "no proof of enrolment"])
        ],
        afterCare: [.email("Your {gift} is waiting")])

    private static let investmentFund = PurposeTemplate(
        "investment fund", weight: 2, paceHours: 96,
        endings: .init(fulfilled: 38, declined: 4, cancelled: 8),
        slots: [
            .choice("fund", ["Global Index", "Green Energy", "Balanced 50", "European Dividend"]),
            .choice("amount", ["500", "2000", "10000"]), .identifier("depot_id", prefix: "DE", from: .choose),
        ],
        explore: [
            .search("invest {amount}", "{fund} fund", "etf for beginners", "index fund savings plan"),
            .page("/invest/funds", "Funds", "{fund}: what is in it"), .shared("Why time in the market matters"),
            .email("An evening about investing"), .screen("Markets today"),
        ],
        compare: [
            .did("Fund Compared", .web, "/invest/compare", ["fund": "{fund}"]),
            .page("/invest/funds/costs", "{fund}: costs and risk"),
            .search("{fund} costs", "{fund} performance 5 years", "fund or etf fees"),
            .chat("how risky is {fund}?", "what does {fund} cost per year"),
        ],
        choose: [
            .did("Risk Profile Completed", .web, "/invest/profile", ["profile": "balanced"]),
            .visit("Advice on {fund}, thinks of {amount}"),
        ],
        commit: [.did("Order Placed", .app, "", ["fund": "{fund}", "amount": .number("{amount}")])],
        fulfilled: [.did("Order Executed", .email, "", ["fund": "{fund}", "amount": .number("{amount}")])],
        declined: [.call("{fund} does not suit her risk profile, order refused")],
        cancelled: [.did("Order Withdrawn", .app, "", ["fund": "{fund}"])],
        afterCare: [.push("{fund} this month"), .did("Report Opened", .email, "", ["subject": "Your {fund} report"])])
}
