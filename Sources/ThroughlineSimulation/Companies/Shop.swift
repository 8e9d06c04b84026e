extension Company {
    /// A department store with a web shop.
    static let shop = Company(
        name: "shop", title: "Marten & Daughters",
        purposes: [
            sofa, laptop, runningShoes, birthdayPresent, coatReturn, washingMachine, gardenFurniture, coffeeMachine,
            kitchenPaint,
        ],
        routine: routine)

    private static let routine = PurposeTemplate.routine(
        slots: [
            .choice("issue", ["The Sunday letter", "This week in store", "New arrivals", "Members save more"]),
            .choice("groceries", ["7.80", "16.35", "22.90", "41.05"]),
        ],
        [
            .did("Email Delivered", .email, "", ["subject": "{issue}"]),
            .did("Email Opened", .email, "", ["subject": "{issue}"]),
            .did("Email Delivered", .email, "", ["subject": "{issue}"]), .did("Application Opened", .app),
            .did("Push Notification Received", .push, "", ["text": "{issue}"]), .did("Signed In", .web, "/login"),
            .did(
                "Purchase Made", .pos, "",
                ["department": "food hall", "value": .number("{groceries}"), "currency": "EUR"]),
            .did(
                "Purchase Made", .pos, "",
                ["department": "food hall", "value": .number("{groceries}"), "currency": "EUR"]),
            .did("Loyalty Card Scanned", .pos, "", ["points": .number("20")]), .page("/", "Welcome"),
            .did("Consent Given", .web, "/", ["category": "cookies", "choice": "all"]),
            .did("Application Installed", .app),
            .did("Promotion Viewed", .web, "/", ["name": "{issue}"]),
        ])

    private static let sofa = PurposeTemplate(
        "sofa", weight: 3, paceHours: 72,
        endings: .init(fulfilled: 46, cancelled: 6),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Oslo three-seat sofa", "SF-1044", "899.00"], ["Lund corner sofa", "SF-1051", "1349.00"],
                    ["Brae sofa bed", "SF-1102", "649.00"], ["Ida velvet two-seater", "SF-1117", "779.00"],
                ]),
            .choice("colour", ["grey", "dark green", "mustard", "sand"]),
            .choice("room", ["small living room", "guest room", "new flat"]),
            .date("delivery"), .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("{colour} sofa", "sofa for {room}", "sofa 3 seater {colour}", "couch {colour}"),
            .page("/furniture/sofas", "Sofas", "Sofas for a {room}"),
            .product("Product Viewed", "/furniture/sofas/detail"),
            .liked("A {colour} sofa changes everything", "Make room: ideas for a {room}"),
            .email("Sofas: the winter event"),
        ],
        compare: [
            .product("Product Added to Wishlist", "/furniture/sofas/detail"),
            .page("/furniture/sofas/detail", "{product} in {colour}: sizes and fabrics"),
            .search("{product} reviews", "{product} {colour}", "velvet or linen sofa", "sofa sise chart"),
            .visit("Sat on the {product}, took a {colour} fabric sample"),
            .chat("is the {product} also made in {colour}?", "does the {product} fit through a 80 cm door"),
        ],
        choose: [
            .product("Product Added", "/cart"),
            .did("Coupon Applied", .web, "/cart", ["coupon_name": "WINTER10", "cart_id": "{cart_id}"]),
        ],
        commit: [
            .did("Checkout Started", .web, "/checkout", ["value": .number("{price}"), "currency": "EUR"]),
            .did("Payment Info Entered", .web, "/checkout/payment", ["payment_method": "card"]),
        ],
        fulfilled: [.product("Order Completed", "/checkout/thank-you")],
        cancelled: [
            .did("Order Cancelled", .web, "/orders", ["reason": "delivery takes too long"]),
            .call("Cancels the {product}, delivery too late"),
        ],
        afterCare: [
            .sms("yes, {delivery} in the morning is fine"),
            .did("Order Delivered", .push, "", ["text": "Your {product} arrives on {delivery}"]),
            .email("How is your {product}?"), .product("Product Reviewed", "/reviews"),
        ])

    private static let laptop = PurposeTemplate(
        "laptop", weight: 3, paceHours: 44,
        endings: .init(fulfilled: 50, declined: 4, cancelled: 4),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Nimbus 14 laptop", "LT-2203", "949.00"], ["Aero 13 light", "LT-2210", "1199.00"],
                    ["Forge 16 gaming laptop", "LT-2255", "1599.00"], ["Scholar 15", "LT-2271", "549.00"],
                ]),
            .choice("use", ["university", "photo editing", "games", "working from home"]),
            .choice("memory", ["16 GB", "32 GB"]),
            .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("laptop for {use}", "laptop {memory}", "best laptop {use}", "labtop {memory} light"),
            .page("/electronics/laptops", "Laptops", "Laptops for {use}"),
            .product("Product Viewed", "/electronics/laptops/detail"),
            .push("Laptops for {use}: this week's prices"), .shared("What a laptop for {use} needs"),
        ],
        compare: [
            .did("Product List Filtered", .web, "/electronics/laptops", ["category": "laptops", "filter": "{memory}"]),
            .search("{product} or nimbus 14", "{product} battery", "{product} test", "{memory} enough for {use}"),
            .page("/electronics/laptops/compare", "Compare: {product} and two others"),
            .chat("is {memory} enough for {use}?", "can the {product} drive two screens?"),
            .product("Product Viewed", "/electronics/laptops/detail", .app),
        ],
        choose: [
            .product("Product Added", "/cart", .app),
            .did("Financing Calculated", .web, "/cart/financing", ["value": .number("{price}")]),
        ],
        commit: [
            .did("Checkout Started", .app, "", ["value": .number("{price}"), "currency": "EUR"]),
            .did("Payment Info Entered", .app, "", ["payment_method": "instalments"]),
        ],
        fulfilled: [.product("Order Completed", "", .app), .product("Order Completed", "/checkout/thank-you")],
        declined: [
            .did("Payment Declined", .web, "/checkout", ["value": .number("{price}"), "reason": "instalments refused"])
        ],
        cancelled: [.did("Order Cancelled", .app, "", ["reason": "found cheaper"])],
        afterCare: [
            .email("Setting up your {product}"),
            .chat("the {product} does not find my wifi", "where is the invoice for the {product}"),
        ])

    private static let runningShoes = PurposeTemplate(
        "running shoes", weight: 3, paceHours: 26,
        endings: .init(fulfilled: 60, cancelled: 4),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Fleet 3 running shoe", "RS-3301", "119.00"], ["Trailhead GT", "RS-3312", "139.00"],
                    ["Cloudstep Easy", "RS-3340", "89.00"],
                ]),
            .choice("size", ["37", "39", "41", "44", "46"]), .choice("ground", ["road", "forest trails", "treadmill"]),
            .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("running shoes {ground}", "running shoes size {size}", "jogging shoes", "runing shoes {size}"),
            .page("/sports/running/shoes", "Running shoes", "Shoes for the {ground}"),
            .product("Product Viewed", "/sports/running/detail", .app),
            .liked("Ten kilometres before breakfast"), .screen("Running"),
        ],
        compare: [
            .search("{product} {size}", "{product} wide fit", "shoes overpronation {ground}"),
            .product("Product Viewed", "/sports/running/detail"), .visit("Gait analysis, tried {product} in {size}"),
            .chat("do the {product} run small? I take {size}", "good for {ground}?"),
        ],
        choose: [.product("Product Added", "/cart"), .did("Size Selected", .app, "", ["size": "{size}"])],
        commit: [.did("Checkout Started", .web, "/checkout", ["value": .number("{price}"), "currency": "EUR"])],
        fulfilled: [.product("Order Completed", "/checkout/thank-you"), .product("Purchase Made", "", .pos)],
        cancelled: [.did("Order Cancelled", .app, "", ["reason": "wrong size"])],
        afterCare: [.push("Your {product} are on their way"), .product("Product Reviewed", "/reviews", .app)])

    private static let birthdayPresent = PurposeTemplate(
        "birthday present", weight: 3, paceHours: 20,
        endings: .init(fulfilled: 66),
        slots: [
            .choice("whom", ["a six-year-old", "my sister", "dad", "a colleague", "grandma"]),
            .record(
                ["product", "product_id", "price"],
                [
                    ["Wooden marble run", "GF-4410", "49.00"], ["Star projector", "GF-4423", "35.00"],
                    ["Silk scarf", "GF-4431", "59.00"], ["Chess set", "GF-4476", "42.00"],
                ]),
            .date("birthday"), .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("birthday present for {whom}", "gift ideas {whom}", "present {whom}", "gift under 50"),
            .page("/gifts", "Gifts", "Presents for {whom}"), .liked("Gifts that are not socks"), .screen("Gift finder"),
        ],
        compare: [
            .product("Product Viewed", "/gifts/detail"),
            .search("{product}", "{product} gift wrap", "{product} delivery before {birthday}"),
            .product("Product Shared", "/gifts/detail", .app),
            .chat("will the {product} arrive before {birthday}?", "can you wrap it and add a card?"),
        ],
        choose: [.product("Product Added", "/cart"), .did("Gift Wrap Added", .web, "/cart", ["cart_id": "{cart_id}"])],
        commit: [.did("Checkout Started", .app, "", ["value": .number("{price}"), "deliver_by": "{birthday}"])],
        fulfilled: [.product("Order Completed", "/checkout/thank-you"), .product("Purchase Made", "", .pos)],
        afterCare: [.push("The {product} has arrived at its address"), .email("Was {whom} pleased?")])

    private static let coatReturn = PurposeTemplate(
        "return of a coat", weight: 2, paceHours: 30,
        endings: .init(fulfilled: 70, declined: 10, cancelled: 6),
        slots: [
            .choice("coat", ["wool coat", "rain coat", "down parka"]),
            .choice("fault", ["too small", "a torn seam", "the wrong colour"]),
            .record(["price"], [["159.00"], ["89.00"], ["219.00"]]),
            .identifier("return_id", prefix: "RT", from: .choose),
            .identifier("order_id", prefix: "SO", from: .explore),
        ],
        explore: [
            .search("return {coat}", "how to return", "send back coat", "{coat} {fault} return"),
            .page("/help/returns", "Returns"),
            .chat("my {coat} is {fault}, can I send it back?", "I want to return a {coat}"), .screen("Order history"),
        ],
        compare: [
            .page("/help/returns/ways", "Return by post or in store"),
            .search("return shop near me", "exchange {coat} other size"),
            .chat("refund or exchange, which is faster?", "do I pay the postage for the {coat}"),
            .call("{coat}, {fault}; wants to know about exchange"),
        ],
        choose: [.did("Return Requested", .web, "/orders/returns", ["reason": "{fault}"])],
        commit: [
            .did("Return Label Printed", .web, "/orders/returns"),
            .did("Parcel Handed In", .pos, "", ["item": "{coat}"]),
        ],
        fulfilled: [
            .did("Order Refunded", .email, "", ["value": .number("{price}"), "item": "{coat}"]),
            .visit("{coat} taken back, money returned"),
        ],
        declined: [.did("Return Rejected", .email, "", ["item": "{coat}", "reason": "worn"])],
        cancelled: [.chat("I keep the {coat} after all")],
        afterCare: [.email("How was your return?")])

    private static let washingMachine = PurposeTemplate(
        "washing machine", weight: 2, paceHours: 30,
        endings: .init(fulfilled: 58, cancelled: 6),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Silent Wash 8 kg", "WM-5501", "479.00"], ["Eco Drum 9 kg", "WM-5514", "629.00"],
                    ["Slim Wash 6 kg", "WM-5532", "389.00"],
                ]),
            .choice("floor", ["ground floor", "second floor", "fourth floor, no lift"]), .date("delivery"),
            .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search(
                "washing machine", "washing machine quiet", "washing mashine broken new", "washer 8 kg delivery {floor}"
            ),
            .page("/household/washing-machines", "Washing machines"),
            .product("Product Viewed", "/household/washing-machines/detail"),
            .email("Washing machines delivered and connected"),
        ],
        compare: [
            .did(
                "Product List Filtered", .web, "/household/washing-machines",
                ["category": "washing machines", "filter": "energy class A"]),
            .search("{product} noise", "{product} test", "{product} width"),
            .page("/household/washing-machines/detail", "{product}: programmes, noise, energy"),
            .call("Compares {product} with her old one, asks for delivery to {floor}"),
            .chat("do you carry it to the {floor}?", "do you take the old machine away?"),
        ],
        choose: [
            .product("Product Added", "/cart"),
            .did("Service Added", .web, "/cart", ["service": "connect and take away old machine"]),
        ],
        commit: [
            .did("Delivery Slot Chosen", .web, "/checkout/delivery", ["date": "{delivery}", "floor": "{floor}"]),
            .did("Payment Info Entered", .web, "/checkout/payment", ["payment_method": "card"]),
        ],
        fulfilled: [.product("Order Completed", "/checkout/thank-you")],
        cancelled: [.call("Old machine was repaired, cancels the {product}")],
        afterCare: [
            .sms("driver please ring at the {floor}"), .did("Order Delivered", .pos, "", ["date": "{delivery}"]),
            .email("Is your {product} running well?"),
        ])

    private static let gardenFurniture = PurposeTemplate(
        "garden furniture", weight: 2, paceHours: 70,
        endings: .init(fulfilled: 44, cancelled: 4),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Teak table and six chairs", "GA-6610", "1090.00"], ["Balcony set Nelli", "GA-6622", "189.00"],
                    ["Lounge corner Arholma", "GA-6641", "749.00"],
                ]),
            .choice("place", ["balcony", "terrace", "garden"]), .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("{place} furniture", "outdoor table {place}", "garden chairs weatherproof", "{place} furnature"),
            .page("/garden/furniture", "Garden furniture", "Your {place}, ready for spring"),
            .liked("A {place} for long evenings"),
            .product("Product Viewed", "/garden/detail"),
        ],
        compare: [
            .product("Product Added to Wishlist", "/garden/detail", .app),
            .search("teak or metal {place}", "{product} cover", "{product} dimensions"),
            .chat("can the {product} stay outside in winter?", "how wide is the {product}"),
            .visit("Measured the {product} for her {place}"),
        ],
        choose: [.product("Product Added", "/cart")],
        commit: [.did("Checkout Started", .web, "/checkout", ["value": .number("{price}"), "currency": "EUR"])],
        fulfilled: [.product("Order Completed", "/checkout/thank-you")],
        cancelled: [.did("Order Cancelled", .web, "/orders", ["reason": "does not fit the {place}"])],
        afterCare: [.push("{product}: delivered"), .email("Caring for your {product}")])

    private static let coffeeMachine = PurposeTemplate(
        "coffee machine", weight: 2, paceHours: 34,
        endings: .init(fulfilled: 54, cancelled: 4),
        slots: [
            .record(
                ["product", "product_id", "price"],
                [
                    ["Barista One espresso machine", "CM-7702", "329.00"],
                    ["Bean & Go automatic", "CM-7719", "549.00"], ["Moka classic", "CM-7725", "39.00"],
                ]),
            .choice("drink", ["cappuccino", "espresso", "filter coffee"]),
            .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("coffee machine {drink}", "espresso machine with grinder", "cofee machine {drink}", "coffee maker"),
            .page("/kitchen/coffee", "Coffee machines", "The perfect {drink} at home"),
            .shared("How a barista makes {drink}"),
            .product("Product Viewed", "/kitchen/coffee/detail", .app),
        ],
        compare: [
            .search("{product} cleaning", "{product} or capsules", "{product} review"),
            .product("Product Viewed", "/kitchen/coffee/detail"),
            .chat("does the {product} make {drink} for two at once?", "which beans do you suggest?"),
            .visit("Tasted {drink} from the {product}"),
        ],
        choose: [
            .product("Product Added", "/cart", .app),
            .did("Coupon Denied", .web, "/cart", ["coupon_name": "BEANS5", "cart_id": "{cart_id}"]),
        ],
        commit: [
            .did("Checkout Started", .app, "", ["value": .number("{price}"), "currency": "EUR"]),
            .did("Payment Info Entered", .app, "", ["payment_method": "wallet"]),
        ],
        fulfilled: [.product("Order Completed", "", .app), .product("Purchase Made", "", .pos)],
        cancelled: [.sms("please cancel the {product}")],
        afterCare: [.email("Descaling your {product}"), .product("Product Reviewed", "/reviews")])

    private static let kitchenPaint = PurposeTemplate(
        "painting a room", weight: 2, paceHours: 28,
        endings: .init(fulfilled: 60),
        slots: [
            .choice("room", ["kitchen", "nursery", "hall", "bathroom"]),
            .choice("colour", ["sage green", "warm white", "ink blue"]),
            .record(
                ["product", "product_id", "price"],
                [["Wall paint 10 l", "PT-8801", "64.00"], ["Chalk paint 5 l", "PT-8807", "52.00"]]),
            .identifier("order_id", prefix: "SO", from: .commit),
        ],
        explore: [
            .search("{colour} paint", "paint for {room}", "washable paint {room}", "how much paint for a {room}"),
            .page("/paint", "Paint", "{colour} for the {room}"),
            .liked("Before and after: a {room} in {colour}"), .screen("Colour finder"),
        ],
        compare: [
            .did("Paint Calculated", .web, "/paint/calculator", ["room": "{room}", "colour": "{colour}"]),
            .search("{product} {colour}", "{colour} sample pot"),
            .visit("Took two sample pots, {colour}"), .chat("is the {product} fine for a {room}?"),
        ],
        choose: [.product("Product Added", "/cart")],
        commit: [.did("Click and Collect Chosen", .web, "/checkout", ["value": .number("{price}")])],
        fulfilled: [.product("Purchase Made", "", .pos), .product("Order Completed", "/checkout/thank-you")],
        afterCare: [.shared("My {room}, now {colour}"), .email("Show us your {room}")])
}
