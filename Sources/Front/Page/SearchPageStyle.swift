// The search page's style sheet: light and dark, one to three columns.

enum SearchPageStyle {
    static let css = #"""
        :root {
          --paper: #fbfaf7; --raised: #ffffff; --ink: #1d2421; --soft: #5c6762; --faint: #8b958f;
          --line: #e3e4de; --leaf: #2f7d4f; --leaf-ink: #1f6a40; --mark: #fdeaa5;
          --error: #a3261b; --error-paper: #fdecea; --shadow: 0 1px 2px rgb(20 30 25 / .06);
          --queue: #b8b3a6; --plan: #6f9bd1; --score: #2f9d63; --fetch: #e0a63a; --network: #b07cc6;
          --text: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          --serif: "Iowan Old Style", Charter, "Bitstream Charter", Georgia, "Noto Serif", serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #131715; --raised: #1a201d; --ink: #e6ebe7; --soft: #a3aea8; --faint: #75807a;
            --line: #2b332f; --leaf: #5cc48a; --leaf-ink: #7fd6a5; --mark: #5d4d12;
            --error: #ff9d92; --error-paper: #3a1b18; --shadow: none;
            --queue: #6d6a60; --plan: #5b86bb; --score: #3aa96d; --fetch: #c9922c;
            --network: #9a6bb0;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 92px; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 400 16px/1.55 var(--text); font-kerning: normal;
        }
        a { color: var(--leaf-ink); text-underline-offset: .15em; text-decoration-thickness: 1px; }
        :focus-visible { outline: 2px solid var(--leaf); outline-offset: 2px; border-radius: 4px; }
        h1, h2, h3, p, ol, ul, dl, dd { margin: 0; padding: 0; }
        ol, ul { list-style: none; }
        button, input, select { font: inherit; color: inherit; }
        [hidden] { display: none !important; }
        .unseen {
          position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap;
        }
        .skip { position: absolute; left: -999px; top: 8px; background: var(--raised); }
        .skip:focus { left: 8px; padding: 6px 12px; z-index: 2; }
        kbd {
          font: 500 12px/1 var(--mono); color: var(--soft); background: var(--paper);
          border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 5px;
          padding: 3px 6px;
        }
        code { font: 13.5px/1.5 var(--mono); }

        header {
          display: flex; gap: 28px; align-items: center; position: sticky; top: 0; z-index: 1;
          padding: 14px clamp(16px, 3vw, 40px); background: var(--paper);
          border-bottom: 1px solid var(--line);
        }
        h1 { font: 600 21px/1 var(--serif); letter-spacing: -.01em; }
        h1 a {
          display: flex; gap: 9px; align-items: center; color: var(--ink); text-decoration: none;
        }
        h1 svg { fill: var(--leaf); } h1 .trunk { fill: var(--soft); }
        form { display: flex; flex: 1; gap: 10px; max-width: 880px; }
        .box { position: relative; flex: 1; min-width: 0; }
        .box kbd { position: absolute; right: 12px; top: 11px; pointer-events: none; }
        #q {
          width: 100%; height: 44px; padding: 0 44px 0 16px; border-radius: 10px;
          border: 1px solid var(--line); background: var(--raised); box-shadow: var(--shadow);
          font-size: 17px;
        }
        #q::placeholder { color: var(--faint); }
        #q:focus {
          outline: 2px solid var(--leaf); outline-offset: -1px; border-color: transparent;
        }
        #q::-webkit-search-cancel-button { display: none; }
        #q:focus + kbd, #q:not(:placeholder-shown) + kbd { visibility: hidden; }
        select, form button {
          height: 44px; border-radius: 10px; border: 1px solid var(--line); padding: 0 12px;
          background: var(--raised); box-shadow: var(--shadow);
        }
        select { max-width: 14em; }
        form button {
          background: var(--leaf); border-color: transparent; color: #fff; font-weight: 600;
          padding: 0 20px; cursor: pointer;
        }
        form button:hover { filter: brightness(1.07); }
        @media (prefers-color-scheme: dark) { form button { color: #0d1a13; } }

        #message {
          margin: 20px clamp(16px, 3vw, 40px) 0; padding: 12px 16px; border-radius: 10px;
          background: var(--error-paper); color: var(--error); overflow-wrap: anywhere;
          border-left: 4px solid currentColor; white-space: pre-wrap;
        }
        main {
          display: grid; grid-template-columns: 220px minmax(0, 720px) minmax(240px, 340px);
          gap: 0 44px; padding: 26px clamp(16px, 3vw, 40px) 80px; align-items: start;
        }
        main.busy #found { opacity: .55; transition: opacity .12s .15s; }
        h2 { font: 600 13px/1.4 var(--text); color: var(--soft); letter-spacing: .02em; }
        h3 { font: 600 13px/1.4 var(--text); color: var(--soft); }

        #facets {
          display: grid; grid-template-columns: minmax(0, 1fr); gap: 24px; position: sticky;
          top: 98px;
        }
        #facets ul { margin-top: 6px; }
        #facets button {
          display: flex; width: 100%; gap: 10px; justify-content: space-between; border: 0;
          background: none; text-align: left; padding: 4px 8px; margin-left: -8px;
          border-radius: 7px; font-size: 14.5px; line-height: 1.4; cursor: pointer;
        }
        #facets button:hover { background: color-mix(in srgb, var(--leaf) 9%, transparent); }
        #facets button[aria-pressed="true"] { color: var(--leaf-ink); font-weight: 600; }
        #facets .value { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .count { color: var(--faint); font-variant-numeric: tabular-nums; font-weight: 400; }

        #summary { color: var(--soft); font-size: 14.5px; min-height: 1.6em; }
        #summary strong { color: var(--ink); font-weight: 600; }
        #filters { display: flex; flex-wrap: wrap; gap: 8px; }
        #filters:not(:empty) { margin-top: 10px; }
        #filters button {
          border: 1px solid var(--line); background: var(--raised); border-radius: 99px;
          padding: 3px 12px; font-size: 13.5px; cursor: pointer;
        }
        #filters button::after { content: " ×"; color: var(--faint); }
        #filters button:hover { border-color: var(--leaf); }

        .hit { padding: 20px 0; border-bottom: 1px solid var(--line); position: relative; }
        .hit:focus { outline: none; }
        .hit:focus::before {
          content: ""; position: absolute; left: -16px; top: 22px; bottom: 20px; width: 3px;
          border-radius: 2px; background: var(--leaf);
        }
        .hit h3 { font: 600 20px/1.3 var(--serif); color: var(--ink); letter-spacing: -.005em; }
        .hit h3 a { color: inherit; text-decoration: none; }
        .hit h3 a:hover { color: var(--leaf-ink); text-decoration: underline; }
        .hit p { margin-top: 6px; overflow-wrap: anywhere; hyphens: auto; }
        .hit .field { color: var(--faint); font-size: 13.5px; margin-right: .5em; }
        mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 0 2px; }
        .meta {
          display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 8px; font-size: 13.5px;
          color: var(--faint); font-variant-numeric: tabular-nums;
        }
        .meta .id { overflow-wrap: anywhere; }
        .meta button {
          border: 0; background: none; padding: 0; color: var(--leaf-ink); cursor: pointer;
        }
        pre {
          margin: 12px 0 0; padding: 14px 16px; border-radius: 10px; overflow: auto;
          max-height: 26em; background: var(--raised); border: 1px solid var(--line);
          font: 13px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere;
        }
        #pages {
          display: flex; justify-content: space-between; align-items: center; margin-top: 26px;
          color: var(--soft); font-size: 14.5px;
        }
        #pages a {
          padding: 9px 18px; border: 1px solid var(--line); border-radius: 10px;
          background: var(--raised); text-decoration: none; color: var(--ink); cursor: pointer;
        }
        #pages a:hover { border-color: var(--leaf); }
        #pages a[aria-disabled="true"] { visibility: hidden; }

        #welcome { padding: 6vh 0; color: var(--soft); }
        #welcome h2 { font: 600 28px/1.25 var(--serif); color: var(--ink); letter-spacing: -.01em; }
        #welcome p { margin-top: 10px; }
        #welcome dl { margin: 20px 0 26px; display: grid; gap: 8px; }
        #welcome dl div { display: grid; grid-template-columns: minmax(0, 19em) 1fr; gap: 16px; }
        #welcome dt code { color: var(--leaf-ink); }
        .keys { font-size: 14px; line-height: 2.1; }

        #trace {
          position: sticky; top: 98px; padding: 18px 20px; border-radius: 14px;
          background: var(--raised); border: 1px solid var(--line); box-shadow: var(--shadow);
          font-size: 13.5px;
        }
        #verdict { margin-top: 6px; color: var(--soft); line-height: 1.5; }
        #verdict .cache { font-weight: 600; color: var(--leaf-ink); }
        #leaves { display: grid; gap: 11px; margin-top: 16px; }
        .leaf .name { display: flex; justify-content: space-between; gap: 12px; }
        .leaf .time { color: var(--soft); font-variant-numeric: tabular-nums; }
        .bar {
          display: flex; height: 9px; margin-top: 4px; border-radius: 5px; overflow: hidden;
          background: color-mix(in srgb, var(--line) 60%, transparent);
        }
        .bar span { min-width: 0; }
        .queue { --part: var(--queue); } .plan { --part: var(--plan); }
        .score { --part: var(--score); } .fetch { --part: var(--fetch); }
        .network { --part: var(--network); }
        .bar span { background: var(--part); }
        #legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin-top: 16px; }
        #legend li { display: flex; align-items: center; gap: 6px; color: var(--soft); }
        #legend li::before {
          content: ""; width: 9px; height: 9px; border-radius: 3px; background: var(--part);
        }
        .noscript { padding: 0 40px; }

        @media (max-width: 1180px) {
          main { grid-template-columns: 200px minmax(0, 1fr); gap: 0 36px; }
          #trace { grid-column: 2; position: static; margin-top: 36px; }
        }
        @media (max-width: 760px) {
          header { flex-wrap: wrap; gap: 12px; position: static; }
          html { scroll-padding-top: 12px; }
          form { flex-basis: 100%; flex-wrap: wrap; }
          .box { flex-basis: 100%; } .box kbd { display: none; }
          select { flex: 1; max-width: none; }
          main { display: block; padding-top: 18px; }
          #facets {
            position: static; display: flex; gap: 22px; overflow-x: auto; margin-bottom: 18px;
          }
          #facets section { min-width: 150px; }
          #welcome dl div { grid-template-columns: 1fr; gap: 0; }
        }
        @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
        @media print { header, #facets, #trace, #pages { display: none; } main { display: block; } }

        """#
}
