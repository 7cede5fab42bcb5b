// Stop words of Germanic languages.

extension StopWords {
    static let germanic: [String: String] = [
        // Lucene's list.
        "english": """
        a an and are as at be but by for if in into is it no not of on or such that the their
        then there these they this to was will with
        """,
        "german": """
        aber als am an auch auf aus bei bin bis bist da dadurch daher darum das daß dass dein
        deine dem den der des dessen deshalb die dies dieser dieses doch dort du durch ein
        eine einem einen einer eines er es euer eure für hatte hatten hattest hattet hier
        hinter ich ihr ihre im in ist ja jede jedem jeden jeder jedes jener jenes jetzt kann
        kannst können könnt machen mein meine mit muß mußt muss musst müssen müßt nach nachdem
        nein nicht nun oder seid sein seine sich sie sind soll sollen sollst sollt sonst soweit
        sowie um und unser unsere unter vom von vor wann warum was weiter weitere wenn wer
        werde werden werdet weshalb wie wieder wieso wir wird wirst wo woher wohin zu zum zur
        über
        """,
        "dutch": """
        aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door
        dus een eens en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun
        iemand iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar
        niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit
        uw van veel voor want waren was wat werd wezen wie wil worden wordt zal ze zelf zich
        zij zijn zo zonder zou
        """,
        "danish": """
        ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig
        din disse dog du efter eller en end er et for fra ham han hans har havde have hende
        hendes her hos hun hvad hvis hvor i ikke ind jeg jer jo kunne man mange med meget men
        mig min mine mit mod ned noget nogle nu når og også om op os over på selv sig sin sine
        sit skal skulle som sådan thi til ud under var vi vil ville vor være været
        """,
        "norwegian": """
        alle at av bare begge ble bli blir både da de deg dei dem den denne der dere deres det
        dette di din disse ditt du eg ein eit eller en enn er et ett etter for fordi fra før
        ha hadde han hans har hennar henne hennes her hjå hos hun hva hvem hver hvilken hvis
        hvor hvordan hvorfor i ikke ikkje inn ja jeg kan kom korleis kva kun kunne kvar man
        mange me med meg men mi min mitt mot mye mykje ned no noe noen nå når og også om opp
        oss over på samme seg selv si sin sine sitt skal skulle slik so som sånn til um upp ut
        uten var ved vere vi vil ville vore vors vår være vært å
        """,
        "swedish": """
        alla allt att av blev bli blir blivit de dem den denna deras dess dessa det detta dig
        din dina ditt du där då efter ej eller en er era ert ett från för ha hade han hans har
        henne hennes hon honom hur här i icke ingen inom inte jag ju kan kunde man med mellan
        men mig min mina mitt mot mycket ni nu när någon något några och om oss på samma sedan
        sig sin sina sitta själv skulle som så sådan sådana sådant till under upp ut utan vad
        var vara varför varit varje vars vart vem vi vid vilka vilken vilket vår våra vårt än är
        åt över
        """,
        "yiddish": "אַ אין און איז די דער דאָס דעם צו פֿון מיט ניט נישט אַז וואָס ער זי זיי מיר איר איך",
    ]
}
