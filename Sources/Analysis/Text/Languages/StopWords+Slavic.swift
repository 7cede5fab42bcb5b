// Stop words of Slavic languages, of Greek and Armenian.

extension StopWords {
    static let slavic: [String: String] = [
        "russian": """
        а без более больше будет будто бы был была были было быть в вам вас вдруг ведь во вот
        впрочем все всегда всего всех всю вы где да даже два для до другой его ее ей ему если
        есть еще ж же за зачем здесь и из или им иногда их к как какая какой когда конечно кто
        куда ли лучше между меня мне много может можно мой моя мы на над надо наконец нас не
        него нее ней нельзя нет ни нибудь никогда ним них ничего но ну о об один он она они
        опять от перед по под после потом потому почти при про раз разве с сам свою себе себя
        сейчас со совсем так такой там тебя тем теперь то тогда того тоже только том тот три
        тут ты у уж уже хоть чего чей чем через что чтоб чтобы чуть эти этого этой этом этот эту
        я
        """,
        "bulgarian": """
        а ако ала без беше би бил била били било близо бъдат бъде бяха в вас ваш ваша вече ви
        вие винаги все всеки всички всичко всяка във въпреки върху г ги го да дали до докато
        докога дори досега доста е един една едно за зад заедно заради засега затова защо защото
        и из или им има имат иска й как каква какво както какъв като кога когато което които кой
        който колко която къде към ли м ме между мен ми може мога моля му н на над най нас не
        него нея ни ние никой нито но някои някой няма обаче около освен от отгоре отново още
        пак по повече под поне поради после почти пред преди през при пък първо с са само се
        сега си скоро след сме според сред срещу сте съм със също т та така такива там твой те
        тези ти то тогава този той толкова тук тъй тя тях у хора че често чрез ще щом я
        """,
        "czech": """
        a aby ač ale anebo ani aniž ano asi až bez bude budem budeš by byl byla byli bylo být co
        což či další do ho i já jak jako je jeden jedna jeho jej její jejich jen ještě ji jiné
        již jsem jsi jsme jsou jste k kam kde kdo kdy když ke která které kteří který ku ma mají
        má máte mě mezi mi mít mnou můj může my na nad nám náš ne nebo není než nic nové o od on
        ona oni ono pak po pod podle pokud pouze práve pro proč proto protože první před přede
        přes při s se si sice své svůj svých svým ta tak také takže tam tato te tedy tento ten
        tím to toho tohle tom tomto tomu tu tuto ty tyto u už v váš ve vedle více však všechno vy
        z za zda zde ze že
        """,
        "serbian": """
        a ako ali bez bi bio bila bili bilo biti da do dok ga gde i ih ili im iz ja je jer jesam
        jesu jos još joj ka kad kada kako kao koja koje koji kojih koju li me mi moj može mu na
        nad naš ne nego nek neka neki ni nije nisu ništa njega njen njih njihov o od on ona one
        oni ono ova ove ovaj ovo po pod pre pri s sa sam samo se sebe si smo ste što su sve svi
        svoj ta tada taj tako te to tu u uz va vam vas vi za zar že а ако али без би био била
        били било бити да до док га где и их или им из ја је јер јесам јесу још јој ка кад када
        како као која које који којих коју ли ме ми мој може му на над наш не него нека неки ни
        није нису ништа његa њен њих њихов о од он она оне они оно ова ове овај ово по под пре
        при с са сам само се себе си смо сте што су све сви свој та тада тај тако те то ту у уз
        вам вас ви за зар
        """,
        // Without accents, as the Greek lower case filter leaves words.
        "greek": """
        ο η το οι τα του τησ των τον την και κι κ ειμαι εισαι ειναι ειμαστε ειστε στο στον στη
        στην μα αλλα απο για προσ με σε ωσ παρα αντι κατα μετα θα να δε δεν μη μην επι ενω εαν
        αν τοτε που πωσ ποιοσ ποια ποιο ποιοι ποιεσ ποιων ποιουσ αυτοσ αυτη αυτο αυτοι αυτων
        αυτουσ αυτεσ αυτα εκεινοσ εκεινη εκεινο εκεινοι εκεινεσ εκεινα εκεινων εκεινουσ οπωσ
        ομωσ ισωσ οσο οτι τισ τουσ ενα ενασ μια ηταν στα στισ στουσ
        """,
        "armenian": """
        այդ այլ այն այս դու դուք եմ են ենք ես եք է էի էին էինք էիր էիք էր ըստ թ ի ին իսկ իր կամ
        համար հետ հետո մենք մեջ մի ն նա նաև նրա նրանք որ որը որոնք որպես ու ում պիտի վրա և
        """,
    ]
}
