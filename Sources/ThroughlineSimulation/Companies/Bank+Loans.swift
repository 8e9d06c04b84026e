/// What people borrow for: the bank's long purposes, told apart from its everyday ones.
extension Company {
    static let homeLoan = PurposeTemplate(
        "home loan", weight: 3, paceHours: 84,
        endings: .init(fulfilled: 42, declined: 14, cancelled: 8),
        slots: [
            .choice("amount", ["180000", "215000", "240000", "285000", "325000", "410000"]),
            .choice("city", ["Leeds", "Bristol", "Cork", "Galway", "Utrecht", "Sliema", "Tampere"]),
            .choice("home", ["flat", "terraced house", "house with garden", "new-build apartment"]),
            .choice("years", ["20", "25", "30"]), .date("viewing"),
            .identifier("application_id", prefix: "HL", from: .choose),
        ],
        explore: [
            .search(
                "home loan {city}", "mortgage {amount}", "how much can i borrow for a {home}", "first time buyer loan"),
            .page("/loans/home", "Home loans: rates and terms", "Buying a {home}? Start here"),
            .screen("Mortgage calculator", "What could I borrow?"),
            .liked("Five things to ask at a viewing", "Our guide for first-time buyers in {city}"),
            .email("Thinking of a home in {city}?", "How much home can you afford?"),
        ],
        compare: [
            .did(
                "Loan Calculated", .web, "/loans/home/calculator",
                ["amount": .number("{amount}"), "years": .number("{years}")]),
            .page(
                "/loans/home/fixed-or-variable", "Fixed or variable rate over {years} years?", "Compare mortgage rates"),
            .search(
                "fixed rate mortgage {years} years", "compare mortgage rates {amount}", "variable or fixed {years} yrs"),
            .chat(
                "is the fixed rate better for {amount} over {years} years?",
                "what deposit do I need for a {home} in {city}",
                "can we both be on the mortgage?"),
            .call(
                "Asks about rates for a {home} in {city}, {amount} over {years} years", "Wants to know about deposit"),
        ],
        choose: [
            .did("Appointment Booked", .web, "/appointments", ["topic": "home loan", "date": "{viewing}"]),
            .visit("Talked through a mortgage of {amount} for a {home}", "First meeting, viewing on {viewing}"),
            .did("Offer Requested", .app, "", ["amount": .number("{amount}"), "years": .number("{years}")]),
        ],
        commit: [
            .did("Document Uploaded", .app, "", ["document": "payslip"]),
            .page("/loans/home/apply", "Your home loan application"),
            .did(
                "Application Submitted", .web, "/loans/home/apply",
                ["product": "home loan", "amount": .number("{amount}")]),
        ],
        fulfilled: [
            .did("Loan Approved", .email, "", ["product": "home loan", "amount": .number("{amount}")]),
            .visit("Signed the mortgage for the {home} in {city}"),
        ],
        declined: [.did("Application Declined", .email, "", ["product": "home loan", "reason": "affordability"])],
        cancelled: [.call("Withdraws the application, the {home} in {city} went to somebody else")],
        afterCare: [
            .email("The keys are yours: what comes next"),
            .did("Loan Paid Out", .email, "", ["amount": .number("{amount}")]),
        ])

    static let carLoan = PurposeTemplate(
        "car loan", paceHours: 60,
        endings: .init(fulfilled: 48, declined: 14, cancelled: 6),
        slots: [
            .choice("car", ["VW Golf", "Toyota Yaris", "Skoda Octavia estate", "electric Kia", "Renault Zoe"]),
            .choice("amount", ["9500", "14000", "18500", "23000"]), .choice("months", ["36", "48", "60"]),
            .identifier("application_id", prefix: "AL", from: .choose),
        ],
        explore: [
            .search("car loan {amount}", "finance for {car}", "loan used car", "auto loan rates"),
            .page("/loans/car", "Car loans: drive now, pay monthly"),
            .liked("How to check a used car before you buy it"),
            .screen("Car loan calculator"),
        ],
        compare: [
            .did(
                "Loan Calculated", .web, "/loans/car/calculator",
                ["amount": .number("{amount}"), "months": .number("{months}")]),
            .search("{months} or 60 months car loan", "car loan or leasing", "{car} leasing or loan"),
            .page("/loans/car/loan-or-lease", "Loan or lease: what fits a {car}?"),
            .chat("can I pay the car loan back early?", "monthly rate for {amount} over {months} months?"),
        ],
        choose: [
            .did(
                "Offer Requested", .web, "/loans/car/offer",
                ["amount": .number("{amount}"), "months": .number("{months}")]),
            .call("Has found a {car}, needs {amount} within two weeks"),
        ],
        commit: [
            .visit("Brought the dealer's offer for the {car}"),
            .did("Document Uploaded", .web, "/loans/car/apply", ["document": "purchase contract"]),
            .did("Contract Signed", .app, "", ["product": "car loan", "amount": .number("{amount}")]),
        ],
        fulfilled: [.did("Loan Paid Out", .email, "", ["product": "car loan", "amount": .number("{amount}")])],
        declined: [.call("Told that the car loan over {amount} cannot be granted")],
        cancelled: [.sms("dealer sold the {car}, please stop my loan")],
        afterCare: [.email("Does your {car} have the right insurance?"), .email("Your first instalment")])
}
