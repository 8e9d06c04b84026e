extension Company {
    /// A telephone company with shops.
    static let telco = Company(
        name: "telco", title: "Heron Mobile",
        purposes: [
            numberTransfer, newPhone, fibre, roaming, billingComplaint, lostCard, familyPlan, repair, leaving,
        ],
        routine: routine)

    private static let routine = PurposeTemplate.routine(
        slots: [
            .choice("bill", ["19.99", "24.90", "34.90", "61.40"]),
            .choice("issue", ["Your bill is ready", "Heron Thank You day", "News from your network"]),
        ],
        [
            .did("Bill Paid", .pos, "", ["amount": .number("{bill}"), "currency": "EUR", "method": "direct debit"]),
            .did("Bill Paid", .pos, "", ["amount": .number("{bill}"), "currency": "EUR", "method": "direct debit"]),
            .did("Usage Checked", .app), .did("Usage Checked", .app), .screen("Home"),
            .did("Signed In", .web, "/login"),
            .did("Email Delivered", .email, "", ["subject": "{issue}"]),
            .did("Email Opened", .email, "", ["subject": "{issue}"]),
            .did("Push Notification Received", .push, "", ["text": "You have used 80% of your data"]),
            .did("Text Message Delivered", .sms, "", ["text": "{issue}"]), .did("Application Installed", .app),
            .did("Consent Given", .web, "/", ["category": "cookies", "choice": "necessary"]),
            .did("Top-up Made", .pos, "", ["amount": .number("15.00"), "currency": "EUR"]),
        ])

    private static let numberTransfer = PurposeTemplate(
        "number transfer", weight: 3, paceHours: 40,
        endings: .init(fulfilled: 62, declined: 8, cancelled: 6),
        slots: [
            .choice("provider", ["my old provider", "Bluebell", "Northcell", "Simply Talk"]),
            .record(
                ["plan", "price"],
                [["Heron S", "12.90"], ["Heron M 20 GB", "19.90"], ["Heron L unlimited", "34.90"]]),
            .date("switch_day"), .identifier("porting_id", prefix: "NP", from: .choose),
        ],
        explore: [
            .search(
                "keep my number", "transfer number from {provider}", "porting number", "switch provider keep nummber"),
            .page("/switch", "Switch and keep your number", "Coming from {provider}?"),
            .liked("Switch to Heron in a day"),
            .chat("can I keep my number when I come from {provider}?", "how do I port my number"),
        ],
        compare: [
            .page("/plans", "Plans without a contract", "{plan}: what is included"),
            .search("{plan} price", "{plan} or unlimited", "sim only plans"),
            .chat("when does the transfer from {provider} happen?", "is there a gap without phone?"), .screen("Plans"),
        ],
        choose: [
            .did("Plan Selected", .web, "/plans/order", ["plan": "{plan}", "price": .number("{price}")]),
            .visit("Wants {plan}, brings number from {provider}"),
        ],
        commit: [
            .did("Porting Code Entered", .web, "/switch/code", ["provider": "{provider}"]),
            .did("Transfer Requested", .app, "", ["plan": "{plan}", "date": "{switch_day}"]),
        ],
        fulfilled: [
            .did(
                "Number Transferred", .sms, "", ["text": "Your number is with us since {switch_day}", "plan": "{plan}"])
        ],
        declined: [.did("Transfer Rejected", .email, "", ["reason": "contract with {provider} still running"])],
        cancelled: [.call("{provider} made a better offer, stops the transfer")],
        afterCare: [.sms("my old sim still works, what now?"), .email("Welcome to {plan}")])

    private static let newPhone = PurposeTemplate(
        "new phone contract", weight: 4, paceHours: 44,
        endings: .init(fulfilled: 50, declined: 8, cancelled: 4),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Pixel 10 128 GB", "PH-1010", "699.00"], ["iPhone 17", "PH-1017", "949.00"],
                    ["Galaxy A56", "PH-1056", "389.00"],
                    ["Fairphone 6", "PH-1106", "599.00"],
                ]),
            .choice("colour", ["black", "blue", "green"]), .choice("plan", ["Heron M", "Heron L", "Heron XL"]),
            .identifier("order_id", prefix: "HM", from: .commit),
        ],
        explore: [
            .search("{product}", "{product} with contract", "new phone {plan}", "{product} {colour}"),
            .page("/phones", "Phones", "{product} with {plan}"), .product("Product Viewed", "/phones/detail"),
            .push("Time for a new phone? Upgrade now"), .shared("First look: {product}"), .email("Your upgrade is due"),
        ],
        compare: [
            .page("/phones/compare", "{product} and others side by side"),
            .search("{product} or pixel", "{product} camera", "{product} monthly {plan}"),
            .product("Product Viewed", "/phones/detail", .app),
            .visit("Held the {product} in {colour}, asks for trade-in of old phone"),
            .chat("what is the {product} a month with {plan}?", "is the {product} in {colour} in stock?"),
        ],
        choose: [.product("Product Added", "/cart"), .did("Trade-in Valued", .app, "", ["value": .number("120.00")])],
        commit: [
            .did("Checkout Started", .web, "/checkout", ["value": .number("{price}"), "plan": "{plan}"]),
            .did("Credit Check Consented", .web, "/checkout/check"),
            .did("Contract Signed", .web, "/checkout/sign", ["plan": "{plan}"]),
        ],
        fulfilled: [
            .product("Order Completed", "/checkout/thank-you"), .visit("Took the {product} home, contract {plan}"),
        ],
        declined: [.did("Order Declined", .email, "", ["reason": "credit check", "plan": "{plan}"])],
        cancelled: [.did("Order Cancelled", .app, "", ["reason": "waiting time"])],
        afterCare: [
            .sms("when will the {product} arrive?"), .push("Your {product} is on its way"),
            .email("Move your data to the {product}"),
        ])

    private static let fibre = PurposeTemplate(
        "fibre at home", weight: 3, paceHours: 70,
        endings: .init(fulfilled: 48, declined: 16, cancelled: 6),
        slots: [
            .record(["plan", "price"], [["Fibre 100", "29.90"], ["Fibre 500", "39.90"], ["Fibre 1000", "49.90"]]),
            .choice("street", ["Mill Lane", "Harbour Road", "Station Street", "Church Hill"]), .date("installation"),
            .identifier("order_id", prefix: "FB", from: .commit),
        ],
        explore: [
            .search("fibre {street}", "fast internet at home", "fiber broadband", "internet slow evening"),
            .page("/fibre", "Fibre at home", "{plan} for your home"), .liked("Fibre is coming to {street}"),
            .did("Availability Checked", .web, "/fibre/check", ["street": "{street}"]),
            .email("Fibre in {street}: check your house"),
        ],
        compare: [
            .search("{plan} price", "{plan} or 1000", "fibre or 5g at home"),
            .page("/fibre/plans", "{plan} and the others", "Fibre plans compared"),
            .chat("do I need a new router for {plan}?", "who drills the hole in {street}?"),
            .call("Lives in {street}, asks what {plan} costs after a year"),
        ],
        choose: [.did("Plan Selected", .web, "/fibre/order", ["plan": "{plan}", "price": .number("{price}")])],
        commit: [
            .did("Technician Booked", .app, "", ["date": "{installation}", "street": "{street}"]),
            .did("Order Placed", .web, "/fibre/order", ["plan": "{plan}", "price": .number("{price}")]),
        ],
        fulfilled: [.did("Line Activated", .email, "", ["plan": "{plan}", "street": "{street}"])],
        declined: [.did("Order Declined", .email, "", ["reason": "{street} is not connected yet", "plan": "{plan}"])],
        cancelled: [.call("Landlord in {street} refuses the cable, cancels {plan}")],
        afterCare: [
            .sms("technician did not come on {installation}"), .did("Speed Tested", .app, "", ["plan": "{plan}"]),
            .email("Is {plan} fast enough?"),
        ])

    private static let roaming = PurposeTemplate(
        "roaming for a trip", weight: 3, paceHours: 20,
        endings: .init(fulfilled: 64, cancelled: 3),
        slots: [
            .choice("country", ["Japan", "the United States", "Switzerland", "Turkey", "Brazil"]),
            .record(
                ["pack", "price"],
                [["Travel Day", "4.90"], ["Travel Week 5 GB", "14.90"], ["Travel Month", "29.90"]]),
            .date("departure"), .identifier("booking_id", prefix: "RM", from: .commit),
        ],
        explore: [
            .search("roaming {country}", "data in {country}", "roming costs {country}", "phone abroad {country}"),
            .page("/roaming", "Roaming", "Your phone in {country}"), .screen("Abroad"),
            .push("Travelling soon? Roaming explained"),
        ],
        compare: [
            .page("/roaming/packs", "{pack} and other travel packs"),
            .search("{pack} {country}", "esim or roaming {country}", "roaming pack 5 gb"),
            .chat("how much is data in {country}?", "does {pack} work in {country} from {departure}?"),
            .call("Flies to {country} on {departure}, fears a high bill"),
        ],
        choose: [.did("Pack Selected", .app, "", ["pack": "{pack}", "price": .number("{price}")])],
        commit: [.did("Pack Ordered", .app, "", ["pack": "{pack}", "valid_from": "{departure}"])],
        fulfilled: [.did("Pack Activated", .sms, "", ["text": "{pack} for {country} starts on {departure}"])],
        cancelled: [.chat("the trip to {country} is off, please take {pack} back")],
        afterCare: [.push("Welcome to {country}: {pack} is on"), .email("How was your phone in {country}?")])

    private static let billingComplaint = PurposeTemplate(
        "billing complaint", weight: 3, paceHours: 30,
        endings: .init(fulfilled: 64, declined: 14, cancelled: 4),
        slots: [
            .choice("sum", ["14.99", "38.20", "76.50", "129.40"]),
            .choice("cause", ["a third-party service", "roaming", "a double charge", "premium calls"]),
            .choice("month", ["January", "February", "December"]),
            .identifier("ticket_id", prefix: "TK", from: .compare),
        ],
        explore: [
            .search("bill too high", "bill {month} wrong", "{cause} on my bill", "why is my bill {sum} higher"),
            .page("/bill", "Your bill for {month}", "Understand your bill"),
            .screen("Bill {month}"), .chat("why is my {month} bill {sum} higher?", "I never ordered {cause}"),
        ],
        compare: [
            .call(
                "Complains about {sum} for {cause} in {month}", "Second call, {sum} on the bill of {month} still open"),
            .page("/bill/items", "{month}: {cause}"),
            .chat("can you block {cause} for the future?", "I want the {sum} back"),
            .search("complaint {cause}", "refund phone bill"),
        ],
        choose: [.did("Complaint Opened", .web, "/help/complaints", ["amount": .number("{sum}"), "topic": "{cause}"])],
        commit: [
            .did("Document Uploaded", .app, "", ["document": "bill {month}"]),
            .email("Re: your complaint about {cause}"),
        ],
        fulfilled: [.did("Credit Granted", .email, "", ["amount": .number("{sum}"), "month": "{month}"])],
        declined: [.did("Complaint Rejected", .email, "", ["amount": .number("{sum}"), "reason": "{cause} was used"])],
        cancelled: [.call("Found the {cause} herself, closes the complaint")],
        afterCare: [.email("Are you satisfied with the answer?"), .sms("thanks, got the {sum}")])

    private static let lostCard = PurposeTemplate(
        "lost SIM", weight: 2, paceHours: 8,
        endings: .init(fulfilled: 82, cancelled: 8),
        slots: [
            .choice("place", ["on the bus", "at the airport", "in a taxi", "at the beach"]),
            .choice("kind", ["SIM card", "eSIM"]),
            .identifier("ticket_id", prefix: "SM", from: .choose),
        ],
        explore: [
            .search("lost phone", "block sim", "lost phone {place}", "stolen phone what to do"),
            .page("/help/lost", "Phone lost or stolen"),
            .call("Lost her phone {place}, wants the {kind} blocked", "Phone stolen {place}, asks for help"),
            .chat("I lost my phone {place}!! please block the {kind}"),
        ],
        compare: [
            .page("/help/lost/replacement", "A new {kind}: post, shop or eSIM"),
            .chat("how fast can I have a new {kind}?"), .search("replacement {kind}", "esim same day"),
        ],
        choose: [.did("Card Blocked", .web, "/help/lost/block", ["card": "{kind}"])],
        commit: [
            .visit("Identity checked, new {kind} handed out"),
            .did("Replacement Ordered", .web, "/help/lost/order", ["card": "{kind}"]),
        ],
        fulfilled: [.did("Card Activated", .app, "", ["card": "{kind}"])],
        cancelled: [.call("Phone was found {place}, block lifted")],
        afterCare: [.email("Keep your number safe"), .push("Your {kind} is ready")])

    private static let familyPlan = PurposeTemplate(
        "family plan", weight: 2, paceHours: 56,
        endings: .init(fulfilled: 52, declined: 3, cancelled: 4),
        slots: [
            .choice("lines", ["three", "four", "five"]),
            .record(["plan", "price"], [["Family M", "49.90"], ["Family Unlimited", "79.90"]]),
            .choice("child", ["my son of ten", "two teenagers", "our daughter"]),
            .identifier("order_id", prefix: "FM", from: .commit),
        ],
        explore: [
            .search("family plan {lines} lines", "phone plan for children", "family tarif", "sim for {child}"),
            .page("/family", "Family plans", "{lines} lines, one bill"),
            .shared("The first phone: a guide for parents"), .email("One bill for {lines} of you"),
        ],
        compare: [
            .page("/family/compare", "{plan}: data for everyone"),
            .search("{plan} price", "{plan} {lines} sims", "parental control sim"),
            .chat("can I limit data for {child}?", "what is {plan} for {lines} lines?"),
            .visit("Asks for {plan}, {lines} lines, one for {child}"),
        ],
        choose: [.did("Plan Selected", .app, "", ["plan": "{plan}", "price": .number("{price}")])],
        commit: [
            .did("Member Invited", .app, "", ["plan": "{plan}"]),
            .did("Contract Changed", .web, "/family/order", ["plan": "{plan}", "price": .number("{price}")]),
        ],
        fulfilled: [.did("Plan Activated", .email, "", ["plan": "{plan}", "lines": "{lines}"])],
        declined: [.call("{plan} refused, one line is still bound to another contract")],
        cancelled: [.chat("please undo the change to {plan}")],
        afterCare: [.sms("sim for {child} has not come"), .push("{plan}: all {lines} lines are active")])

    private static let repair = PurposeTemplate(
        "repair", weight: 2, paceHours: 30,
        endings: .init(fulfilled: 62, declined: 12, cancelled: 8),
        slots: [
            .choice("model", ["Galaxy A54", "iPhone 14", "Pixel 8", "Fairphone 5"]),
            .record(
                ["fault", "price"],
                [["cracked screen", "149.00"], ["weak battery", "69.00"], ["broken charging port", "89.00"]]),
            .identifier("repair_id", prefix: "RP", from: .choose),
        ],
        explore: [
            .search("{model} {fault}", "repair {model}", "phone repair price", "{fault} repare"),
            .page("/repair", "Repairs", "{model}: {fault}"),
            .chat("my {model} has a {fault}", "do you repair a {fault}?"),
        ],
        compare: [
            .page("/repair/prices", "What a {fault} costs"), .search("{fault} warranty", "{model} repair or new"),
            .call("{model}, {fault}: asks whether the insurance pays"),
            .chat("is a {fault} covered by warranty?", "how long is my {model} away"),
        ],
        choose: [
            .did(
                "Repair Requested", .web, "/repair/order",
                ["model": "{model}", "fault": "{fault}", "price": .number("{price}")])
        ],
        commit: [
            .visit("{model} handed in, {fault}"), .did("Estimate Accepted", .app, "", ["price": .number("{price}")]),
        ],
        fulfilled: [
            .visit("Collected the {model}, {fault} repaired"),
            .did("Repair Completed", .sms, "", ["text": "Your {model} is ready"]),
        ],
        declined: [.did("Repair Refused", .email, "", ["model": "{model}", "reason": "water damage"])],
        cancelled: [.call("{price} is too much for the {model}, wants it back")],
        afterCare: [.email("How is your {model} now?"), .did("Payment Made", .pos, "", ["amount": .number("{price}")])])

    private static let leaving = PurposeTemplate(
        "ending a contract", weight: 2, paceHours: 50,
        endings: .init(fulfilled: 52, declined: 6, cancelled: 20),
        slots: [
            .choice("why", ["too expensive", "moving abroad", "bad reception", "a better offer"]), .date("last_day"),
            .identifier("ticket_id", prefix: "TM", from: .commit),
        ],
        explore: [
            .search("cancel contract", "notice period", "terminate contract {why}", "how to cancell"),
            .page("/help/cancel", "Ending your contract"),
            .chat("when does my contract end?", "I want to leave, it is {why}"),
        ],
        compare: [
            .search("cancellation fee", "contract end date {last_day}"),
            .page("/help/cancel/options", "Pause, change or end"),
            .call("Thinks of leaving, {why}; was offered a discount", "Asks for notice period, {why}"),
            .chat("what if I only pause it?"),
        ],
        choose: [.screen("Contract details")],
        commit: [
            .did("Cancellation Requested", .web, "/help/cancel/form", ["reason": "{why}", "last_day": "{last_day}"])
        ],
        fulfilled: [.did("Contract Ended", .email, "", ["last_day": "{last_day}", "reason": "{why}"])],
        declined: [.did("Cancellation Refused", .email, "", ["reason": "minimum term not over"])],
        cancelled: [.call("Stays, takes the discount"), .did("Cancellation Withdrawn", .app)],
        afterCare: [.email("Your final bill"), .sms("please send proof that the contract ended on {last_day}")])
}
