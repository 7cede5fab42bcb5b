// Stop words of Romance languages and of Basque.

extension StopWords {
    static let romance: [String: String] = [
        "french": """
        ai aie aient aies ait alors as au aura aurai auraient aurait auras aurez auront aux
        avaient avais avait avec avez aviez avions avoir avons ayant c ce ceci cela ces cet
        cette comme d dans de des dont du elle elles en entre es est et étaient étais était
        étant été êtes être eu eue eurent eus eut eux fait fûmes furent fus fut il ils j je jusqu
        l la le les leur leurs lui m ma mais me même mes moi mon n ne ni nos notre nous on ont
        ou où par pas pour qu quand que quel quelle quelles quels qui s sa sans se sera serai
        seraient serait seras serez seront ses si soi soient sois soit sommes son sont sous
        suis sur t ta te tes toi ton tu un une vos votre vous y à
        """,
        "spanish": """
        a al algo algunas algunos ante antes como con contra cual cuando de del desde donde
        durante e el él ella ellas ellos en entre era eran eras eres es esa esas ese eso esos
        esta está estaba estaban estado están estar estas este esto estos fue fueron fui ha
        había habían han has hasta hay he la las le les lo los más me mi mí mis mucho muchos
        muy nada ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco
        por porque que qué quien quienes se sea ser sí sido sin sobre son soy su sus suya suyo
        también tanto te tenía tiene tienen todo todos tu tú tus un una uno unos vosotros y ya
        yo
        """,
        "italian": """
        a abbia abbiamo ad agli ai al alla alle allo anche avere avete avevo avuto c che chi ci
        ciò coi col come con contro cui da dagli dai dal dalla dalle dallo degli dei del della
        delle dello di dov dove e è ebbe ed era erano eri essendo faccio fu furono gli ha hai
        hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio ne negli nei
        nel nella nelle nello noi non nostra nostre nostri nostro o per perché più quale
        quanta quante quanti quanto quella quelle quelli quello questa queste questi questo
        sarà se sei si sia siamo siano siete sono sta stata stati stato su sua sue sugli sui
        sul sulla sulle sullo suo suoi ti tra tu tua tue tuo tuoi tutti tutto un una uno vi voi
        vostra vostro
        """,
        "portuguese": """
        a à ao aos aquela aquelas aquele aqueles aquilo as às até com como da das de dela delas
        dele deles depois do dos e é ela elas ele eles em entre era eram essa essas esse esses
        esta está estão estas estava este estes estou eu foi foram há isso isto já lhe lhes
        mais mas me mesmo meu meus minha minhas muito na não nas nem no nos nós nossa nossas
        nosso nossos num numa o os ou para pela pelas pelo pelos por qual quando que quem são
        se seja sem ser será seu seus só sua suas também te tem têm tenho ter teu teus tinha
        tu tua tuas um uma você vocês vos
        """,
        "brazilian": """
        a à ainda ao aos aquele aquela as às até cada com como da das de dela dele deles depois
        do dos e é ela elas ele eles em enquanto entre era essa esse esta está estão este eu
        foi foram há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem no nos
        nós nossa nosso num numa o onde os ou para pela pelas pelo pelos por porque qual quando
        que quem são se sem ser será seu seus só sua suas também te tem têm ter um uma você
        vocês
        """,
        "catalan": """
        a al als això amb aquell aquella aquelles aquells aquest aquesta aquestes aquests cada
        com d de del dels des després dins doncs durant e el ell ella elles ells els em en
        encara ens entre era eren és et fins ha han has havia hi ho i ja jo l la les li lo los
        m ma mai malgrat més meu meva mi molt n ne ni no nosaltres nostra nostre o on per però
        perquè poc què qual quan quant que qui s sa se ser seu seus seva si sinó sobre són soc
        t també tan tant te teu teva tot tots tu un una unes uns us va vosaltres y
        """,
        "galician": """
        a ao aos aquel aquela as ata coa coas co cos como con contra cando cada da das de del
        dela deles desde do dos e é el ela elas eles en entre era eran esa ese eso esta está
        este estes eu foi foron había hai isto lle lles máis mais me meu miña moi na nas nin no
        non nos nós nosa noso nun nunha o onde os ou para pero pola polas polo polos por porque
        que quen se sen ser seu seus si só sobre son sua súa súas tamén te ten teñen ti teu tu
        un unha unhas uns vós xa
        """,
        "romanian": """
        a abia acea aceasta această aceea acei aceia acel acela acele acest acesta aceste acești
        ai aia al ale alt alta am ar are as asta astfel asupra au avea avem aș când că care ce
        cea cei cel cele ci cine cu cum cât către da dacă dar de deci decât deși din dintre
        doar după e ea ei el ele era este eu eşti fără fi fie fiind foarte fost i ia iar îi
        îl îmi în înainte între își îți la le li lor lui mai mea mei mele mi mine mult multe
        mulți n ne nici niște noi nostru noștri nu o ori pe pentru peste prin s sa să sale sau
        se spre sub sunt suntem sus și ta te tot toate tu un una unde unei unele unor unui va
        vă voi vor vostru y
        """,
        "basque": """
        al anitz arabera asko baina bat batean batek bati batzuei batzuek batzuetan batzuk
        bera beraiek berau berauek bere berori beroriek beste bezala da dago dira ditu du dute
        edo egin ere eta eurak ez gainera gu gutxi guzti haiei haiek haietan hainbeste hala han
        handik hango hara hari hark hartan hau hauei hauek hauetan hemen hemendik hi hona honek
        honela honetan honi hor hori horiei horiek horietan horko horra horrek horrela horretan
        horri hortik hura izan ni noiz nola non nondik nongo nor nora ze zein zen zenbait zer
        zergatik ziren zituen zu zuek zuen
        """,
    ]
}
