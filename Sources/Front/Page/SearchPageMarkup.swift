// The search page's HTML. Style and script are put into their empty elements when it is served.

enum SearchPageMarkup {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Canopy</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'
         viewBox='0 0 32 32'%3E%3Cpath fill='%232f7d4f' d='M16 3c7 0 12 5 12 10 0 4-3 6-6
         6H10c-3 0-6-2-6-6C4 8 9 3 16 3zm-2 17h4v9h-4z'/%3E%3C/svg%3E">
        <style></style>
        </head>
        <body>
        <a class="skip" href="#results">Skip to the results</a>
        <header>
          <h1><a href="/" aria-label="Canopy, start page">
            <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
              <path d="M16 3c7 0 12 5 12 10 0 4-3 6-6 6H10c-3 0-6-2-6-6C4 8 9 3 16 3z"/>
              <path class="trunk" d="M14.4 20h3.2v9h-3.2z"/>
            </svg><span>Canopy</span></a></h1>
          <form id="search" role="search" action="/" method="get">
            <label class="unseen" for="q">Search for</label>
            <span class="box">
              <input id="q" name="q" type="search" autocomplete="off" autocapitalize="off"
                spellcheck="false" autofocus placeholder="Search the documents"
                aria-keyshortcuts="/" enterkeyhint="search">
              <kbd aria-hidden="true">/</kbd>
            </span>
            <label class="unseen" for="index">Index</label>
            <select id="index" name="index"><option value="">All indices</option></select>
            <button type="submit">Search</button>
          </form>
        </header>
        <p id="message" role="alert" hidden></p>
        <main>
          <aside id="facets" aria-label="Filters"></aside>
          <section id="found" aria-label="Results">
            <div id="summary" role="status" aria-live="polite"></div>
            <div id="filters" aria-label="Active filters"></div>
            <ol id="results" tabindex="-1"></ol>
            <nav id="pages" aria-label="Pages" hidden>
              <a class="previous" rel="prev">Previous</a>
              <span class="place"></span>
              <a class="next" rel="next">Next</a>
            </nav>
            <div id="welcome" hidden>
              <h2>Every query reaches every leaf</h2>
              <p>Type words to find, or use the query language:</p>
              <dl>
                <div><dt><code>"to be or not"</code></dt><dd>an exact phrase</dd></div>
                <div><dt><code>title:forest</code></dt><dd>in one field</dd></div>
                <div><dt><code>oak OR (beech AND NOT dwarf)</code></dt><dd>logic</dd></div>
                <div><dt><code>year:[1990 TO 1999]</code></dt><dd>a range</dd></div>
                <div><dt><code>photo*</code></dt><dd>a beginning of a word</dd></div>
              </dl>
              <p class="keys"><kbd>/</kbd> search &nbsp; <kbd>j</kbd> <kbd>k</kbd> next and previous
              hit &nbsp; <kbd>Enter</kbd> show its source &nbsp; <kbd>n</kbd> <kbd>p</kbd> pages</p>
            </div>
          </section>
          <aside id="trace" aria-label="How the answer was made" hidden>
            <h2>How it was answered</h2>
            <p id="verdict"></p>
            <div id="leaves" role="list"></div>
            <ul id="legend" aria-label="Colours">
              <li class="queue">queue</li><li class="plan">plan</li><li class="score">score</li>
              <li class="fetch">fetch</li><li class="network">network</li>
            </ul>
          </aside>
        </main>
        <noscript><p class="noscript">This page needs JavaScript; the API does not:
        <code>GET /_search?q=…</code></p></noscript>
        <script></script>
        </body>
        </html>

        """#
}
