// Stop words of Baltic, Finnic, Celtic and other languages of the north and middle of Europe.

extension StopWords {
    static let northern: [String: String] = [
        "finnish": """
        ei eivät emme en et ette että he heidän heidät heillä heitä hän hänen häntä ja jo joita
        joka joko jolla jolle jonka jossa josta jota jotka kaikki kanssa keiden kenen ketkä
        koska kuin kuinka kuka kun me meidän meillä meitä mikä mille millä minkä minua minulla
        minun minä missä mistä mitkä mitä mukaan mutta myös ne niiden niin niitä noin nuo nyt
        nämä näiden näitä näin ole olen olet oli olin olivat olla olleet ollut on ovat se sekä
        sen siellä siinä siis siitä sillä sinua sinun sinä sitä tai te teidän teitä tuo tuolla
        tuon tähän tämä tämän tässä tästä tätä vaan vai vaikka
        """,
        "estonian": """
        aga ei ega ehk ei enam et ette ga iga igaüks ja jah jooksul juba järgi ka kas keda kelle
        kes kui kuid kuidas kus kõik küll ma mida mille millal mina mingi minu mis miski mitte
        mu muu mõni nad need neid nende nii ning nüüd oli olid olin olla olema oleme olen oled
        oma on ole peale pole sa see seda selle sellest selles siin siis sina sinu ta teda teie
        tema temale ti too vaid veel või üle
        """,
        "hungarian": """
        a abban ahhoz ahogy ahol aki akik akkor alatt amely amelyek ami amikor amint annak arra
        az azok azon azonban azt aztán azután azzal be belül benne cikk csak de e ebben egy egyes
        egyik el elég ellen elő először előtt én éppen és ennek erre ez ezek ezen ezért ezt ezzel
        fel felé ha hanem hiszen hogy hogyan igen így ill is ismét itt jó jól kell ki kívül
        lehet lesz lett maga majd még meg mely melyek mert mi miért míg mikor minden mindig mint
        mivel most nagy nagyon ne nekem neki nem néha nincs olyan ott pedig saját s se sem sok
        sokkal számára szemben szerint szinte talán te tehát teljes tovább több úgy új újra után
        utolsó ő ők őket vagy vagyis vagyok valaki valami van vannak vele vissza viszont volna
        volt voltak voltam
        """,
        "irish": """
        a ach ag agus an aon ar arna as ba beirt bhúr ceathair cé cén chuig chun cois cúig dá de
        do dó don é fé fiú faoi gach gan go gur i iad idir in ina is le leis lena mar mé mo muid
        na nach ní níor nó nuair ó os óna roimh sa sé seo sí sin sinn sna tá thar tú um ár
        """,
        "latvian": """
        aiz ap apakš apkārt ar arī augšpus bet bez bija biju bijām bijāt būs būsi būt caur daļēji
        dažs diemžēl diezin droši dēļ es esam esat esi esmu gan gar iekam iekams iekām iekš iekšpus
        ik ir it itin jau jeb jebšu jel jo jā ja ka kamēr kas kaut kad kā kur kļuva kļūt lai
        laikam lejpus līdz mēs nav ne nebūt nedz nekā nevis nezin no nu nē otrpus pa par pat pie
        pirms pret priekš pār pēc starp šī šis tad tak tapi taču te tie tik tikai tiklab tiek
        tika to tomēr topat turpretim tā tādēļ tālab tāpēc tas un uz vai var varat vien vēl vēlāk
        vidū viņi viņš viņa virs virspus zem ārpus šaipus
        """,
        "lithuanian": """
        abi ant apie ar arba aš be bei bet bus būti buvo buvau čia dar dėl gal iki ir iš įvairių
        ja jai jam jau jei jeigu jiems jis ji jie jo jos jūs jūsų ką kad kada kai kaip kas kiek
        kol kuri kurie kuris kur lai man mane mano mes mūsų nei nes nors nuo o pagal pas pat per
        po prie prieš sau save savo su tačiau tai taip tarp tas tau te ten tik to toks tu tuo
        turi už visi vis yra
        """,
        "indonesian": """
        ada adalah agar akan aku anda antara apa apabila apakah atas atau bagaimana bagi bahwa
        banyak beberapa belum berada bila bisa bukan dalam dan dapat dari daripada demikian
        dengan di dia guna hal hanya harus hingga ia ini itu jika juga kalau kami kamu karena
        kata ke kepada kita lagi lain maka mana masih melalui mereka namun oleh pada para pun
        saat saja sampai sangat saya sebagai sebuah secara sedang sehingga sejak selain selalu
        seluruh sementara semua seorang seperti serta setelah setiap suatu sudah supaya tanpa
        telah tentang terhadap tetapi tidak untuk walaupun yaitu yakni yang
        """,
        "turkish": """
        acaba ama aslında az bana bazen bazı belki ben benden beni benim beri bile bir birçok
        biri birkaç birşey biz bizden bize bizi bizim bu buna bunda bundan bunlar bunları bunu
        bunun burada çok çünkü da daha dahi de defa değil diğer diye dolayı en eğer gibi göre
        hatta hem hep hepsi her herkes hiç hiçbir için ile ilgili ise işte kadar karşın kendi
        kendine kendisi ki kim kime kimi kimse mi mı mu mü nasıl ne neden nerde nerede nereye
        niçin niye o olan olarak oldu olduğu olmak olsa olur on ona ondan onlar onları onların
        onu onun oysa öyle pek rağmen sadece sanki sen senden seni senin siz sizden size sizi
        sizin sonra şey şöyle şu şuna şunu tarafından tüm üzere var ve veya ya yani yapılan yine
        yoksa zaten
        """,
    ]
}
