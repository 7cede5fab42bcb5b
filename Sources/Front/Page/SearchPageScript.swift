// The search page's script: asks the same API as everyone, and builds the page from text nodes
// only, so that no document can smuggle markup in.

enum SearchPageScript {
    static let javaScript = #"""
        "use strict";
        (() => {
          const pageSize = 10, deepest = 10000, facetLimit = 6, facetSize = 8;
          // Private-use characters around what matched: never part of a text worth reading.
          const opening = "\uE000", closing = "\uE001";
          const titleFields = ["title", "name", "headline", "subject", "label"];
          const parts = ["queue", "plan", "score", "fetch", "network"];
          const by = id => document.getElementById(id);
          const main = document.querySelector("main");
          const mappings = new Map();
          let state = null, running = null;

          function element(tag, attributes, ...children) {
            const node = document.createElement(tag);
            for (const [name, value] of Object.entries(attributes || {})) {
              if (name === "click") node.addEventListener("click", value);
              else if (value !== null && value !== undefined) node.setAttribute(name, value);
            }
            node.append(...children.filter(child => child !== null && child !== undefined));
            return node;
          }

          const number = value => Number(value).toLocaleString("en");

          function time(microseconds) {
            if (microseconds < 1000) return Math.round(microseconds) + " µs";
            const ms = microseconds / 1000;
            return (ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : Math.round(ms)) + " ms";
          }

          function marked(text) {
            const result = document.createDocumentFragment();
            for (const [index, piece] of text.split(opening).entries()) {
              if (index === 0) { result.append(piece); continue; }
              const end = piece.indexOf(closing);
              if (end < 0) { result.append(piece); continue; }
              result.append(element("mark", {}, piece.slice(0, end)), piece.slice(end + 1));
            }
            return result;
          }

          // The address bar holds the query: a link to it is a link to the answer.
          function readAddress() {
            const asked = new URLSearchParams(location.search);
            const page = Math.max(1, Math.trunc(Number(asked.get("page"))) || 1);
            const filters = asked.getAll("f").map(text => {
              const colon = text.indexOf(":");
              return { field: text.slice(0, colon), value: text.slice(colon + 1) };
            }).filter(filter => filter.field);
            return {
              q: asked.get("q"), index: asked.get("index") || "", filters,
              page: Math.min(page, deepest / pageSize),
            };
          }

          function address(wanted) {
            const asked = new URLSearchParams();
            if (wanted.q !== null) asked.set("q", wanted.q);
            if (wanted.index) asked.set("index", wanted.index);
            for (const one of wanted.filters) asked.append("f", one.field + ":" + one.value);
            if (wanted.page > 1) asked.set("page", wanted.page);
            const text = asked.toString();
            return text ? "/?" + text : "/";
          }

          function go(wanted) {
            if (address(wanted) !== location.pathname + location.search) {
              history.pushState(null, "", address(wanted));
            }
            show();
          }

          async function ask(path, body, signal) {
            const options = { signal, headers: { Accept: "application/json" } };
            if (body) {
              options.method = "POST";
              options.body = JSON.stringify(body);
              options.headers["Content-Type"] = "application/json";
            }
            const answer = await fetch(path, options);
            const tree = await answer.json().catch(() => null);
            if (answer.ok && tree) return tree;
            const reason = tree && tree.error && (tree.error.reason || tree.error);
            throw new Error(reason || "the server answered " + answer.status);
          }

          const target = index => index ? "/" + encodeURIComponent(index) : "";

          async function loadIndices() {
            const rows = await ask("/_cat/indices?format=json&h=index,docs.count&s=index");
            const select = by("index");
            for (const row of rows) {
              const label = row.index + " (" + number(row["docs.count"] || 0) + ")";
              select.append(element("option", { value: row.index }, label));
            }
            select.value = readAddress().index;
          }

          // Text fields are highlighted; keyword fields that are keywords everywhere are facets.
          async function fieldsOf(index, signal) {
            if (mappings.has(index)) return mappings.get(index);
            const tree = await ask((target(index) || "/_all") + "/_mapping", null, signal);
            const types = new Map();
            const walk = (properties, prefix) => {
              for (const [name, field] of Object.entries(properties || {})) {
                const path = prefix + name;
                if (path.startsWith("_overflow")) continue;
                if (field.type) types.set(path, (types.get(path) || new Set()).add(field.type));
                walk(field.fields, path + ".");
                walk(field.properties, path + ".");
              }
            };
            for (const one of Object.values(tree)) walk(one.mappings.properties, "");
            const only = type => [...types.keys()].filter(
              path => types.get(path).size === 1 && types.get(path).has(type));
            const fields = { text: only("text").slice(0, 24), keyword: only("keyword") };
            fields.keyword.sort((a, b) => a.endsWith(".keyword") - b.endsWith(".keyword"));
            fields.keyword = fields.keyword.slice(0, 12);
            mappings.set(index, fields);
            return fields;
          }

          function requestBody(wanted, fields) {
            const query = wanted.q.trim()
              ? { query_string: { query: wanted.q, default_operator: "and" } } : { match_all: {} };
            const filter = wanted.filters.map(one => ({ term: { [one.field]: one.value } }));
            const body = {
              from: (wanted.page - 1) * pageSize, size: pageSize,
              query: filter.length ? { bool: { must: [query], filter } } : query,
            };
            if (fields.text.length && wanted.q.trim()) {
              const shown = fields.text.map(path => [path, {
                fragment_size: 180, number_of_fragments: titleFields.includes(path) ? 0 : 2,
              }]);
              body.highlight = {
                pre_tags: [opening], post_tags: [closing], fields: Object.fromEntries(shown),
              };
            }
            if (fields.keyword.length) {
              body.aggs = Object.fromEntries(fields.keyword.map(
                path => [path, { terms: { field: path, size: facetSize } }]));
            }
            return body;
          }

          async function show() {
            state = readAddress();
            by("q").value = state.q || "";
            by("index").value = state.index;
            document.title = state.q ? state.q + " – Canopy" : "Canopy";
            if (running) running.abort();
            by("message").hidden = true;
            by("welcome").hidden = state.q !== null;
            if (state.q === null) { clear(); return; }
            const mine = running = new AbortController();
            main.classList.add("busy");
            const wanted = state, started = performance.now();
            try {
              const fields = await fieldsOf(wanted.index, mine.signal);
              const path = target(wanted.index) + "/_search";
              const answer = await ask(path, requestBody(wanted, fields), mine.signal);
              if (mine === running) draw(wanted, answer, fields, performance.now() - started);
            } catch (error) {
              if (mine !== running || error.name === "AbortError") return;
              clear();
              by("message").textContent = error.message;
              by("message").hidden = false;
            } finally {
              if (mine === running) { main.classList.remove("busy"); running = null; }
            }
          }

          function clear() {
            for (const id of ["results", "facets", "filters", "summary", "leaves"]) {
              by(id).replaceChildren();
            }
            by("pages").hidden = by("trace").hidden = true;
            main.classList.remove("busy");
          }

          function draw(wanted, answer, fields, elapsed) {
            const total = answer.hits.total || { value: answer.hits.hits.length, relation: "gte" };
            drawSummary(wanted, answer, total, elapsed);
            drawFilters(wanted);
            drawFacets(wanted, answer.aggregations || {});
            by("results").replaceChildren(...answer.hits.hits.map(hit => drawHit(hit, fields)));
            drawPages(wanted, total);
            drawTrace(answer);
          }

          function drawSummary(wanted, answer, total, elapsed) {
            const count = (total.relation === "gte" ? "more than " : "") + number(total.value);
            const noun = total.value === 1 && total.relation === "eq" ? " result" : " results";
            const took = " in " + answer.took + " ms (" + Math.round(elapsed) + " ms round trip)";
            const bad = answer._shards.failed
              ? " · " + answer._shards.failed + " of " + answer._shards.total
                + " shards did not answer" : "";
            if (total.value === 0) {
              const none = "Nothing matches. Try fewer words, or another index.";
              by("summary").replaceChildren(none, bad);
            } else {
              by("summary").replaceChildren(element("strong", {}, count + noun), took, bad);
            }
          }

          function drawFilters(wanted) {
            by("filters").replaceChildren(...wanted.filters.map(filter => element("button", {
              type: "button", title: "Remove this filter", click: () => toggle(filter),
            }, filter.field + ": " + filter.value)));
          }

          function toggle(filter) {
            const same = one => one.field === filter.field && one.value === filter.value;
            const filters = state.filters.some(same)
              ? state.filters.filter(one => !same(one)) : [...state.filters, filter];
            go({ ...state, filters, page: 1 });
          }

          function drawFacets(wanted, aggregations) {
            const chosen = (field, value) => wanted.filters.some(
              one => one.field === field && one.value === value);
            const facets = Object.entries(aggregations)
              .map(([field, tree]) => ({ field, buckets: tree.buckets }))
              .filter(facet => facet.buckets.some(
                bucket => bucket.doc_count > 1 || chosen(facet.field, bucket.key)))
              .slice(0, facetLimit);
            by("facets").replaceChildren(...facets.map(facet => element("section", {},
              element("h3", {}, facet.field.replace(/\.keyword$/, "")),
              element("ul", {}, ...facet.buckets.map(bucket => element("li", {},
                element("button", {
                  type: "button", title: bucket.key,
                  "aria-pressed": chosen(facet.field, bucket.key),
                  click: () => toggle({ field: facet.field, value: bucket.key }),
                }, element("span", { class: "value" }, bucket.key),
                  element("span", { class: "count" }, number(bucket.doc_count)))))))));
          }

          function firstText(source, paths) {
            for (const path of paths) {
              let value = source;
              for (const name of path.split(".")) value = value && value[name];
              if (Array.isArray(value)) value = value[0];
              if (typeof value === "string" && value) return { path, value };
            }
            return null;
          }

          function drawHit(hit, fields) {
            const source = hit._source || {}, highlight = hit.highlight || {};
            const title = firstText(source, titleFields);
            const heading = title && highlight[title.path]
              ? marked(highlight[title.path].join(" … ")) : title ? title.value : hit._id;
            const link = typeof source.url === "string" && /^https?:\/\//i.test(source.url)
              ? element("a", { href: source.url, rel: "noreferrer noopener" }, heading) : heading;
            const shown = Object.entries(highlight)
              .filter(([path]) => !title || path !== title.path).slice(0, 3);
            const snippets = shown.map(([path, fragments]) => element("p", {},
              shown.length > 1 ? element("span", { class: "field" }, path) : null,
              marked(fragments.join(" … "))));
            if (!snippets.length) {
              const rest = fields.text.filter(path => !title || path !== title.path);
              const text = firstText(source, rest);
              if (text) {
                const long = text.value.length > 280;
                snippets.push(element("p", {}, text.value.slice(0, 280) + (long ? " …" : "")));
              }
            }
            const raw = element("pre", { hidden: "" });
            const unfold = () => {
              raw.hidden = !raw.hidden;
              raw.textContent = raw.hidden ? "" : JSON.stringify(source, null, 2);
              more.setAttribute("aria-expanded", String(!raw.hidden));
            };
            const more = element(
              "button", { type: "button", "aria-expanded": "false", click: unfold }, "source");
            return element("li", { class: "hit", tabindex: "-1", "data-id": hit._id },
              element("h3", {}, link), ...snippets,
              element("div", { class: "meta" },
                element("span", { class: "index" }, hit._index),
                element("span", { class: "id" }, hit._id),
                hit._score === null ? null
                  : element("span", { class: "points" }, "score " + hit._score.toFixed(3)), more),
              raw);
          }

          function drawPages(wanted, total) {
            const count = Math.ceil(total.value / pageSize);
            const last = Math.max(1, Math.min(deepest / pageSize, count));
            const link = (name, page, isThere) => {
              const node = by("pages").querySelector("." + name);
              node.setAttribute("aria-disabled", String(!isThere));
              if (isThere) node.href = address({ ...wanted, page });
              else node.removeAttribute("href");
            };
            link("previous", wanted.page - 1, wanted.page > 1);
            link("next", wanted.page + 1, wanted.page < last);
            by("pages").querySelector(".place").textContent = "Page " + number(wanted.page)
              + " of " + (total.relation === "gte" ? "more than " : "") + number(last);
            by("pages").hidden = last === 1 && wanted.page === 1;
          }

          function drawTrace(answer) {
            const trace = answer._scatter;
            by("trace").hidden = !trace;
            if (!trace) return;
            const percent = Math.round(trace.coverage * 1000) / 10;
            const words = [
              trace.trips + (trace.trips === 1 ? " round trip" : " round trips"),
              percent + " % of the shards", "merged in " + time(trace.merge_us),
            ];
            const told = "Cache " + trace.cache + (trace.cache === "hit"
              ? ": the leaves’ times are those of the first run" : "");
            by("verdict").replaceChildren(
              element("span", { class: "cache" }, told), " · " + words.join(" · "));
            const sum = leaf => parts.reduce((all, part) => all + leaf[part + "_us"], 0);
            const longest = Math.max(1, ...trace.leaves.map(sum));
            by("leaves").replaceChildren(...trace.leaves.map(leaf => {
              const told = parts.map(part => part + " " + time(leaf[part + "_us"])).join(", ");
              const bar = element(
                "div", { class: "bar", role: "img", "aria-label": told, title: told });
              for (const part of parts) {
                const piece = element("span", { class: part });
                piece.style.width = 100 * leaf[part + "_us"] / longest + "%";
                bar.append(piece);
              }
              return element("div", { class: "leaf", role: "listitem" },
                element("div", { class: "name" }, element("span", {}, leaf.leaf),
                  element("span", { class: "time" }, time(sum(leaf)))), bar);
            }));
          }

          function move(step) {
            const hits = [...document.querySelectorAll("#results .hit")];
            if (!hits.length) return;
            const at = hits.indexOf(document.activeElement.closest(".hit"));
            const next = hits[Math.min(hits.length - 1, Math.max(0, at + step))];
            next.focus({ preventScroll: true });
            next.scrollIntoView({ block: "nearest" });
          }

          function press(name) {
            const link = by("pages").querySelector("." + name);
            if (!by("pages").hidden && link.href) link.click();
          }

          document.addEventListener("keydown", event => {
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            const typing = event.target.matches("input, select, textarea");
            if (typing) {
              if (event.key === "ArrowDown" && event.target.id === "q") {
                event.preventDefault();
                move(1);
              }
              if (event.key === "Escape") event.target.blur();
              return;
            }
            const keys = {
              "/": () => { by("q").focus(); by("q").select(); },
              j: () => move(1), k: () => move(-1),
              n: () => press("next"), p: () => press("previous"),
              Enter: () => {
                const hit = document.activeElement;
                if (hit.matches(".hit")) hit.querySelector(".meta button").click();
              },
            };
            if (!keys[event.key]) return;
            if (event.key !== "Enter" || event.target.matches(".hit")) event.preventDefault();
            keys[event.key]();
          });

          by("search").addEventListener("submit", event => {
            event.preventDefault();
            const index = by("index").value, same = state && state.index === index;
            const filters = same ? state.filters : [];
            go({ q: by("q").value, index, filters, page: 1 });
          });
          by("index").addEventListener("change", () => {
            const q = by("q").value;
            if (q || (state && state.q !== null)) by("search").requestSubmit();
          });
          by("pages").addEventListener("click", event => {
            const link = event.target.closest("a[href]");
            if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            history.pushState(null, "", link.href);
            show().then(() => scrollTo({ top: 0 }));
          });
          addEventListener("popstate", show);
          show();
          loadIndices().catch(error => {
            by("message").textContent = "The indices cannot be listed: " + error.message;
            by("message").hidden = false;
          });
        })();

        """#
}
