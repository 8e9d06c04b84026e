extension Company {
    /// A fitness club with a studio, a pool and physiotherapists.
    static let fitnessClub = Company(
        name: "fitness", title: "Kestrel Club",
        purposes: [
            membership, yogaCourse, personalTrainer, physiotherapy, cancelMembership, bringAFriend, nutritionPlan,
            halfMarathon,
            swimmingLessons,
        ],
        routine: routine)

    private static let routine = PurposeTemplate.routine(
        slots: [
            .choice("issue", ["Club news", "New opening hours", "The month at Kestrel"]),
            .choice("area", ["free weights", "pool", "sauna", "cardio"]),
        ],
        [
            .did("Checked In", .pos, "", ["area": "{area}"]), .did("Checked In", .pos, "", ["area": "{area}"]),
            .did("Checked In", .pos, "", ["area": "{area}"]),
            .did("Membership Fee Paid", .pos, "", ["amount": .number("39.00"), "currency": "EUR"]),
            .did("Workout Logged", .app, "", ["area": "{area}"]),
            .did("Email Delivered", .email, "", ["subject": "{issue}"]),
            .did("Email Opened", .email, "", ["subject": "{issue}"]),
            .did("Push Notification Received", .push, "", ["text": "The {area} is quiet right now"]),
            .did("Signed In", .web, "/login"),
            .did("Consent Given", .web, "/", ["category": "cookies", "choice": "all"]), .screen("Today"),
            .did("Application Installed", .app),
        ])

    private static let membership = PurposeTemplate(
        "membership", weight: 3, paceHours: 50,
        endings: .init(fulfilled: 54, declined: 2, cancelled: 4),
        slots: [
            .record(["plan", "price"], [["Off-peak", "29.00"], ["Classic", "39.00"], ["All Clubs", "59.00"]]),
            .choice("aim", ["losing weight", "a stronger back", "more energy"]),
            .choice("club", ["Harbour", "Old Mill", "City"]), .identifier("contract_id", prefix: "MB", from: .commit),
        ],
        explore: [
            .search("gym {club}", "membership price", "gym {aim}", "gym membeship {plan}"),
            .page("/join", "Become a member", "Kestrel {club}: everything under one roof"),
            .liked("New year, calm start", "Inside Kestrel {club}"), .email("Your free week at {club}"),
        ],
        compare: [
            .page("/join/plans", "{plan} and other plans", "What {plan} includes"),
            .search("{plan} or classic", "gym opening hours {club}", "{plan} price"),
            .chat("is the sauna included in {plan}?", "can I pause {plan} in summer?"),
            .visit("Tour of {club}, aim: {aim}"),
        ],
        choose: [
            .did("Trial Booked", .web, "/join/trial", ["club": "{club}"]),
            .did("Plan Selected", .web, "/join/order", ["plan": "{plan}", "price": .number("{price}")]),
        ],
        commit: [
            .did("Payment Info Entered", .web, "/join/payment", ["value": .number("{price}")]),
            .did("Contract Signed", .app, "", ["plan": "{plan}"]),
        ],
        fulfilled: [
            .did("Membership Started", .email, "", ["plan": "{plan}", "club": "{club}", "price": .number("{price}")])
        ],
        declined: [.did("Application Declined", .email, "", ["plan": "{plan}", "reason": "club is full"])],
        cancelled: [.call("Withdraws from {plan} within fourteen days")],
        afterCare: [.push("Your first visit to {club}"), .email("How do you like {club}?")])

    private static let yogaCourse = PurposeTemplate(
        "yoga course", weight: 3, paceHours: 30,
        endings: .init(fulfilled: 62, declined: 6, cancelled: 6),
        slots: [
            .record(
                ["course", "price"],
                [
                    ["Morning Yoga", "96.00"], ["Yin Yoga", "84.00"], ["Yoga for Beginners", "72.00"],
                    ["Prenatal Yoga", "90.00"],
                ]),
            .choice("weekday", ["Monday", "Wednesday", "Saturday"]), .date("first_class"),
            .identifier("booking_id", prefix: "YC", from: .choose),
        ],
        explore: [
            .search("yoga course", "{course}", "yoga {weekday}", "yoga beginer class"),
            .page("/courses/yoga", "Yoga", "{course} on {weekday}"), .screen("Courses", "Yoga courses"),
            .liked("Breathe: a minute of yoga"), .shared("{course} begins on {first_class}"),
        ],
        compare: [
            .page("/courses/yoga/detail", "{course}: who it is for"),
            .search("{course} teacher", "yin or hatha", "{course} {weekday} times"),
            .chat("is {course} right for a stiff back?", "is there a {course} on {weekday} evening?"),
        ],
        choose: [
            .did("Trial Booked", .app, "", ["course": "{course}", "date": "{first_class}"]),
            .call("Asks if there is a place left in {course}"),
        ],
        commit: [
            .did(
                "Course Booked", .app, "", ["course": "{course}", "price": .number("{price}"), "weekday": "{weekday}"])
        ],
        fulfilled: [
            .did("Booking Confirmed", .email, "", ["course": "{course}", "first_class": "{first_class}"]),
            .did("Class Attended", .pos, "", ["course": "{course}"]),
        ],
        declined: [.did("Booking Declined", .email, "", ["course": "{course}", "reason": "fully booked"])],
        cancelled: [.did("Booking Cancelled", .app, "", ["course": "{course}", "reason": "no time on {weekday}"])],
        afterCare: [.push("{course} tomorrow: bring a towel"), .email("How was {course}?")])

    private static let personalTrainer = PurposeTemplate(
        "personal trainer", weight: 2, paceHours: 44,
        endings: .init(fulfilled: 50, cancelled: 6),
        slots: [
            .choice("aim", ["a stronger back", "five kilos less", "my first pull-up", "better posture"]),
            .record(["pack", "price"], [["five sessions", "275.00"], ["ten sessions", "490.00"]]),
            .choice("time", ["early mornings", "lunch breaks", "evenings"]),
            .identifier("booking_id", prefix: "PT", from: .choose),
        ],
        explore: [
            .search("personal trainer", "trainer for {aim}", "personal training price", "personel trainer {time}"),
            .page("/training", "Personal training", "Training for {aim}"),
            .liked("Meet our trainers"), .push("A free check-up with a trainer"),
        ],
        compare: [
            .page("/training/trainers", "Our trainers: who fits {aim}?"),
            .search("{pack} price", "trainer female {time}", "personal trainer or group"),
            .chat("is there a trainer free in the {time}?", "what do {pack} cost?"),
            .visit("Talk with a trainer about {aim}"),
        ],
        choose: [.did("Check-up Booked", .app, "", ["aim": "{aim}"])],
        commit: [
            .did("Pack Ordered", .app, "", ["pack": "{pack}", "price": .number("{price}")]),
            .did("Payment Made", .pos, "", ["amount": .number("{price}")]),
        ],
        fulfilled: [.did("First Session Attended", .pos, "", ["pack": "{pack}"])],
        cancelled: [.chat("sorry, {pack} are too expensive for me, please cancel")],
        afterCare: [.email("Your training plan for {aim}"), .push("Next session: {time}")])

    private static let physiotherapy = PurposeTemplate(
        "physiotherapy", weight: 2, paceHours: 36,
        endings: .init(fulfilled: 66, declined: 4, cancelled: 5),
        slots: [
            .choice("injury", ["torn ligament", "knee injury", "tennis elbow", "slipped disc"]),
            .choice("insurer", ["private insurer", "public insurer"]), .date("first_session"),
            .identifier("treatment_id", prefix: "PY", from: .choose),
        ],
        explore: [
            .search(
                "physiotherapy {injury}", "physio after {injury}", "exercises {injury}", "fysiotherapy appointment"),
            .page("/physio", "Physiotherapy", "Back on your feet after a {injury}"),
            .call("{injury}, has a prescription, asks for a place"),
            .chat("do you treat a {injury}?", "I have a prescription for a {injury}"),
        ],
        compare: [
            .page("/physio/costs", "What your {insurer} pays"),
            .search("physio {insurer}", "how many sessions {injury}"),
            .chat("does my {insurer} pay for it?", "how long does a {injury} take to heal"),
        ],
        choose: [.did("Appointment Booked", .app, "", ["topic": "{injury}", "date": "{first_session}"])],
        commit: [
            .did("Prescription Uploaded", .app, "", ["document": "prescription"]),
            .visit("First session, {injury}, plan of six"),
        ],
        fulfilled: [.did("Treatment Completed", .branch, "", ["note": "{injury}: six sessions done"])],
        declined: [.did("Cover Refused", .email, "", ["insurer": "{insurer}", "topic": "{injury}"])],
        cancelled: [.sms("feeling better, please cancel my sessions from {first_session}")],
        afterCare: [.email("Exercises at home after a {injury}"), .visit("Check after {injury}, all well")])

    private static let cancelMembership = PurposeTemplate(
        "cancel membership", weight: 2, paceHours: 50,
        endings: .init(fulfilled: 54, declined: 6, cancelled: 18),
        slots: [
            .choice("why", ["moving away", "no time", "too expensive", "pregnancy"]), .date("last_day"),
            .identifier("ticket_id", prefix: "CM", from: .commit),
        ],
        explore: [
            .search("cancel membership", "end membership {why}", "notice period gym", "cancel gym membershp"),
            .page("/help/cancel", "Ending your membership"),
            .chat("how can I cancel? {why}", "I would like to end my membership"),
        ],
        compare: [
            .page("/help/pause", "Pause instead of ending"),
            .search("pause membership", "membership transfer to friend"),
            .call("Wants to leave, {why}; told about the pause"),
            .chat("can I pause until {last_day}?", "what is my notice period"),
        ],
        choose: [.screen("My membership")],
        commit: [
            .did("Cancellation Requested", .web, "/help/cancel/form", ["reason": "{why}", "last_day": "{last_day}"])
        ],
        fulfilled: [.did("Membership Ended", .email, "", ["last_day": "{last_day}"])],
        declined: [.did("Cancellation Refused", .email, "", ["reason": "minimum term not over"])],
        cancelled: [.visit("Stays with a pause of three months"), .did("Cancellation Withdrawn", .app)],
        afterCare: [.email("We are sorry to see you go"), .sms("did you get my cancellation for {last_day}?")])

    private static let bringAFriend = PurposeTemplate(
        "bring a friend", weight: 2, paceHours: 26,
        endings: .init(fulfilled: 52, cancelled: 4),
        slots: [
            .choice("friend", ["my sister", "a colleague", "my neighbour"]),
            .choice("gift", ["a free month", "a sports bag", "two massages"]),
            .identifier("invite_id", prefix: "BF", from: .choose),
        ],
        explore: [
            .search("bring a friend", "friend pass", "guest pass {friend}", "recomend a friend"),
            .page("/friends", "Bring a friend", "Two train, you get {gift}"),
            .shared("Bring a friend, get {gift}"), .push("Train with a friend, get {gift}"),
        ],
        compare: [
            .page("/friends/terms", "How you get {gift}"), .chat("can {friend} come twice?", "do we both get {gift}?"),
            .search("friend bonus {gift}"),
        ],
        choose: [.did("Invite Sent", .app, "", ["gift": "{gift}"])],
        commit: [
            .did("Guest Checked In", .pos, "", ["visit": .number("1")]), .visit("Came with {friend}, asks for {gift}"),
        ],
        fulfilled: [.did("Referral Rewarded", .email, "", ["gift": "{gift}"])],
        cancelled: [.chat("{friend} does not want to join, never mind")],
        afterCare: [.push("{gift}: ready for you")])

    private static let nutritionPlan = PurposeTemplate(
        "nutrition plan", weight: 2, paceHours: 40,
        endings: .init(fulfilled: 52, cancelled: 5),
        slots: [
            .choice("diet", ["vegetarian", "high-protein", "low-sugar", "vegan"]),
            .record(["plan", "price"], [["Four-week plan", "49.00"], ["Twelve-week plan", "119.00"]]),
            .choice("allergy", ["nuts", "lactose", "nothing"]), .identifier("order_id", prefix: "NU", from: .commit),
        ],
        explore: [
            .search("nutrition plan {diet}", "what to eat after training", "{diet} recipes", "nutrision plan"),
            .page("/nutrition", "Nutrition", "{diet} and strong"),
            .liked("A {diet} breakfast in five minutes"), .screen("Recipes"),
        ],
        compare: [
            .page("/nutrition/plans", "{plan}: what is in it"),
            .search("{plan} {diet}", "{plan} price", "nutrition coach or app"),
            .chat("is the {plan} also {diet}?", "I can't have {allergy}, is that a problem?"),
        ],
        choose: [.did("Questionnaire Completed", .app, "", ["diet": "{diet}", "allergy": "{allergy}"])],
        commit: [.did("Plan Ordered", .app, "", ["plan": "{plan}", "price": .number("{price}")])],
        fulfilled: [.did("Plan Delivered", .email, "", ["plan": "{plan}", "diet": "{diet}"])],
        cancelled: [.did("Order Cancelled", .app, "", ["plan": "{plan}"])],
        afterCare: [.push("Week two of your {diet} plan"), .email("How does your {plan} taste?")])

    private static let halfMarathon = PurposeTemplate(
        "half marathon training", weight: 2, paceHours: 80,
        endings: .init(fulfilled: 44, cancelled: 14),
        slots: [
            .choice("race", ["City Half", "Lakeside Half", "Harbour Run"]),
            .choice("goal", ["under two hours", "to finish", "1:45"]), .date("race_day"),
            .identifier("entry_id", prefix: "HM", from: .commit),
        ],
        explore: [
            .search("half marathon training plan", "{race} {race_day}", "running group", "half marathon {goal}"),
            .page("/running", "Running group", "{race}: train with us"),
            .liked("{race}: who is in?"), .email("Sixteen weeks to the {race}"), .screen("Running plans"),
        ],
        compare: [
            .page("/running/plans", "Training plans: {goal}"),
            .search("{race} route", "plan {goal} 12 weeks", "running shoes or club"),
            .chat("is the running group ok for {goal}?", "how many runs a week for the {race}?"),
            .did("Run Logged", .app, "", ["distance_km": .number("8")]),
        ],
        choose: [
            .did("Plan Selected", .app, "", ["plan": "{race} {goal}"]),
            .did("Run Logged", .app, "", ["distance_km": .number("14")]),
        ],
        commit: [
            .did("Race Entered", .web, "/running/entry", ["race": "{race}", "date": "{race_day}"]),
            .did("Run Logged", .app, "", ["distance_km": .number("18")]),
        ],
        fulfilled: [.did("Race Finished", .app, "", ["race": "{race}", "goal": "{goal}"])],
        cancelled: [.sms("injured, cannot run the {race}")],
        afterCare: [.shared("I finished the {race}!"), .email("Your time at the {race}")])

    private static let swimmingLessons = PurposeTemplate(
        "swimming lessons", weight: 2, paceHours: 34,
        endings: .init(fulfilled: 58, declined: 10, cancelled: 4),
        slots: [
            .choice("swimmer", ["my daughter", "my son", "an adult beginner"]),
            .record(["course", "price"], [["Seahorse", "110.00"], ["Crawl in ten lessons", "150.00"]]),
            .date("first_lesson"), .identifier("booking_id", prefix: "SW", from: .choose),
        ],
        explore: [
            .search("swimming lessons {swimmer}", "learn to swim", "{course} course", "swiming lessons"),
            .page("/pool/lessons", "Swimming lessons", "{course} from {first_lesson}"), .liked("Look who swims!"),
        ],
        compare: [
            .page("/pool/lessons/detail", "{course}: groups and times"),
            .search("{course} price", "private or group swimming"),
            .chat("which course for {swimmer}?", "how warm is the water?"),
            .call("Asks for a place in {course} for {swimmer}"),
        ],
        choose: [.did("Waiting List Joined", .web, "/pool/lessons", ["course": "{course}"])],
        commit: [
            .did("Course Booked", .web, "/pool/lessons/book", ["course": "{course}", "price": .number("{price}")])
        ],
        fulfilled: [
            .did("Booking Confirmed", .email, "", ["course": "{course}", "first_lesson": "{first_lesson}"]),
            .visit("First lesson of {course}, {swimmer}"),
        ],
        declined: [.did("Booking Declined", .email, "", ["course": "{course}", "reason": "no place before summer"])],
        cancelled: [.sms("{swimmer} is ill, please cancel {course}")],
        afterCare: [.email("What {swimmer} learned"), .push("{course}: bring goggles")])
}
