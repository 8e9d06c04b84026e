/// English words of closed classes, and the commonest verbs: none of them speaks of a topic.
enum WordLists {
    /// Words as they stand.
    static let plain: [(WordKind, String)] = [
        (.function, functionWords), ([.function, .announcesNoun], announcingNouns),
        ([.function, .announcesVerb], announcingVerbs), ([.function, .joins], "of"),
        ([.function, .isBeing], being), ([.verb, .isBeing], becoming), (.leading, leading), (.light, light),
        (.weak, weak), ([.weak, .hollow], hollow),
        (.occasion, occasions), (.talk, talk), (.noun, nouns), (.verb, irregular),
        ([.verb, .request], askingIrregular),
    ]
    /// Verbs, of which the forms are made.
    static let verbs: [(WordKind, String)] = [
        (.verb, verbsOnly), ([.verb, .request], asking), ([.verbOrNoun, .request], askingOrNoun),
        (.verbOrNoun, verbsOrNouns), ([.verbOrNoun, .deed], deeds),
    ]

    private static let functionWords = """
        and or but nor so than then because since while although though unless whether once also too either neither \
        if he she it they them him us me this that these those there here who whom whose which what where when why \
        how be been being is are was were am will would shall should can could may might must do does did done doing \
        have has had having not never always ever yet still just only even very really quite rather all both each \
        few many much more most less least several enough none own self myself yourself itself himself herself \
        ourselves themselves anyone someone everyone anybody somebody everybody nobody whatever whichever whoever \
        whenever wherever however therefore moreover that's it's what's there's here's who's where's how's when's \
        he's she's whats thats theres hows wheres isn't aren't wasn't weren't doesn't didn't hasn't haven't hadn't \
        won't wouldn't can't cannot couldn't shouldn't ain't gonna wanna gotta lemme gimme kinda etc vs via else \
        again already soon up down out off away back ahead along apart aside together instead otherwise perhaps \
        maybe true false null nil yes no ok okay a's d ll m re s t ve ai i'll i'm i've i'd im ive ill id dont cant \
        doesnt didnt isnt wont lets let's upon thru til till versus such another any some every other re: fwd u ur r \
        y n btw afaik imo hmm hm ah oh uh um well abroad online offline didn doesn isn wasn couldn wouldn hasn haven \
        aren weren shouldn don won outdoors indoors upstairs downstairs anytime anywhere somewhere nowhere \
        everywhere fun others ought due minus plus ago altogether
        """
    private static let announcingNouns = """
        a an the my your his her its our their this these those any some each every another no which what whose of \
        in on at for from with without within about above across after against among around as before behind below \
        beneath beside besides between beyond by during except inside into like near next onto over past per \
        regarding than through throughout toward towards under underneath until via nearby there's here's what's \
        where's has does to
        """
    private static let being = """
        be been being is are was were am i'm im you're we're they're he's she's it's that's isn't aren't wasn't \
        weren't how
        """
    private static let becoming = "getting feel feels feeling felt become becomes becoming became seem seems seemed"
    /// Adjectives that a phrase may begin with and never ends with.
    private static let leading = "new first second third fourth fifth sixth seventh eighth ninth tenth long"
    private static let announcingVerbs = """
        i you we they who i'll you'll we'll they'll i'd you'd we'd they'd i've you've we've i'm you're we're they're \
        don't dont didn't didnt doesn't can't cant won't couldn't wouldn't shouldn't let's lets gonna wanna never to
        """
    private static let light = """
        good great best better nice fine perfect correct right wrong sure bad worst worse big small large little old \
        high low short early late last next final current currently recent latest previous upcoming available \
        possible necessary needed specific particular certain different same similar other extra additional further \
        main major whole entire full total various general normal usual typical regular real actual exact close \
        closest near nearest nearby far open closed ready able unable free busy easy hard difficult quick fast slow \
        cheap cheaper cheapest expensive popular favorite favourite interesting fun funny cool awesome amazing \
        wonderful excellent important happy glad sorry welcome excited interested decent suitable preferred \
        convenient desired required proper now later today's tomorrow's quite pretty almost nearly simply probably \
        possibly actually usually generally exactly recently definitely certainly absolutely especially basically \
        obviously anyway lot lots plenty alright rough approximate overall average local weird strange odd older \
        newer shorter bigger smaller higher lower faster slower louder quieter earlier sooner else own successful \
        successfully likely unlikely aware
        """
    private static let weak = """
        name names place places location area category date time times day days hour hours minute minutes week weeks \
        month months year years second seconds moment information info detail details answer answers problem \
        problems issue issues case cases point points option options choice choices reason reasons result results \
        somebody man side end start beginning fact situation item items list lists site website page pages link text \
        message messages title description value values level mean means plus id user users subject topic city state \
        country town street address origin destination status group size length price range note notes use work \
        total duration suggestion suggestions recommendation recommendations requirement requirements top bottom \
        requested instruction instructions assistance cost costs account friend friends kid kids child children son \
        daughter wife husband mom mum mother dad father family brother sister home mins min hrs hr fee fees degree \
        degrees report set facebook instagram tiktok linkedin twitter youtube snapchat pinterest whatsapp genre
        """
    /// Of "the word seance" only the seance says something.
    private static let hollow = """
        thing things stuff something anything everything nothing way ways kind kinds type types sort sorts one ones \
        number numbers bit lot fan word words example examples idea ideas question questions people person guy guys \
        someone piece pieces part parts chance couple pair bunch variety amount mood
        """
    private static let occasions = """
        monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays \
        saturdays sundays mon tue tues wed thu thur thurs fri sat january february march april may june july august \
        september october november december jan feb mar apr jun jul aug sep sept oct nov dec today tomorrow \
        yesterday tonight morning afternoon evening night noon midnight midday am pm a.m p.m oclock o'clock one two \
        three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
        nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen half quarter \
        zero once twice sometime weekend weekends weekday weekdays week month year asap 1st 2nd 3rd
        """
    private static let talk = """
        hi hello hey hiya yo dear thanks thank thx ty thankyou please pls plz yes yeah yea yep yup no nope nah ok okay \
        okey alright sure great good fine perfect nice cool awesome lovely wonderful correct right exactly absolutely \
        definitely sorry pardon welcome bye goodbye cheers greetings regards sincerely morning evening lol haha hehe \
        hehehe rofl lmao xd wow ooh oops hmm hmmm huh eh um uh er ah oh well anyway understood indeed certainly \
        agreed noted dude bro buddy mate guys folks sir madam mr mrs ms kindly congratulations congrats god damn
        """
    /// What ends like an adverb or a participle and is a noun.
    private static let nouns = """
        family italy reply supply assembly anomaly jelly belly july butterfly ally bully bed shed feed seed weed \
        speed breed wed sled red thing ring king wing string spring evening morning building wedding meeting parking \
        housing banking heating plumbing lighting clothing flooring roofing training financing funding pricing \
        ceiling painting drawing recording engineering advertising marketing accounting nursing swimming fishing \
        skiing camping hiking cycling boxing bowling dancing catering roaming billing porting rating ratings earring \
        earrings meaning meanings spelling booking bookings filling beginning pudding icing stuffing seating bedding \
        railing siding listing savings earnings
        """
    private static let irregular = """
        am be got gotten went gone came took taken gave given made knew known thought said told saw seen found felt \
        kept left let put began begun brought bought caught chose chosen drew drawn ate eaten fell forgot forgotten \
        heard held hurt lost meant met paid ran sent slept spoke spoken spent stood stole stolen swam taught threw \
        understood woke woken won wore worn wrote written became broke broken drove driven flew flown grew grown hid \
        hidden rode sang sung sat shook sold born built led lent rose shown sought stuck swore torn wound heads \
        headed taking giving making coming having using leaving going being getting letting putting setting running \
        sitting dying lying tying says mean means meaning's feels seems seemed sounds helped
        """
    private static let askingIrregular = "wanted needed sought looking searching seeking interested"

    /// Verbs of asking: what they ask for is the topic.
    private static let asking = """
        want find seek require obtain acquire reserve locate recommend suggest browse desire hire prefer need get \
        search look
        """
    private static let askingOrNoun = """
        rent book buy order request purchase schedule show like play apply watch
        """
    /// Never a noun.
    private static let verbsOnly = """
        accept achieve activate add advise afford agree allow announce appear appreciate approve arise arrange \
        arrive ask assist assume attach attempt attend avoid become begin believe belong bring calculate cancel \
        carry cease choose clarify come compare complain complete conclude conduct confirm connect consider consist \
        contain continue convert correct create decide decline decrease define delete deliver deny depart depend \
        describe deserve determine develop disable disappear discover discuss do earn ease eat edit eliminate employ \
        enable enjoy ensure enter establish estimate examine exceed exist expect expire explain explore express \
        extend fail fetch fill finish fix follow forget gather generate give go grant grow guess handle happen have \
        hear hold hope identify ignore imagine improve include increase indicate inform initiate insert inspect \
        install intend introduce invite involve join keep know lack learn leave lend let listen live lose love \
        maintain make manage mean meet mention migrate modify notify occur offer open operate originate owe own \
        participate pay perform permit pick prepare prevent proceed produce pronounce propose protect prove provide \
        pull push put qualify realize receive recall recognize reduce refer refuse regret reject relate relax rely \
        remain remember remind remove repeat replace represent resolve respond retrieve reveal run save say see seem \
        select sell send serve settle shut sign sing sit solve speak specify spell spend stand stay submit subscribe \
        succeed suffer suppose take talk teach tell tend terminate think throw treat trust try turn understand \
        uninstall unlock unsubscribe use utter verify wake walk wear weigh win wish wonder work worry write located \
        enlighten divulge compute execute kick plug hate sync click type help sound matter
        """
    private static let verbsOrNouns = """
        act aim alert answer appeal balance ban base bet bill block boil bother break bring build burn call care \
        cast catch cause charge chat check claim clean clear close code collect comment concern cook copy cost count \
        cover cross cry cut dance date deal delay design die discount display divide download draw dream dress drink \
        drive drop end escape face fall fear feel fight file filter fire fit flash float flow fly focus force form \
        freeze function gain guide handle hang harm head heat hit host hunt hurry impact interest issue jump kill \
        kiss land last laugh lead leak level lift light link list load lock log mail mark market measure melt mind \
        miss mix mount move name note pack park pass pause pay phone place plan plant plug point post pour practice \
        press print process program progress promise question quit rain raise range rank rate reach read record \
        reduce refund regard release rely remark rent report rest result return ride ring rise risk roll rule rush \
        sail scan scare score screen seal seat sense set shape share ship shop shout sign sleep slip smell smile \
        smoke sort spark split spot spread stage stamp start state step stick stop store stress stretch strike study \
        suit supply support surprise swap sweep swim swing talk target taste tax tip touch tour trace track trade \
        train travel trick trip trust turn tweet twist value view visit vote wait walk want warm wash waste water \
        wave wind wonder work wrap yell zoom text email message book dial
        """
    /// The noun of the doing is the word itself.
    private static let deeds = """
        change transfer order request repair report update upgrade refund return exchange rental review replacement \
        visit trial test reset renewal roll tour swap rollover
        """
}
