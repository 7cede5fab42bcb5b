// The style sheet of the load report: one set of variables for light, one for dark.

enum LoadReportStyle {
    static let sheet = """
        :root{color-scheme:light dark;--page:#fbfbfa;--card:#fff;--ink:#1d2521;--soft:#66716b;
        --rule:#e3e7e4;--good:#1a7f4b;--bad:#b3261e;--s0:#1f6f54;--s1:#c2571a;--s2:#2a63b8;
        --s3:#8a3ea8;--s4:#a88a00;--s5:#0f8a96;--s6:#b8336a;--s7:#5b6470;
        --q0:#8cc5a8;--q1:#4fa37c;--q2:#1f7a55;--q3:#0b4a31}
        @media(prefers-color-scheme:dark){:root{--page:#121614;--card:#1a201d;--ink:#e6ece8;
        --soft:#94a19a;--rule:#2c3531;--good:#5fd093;--bad:#ff8a80;--s0:#5fc79b;--s1:#f0965a;
        --s2:#7fb0ff;--s3:#cf93ea;--s4:#e0c64a;--s5:#5bd0dc;--s6:#f288b2;--s7:#aab4c0;
        --q0:#2f6b4f;--q1:#43996f;--q2:#66c797;--q3:#b5f0d0}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
        main{max-width:980px;margin:0 auto;padding:32px 20px 64px}
        h1{font-size:26px;margin:0}h2{font-size:17px;margin:0 0 6px}
        .facts,.note{color:var(--soft);margin:4px 0 12px;font-size:13px}
        section{background:var(--card);border:1px solid var(--rule);border-radius:10px;
        padding:18px 20px;margin:16px 0}
        .verdicts{background:none;border:0;padding:0}
        .verdict{margin:6px 0;padding:10px 14px;border-radius:8px;border-left:4px solid;
        background:var(--card)}.good{border-color:var(--good)}p.bad{border-color:var(--bad)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px;
        font-variant-numeric:tabular-nums}th{color:var(--soft);font-weight:500}
        th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--rule);
        white-space:nowrap}
        tr.over td:nth-child(2){color:var(--bad);font-weight:600}
        svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--soft)}
        svg text.title{font-size:11px}svg text.name{font-size:12px;font-weight:600;stroke:none}
        .grid{stroke:var(--rule)}.axis,.tick{stroke:var(--soft)}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .mark{stroke:var(--card);stroke-width:1}.bar{fill:var(--s0);opacity:.85}
        .bar:hover{opacity:1}.percentile{stroke:var(--s1);stroke-dasharray:3 2}
        .cells{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px}
        figure{margin:0}figcaption{font-size:13px;font-weight:600}
        .line.ideal{stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.5}
        svg text.name.ideal{fill:var(--soft)}
        .line.bad{stroke:var(--bad)}svg text.name.bad{fill:var(--bad)}\(colours)
        """

    /// The rules of the numbered classes, for lines, marks and names alike.
    private static var colours: String {
        let names = (0..<8).map { "s\($0)" } + (0..<4).map { "q\($0)" }
        return names.map {
            ".line.\($0){stroke:var(--\($0))}.mark.\($0),svg text.name.\($0){fill:var(--\($0))}"
        }.joined(separator: "\n")
    }
}
