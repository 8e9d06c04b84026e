// What the page does beyond being read: finding people, stretching time, and showing an event under the pointer or the
// keyboard. Without it every event is still in the tables.

import ThroughlineServer

enum ReportScript {
    static let javaScript = HTML(
        trusted: #"""

            (() => {
              "use strict";
              const root = document.documentElement;
              const tip = document.getElementById("tip");
              root.classList.add("scripted");

              // Finding people, by anything written about them.
              const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
              const people = [...document.querySelectorAll("section.person")];
              const written = new Map();
              const find = document.getElementById("find");
              const found = document.getElementById("found");
              const filter = () => {
                const words = plain(find.value).split(/\s+/).filter(Boolean);
                let count = 0;
                for (const person of people) {
                  if (words.length && !written.has(person)) written.set(person, plain(person.textContent));
                  const matches = words.every((word) => written.get(person).includes(word));
                  person.hidden = !matches;
                  if (matches) count += 1;
                }
                const noun = count === 1 ? "person matches" : "people match";
                found.textContent = words.length ? `${count} of ${people.length} ${noun}.` : "";
                hide();
              };
              find.addEventListener("input", filter);

              // Stretching the time axis: positions are percentages, so a wider canvas is all it takes.
              const buttons = [...document.querySelectorAll("button[data-zoom]")];
              for (const button of buttons) {
                button.addEventListener("click", () => {
                  root.dataset.zoom = button.dataset.zoom;
                  for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
                  hide();
                });
              }

              // Showing one event.
              let shown = null;
              const hide = () => {
                if (shown) shown.classList.remove("near");
                shown = null;
                tip.hidden = true;
              };
              const line = (name, text) => {
                const element = document.createElement("p");
                element.className = name;
                element.textContent = text;
                return element;
              };
              const settle = () => {
                const at = shown.getBoundingClientRect();
                const gap = 10;
                const left = at.left + at.width / 2 - tip.offsetWidth / 2;
                const above = at.top - tip.offsetHeight - gap;
                tip.style.left = `${Math.max(8, Math.min(left, root.clientWidth - tip.offsetWidth - 8))}px`;
                tip.style.top = `${above > 8 ? above : at.bottom + gap}px`;
              };
              const show = (event) => {
                if (shown === event) return;
                hide();
                const row = document.getElementById(event.getAttribute("href").slice(1));
                if (!row) return;
                const [when, title, what, purpose, channel, sure] = [...row.cells].map((cell) => cell.textContent);
                const lines = [line("when", `${when} UTC · ${channel}`), line("title", title)];
                if (what) lines.push(line("what", what));
                const placed = purpose === "routine" && event.closest("g.routine")
                  ? "Routine, of no purpose" : `${purpose} · ${sure}`;
                lines.push(line("purpose", placed));
                tip.replaceChildren(...lines);
                const native = event.querySelector("title");
                if (native) native.remove();  // The label says the same; two tooltips would cover each other.
                shown = event;
                event.classList.add("near");
                tip.hidden = false;
                settle();
              };

              const place = (event) => {
                const mark = event.querySelector("circle, line");
                const isDot = mark.tagName === "circle";
                return {
                  event,
                  x: parseFloat(mark.getAttribute(isDot ? "cx" : "x1")) / 100,
                  y: parseFloat(mark.getAttribute(isDot ? "cy" : "y1")) + (isDot ? 0 : 5),
                };
              };
              const places = new WeakMap();
              const nearest = (drawing, pointer) => {
                if (!places.has(drawing)) {
                  places.set(drawing, [...drawing.querySelectorAll("a.event")].map(place));
                }
                const box = drawing.getBoundingClientRect();
                let best = null;
                let bestDistance = 16;
                for (const { event, x, y } of places.get(drawing)) {
                  const distance = Math.hypot(x * box.width + box.left - pointer.clientX, y + box.top - pointer.clientY);
                  if (distance < bestDistance) [best, bestDistance] = [event, distance];
                }
                return best;
              };
              for (const drawing of document.querySelectorAll("svg.drawing")) {
                drawing.addEventListener("pointermove", (pointer) => {
                  const event = nearest(drawing, pointer);
                  if (event) show(event); else if (shown !== document.activeElement) hide();
                });
                drawing.addEventListener("pointerleave", () => {
                  if (shown !== document.activeElement) hide();
                });
                drawing.addEventListener("click", (click) => {
                  if (click.detail === 0) return;  // The Enter key: follow the link to the table.
                  click.preventDefault();
                  const event = nearest(drawing, click);
                  if (event) { event.focus({ preventScroll: true }); show(event); } else hide();
                });
              }

              // By keyboard: one tab stop a purpose, arrow keys inside it and between purposes.
              const eventsOf = (group) => [...group.querySelectorAll("a.event")];
              const beside = (event, step) => {
                const groups = [...event.closest("svg.drawing").querySelectorAll("g.strand, g.routine")]
                  .filter((group) => group.querySelector("a.event"));
                // The routine ticks are drawn first and lie lowest.
                if (groups[0].classList.contains("routine")) groups.push(groups.shift());
                const group = groups[groups.indexOf(event.closest("g.strand, g.routine")) + step];
                if (!group) return null;
                const from = place(event).x;
                return eventsOf(group).map(place)
                  .reduce((a, b) => (Math.abs(b.x - from) < Math.abs(a.x - from) ? b : a)).event;
              };
              document.addEventListener("focusin", (focus) => {
                const event = focus.target.closest("a.event");
                if (!event) { hide(); return; }
                for (const other of event.parentNode.querySelectorAll('a.event[tabindex="0"]')) {
                  other.setAttribute("tabindex", "-1");
                }
                event.setAttribute("tabindex", "0");
                event.querySelector("circle, line").scrollIntoView({ block: "nearest", inline: "nearest" });
                show(event);
              });
              document.addEventListener("focusout", hide);
              document.addEventListener("scroll", () => {
                // Focus may itself have scrolled: then the text stays with its event.
                if (shown && shown === document.activeElement) settle(); else hide();
              }, { capture: true, passive: true });
              document.addEventListener("keydown", (key) => {
                if (key.key === "Escape") hide();
                const event = key.target.closest("a.event");
                if (!event || key.altKey || key.ctrlKey || key.metaKey) return;
                const siblings = eventsOf(event.parentNode);
                const index = siblings.indexOf(event);
                const next = {
                  ArrowLeft: () => siblings[index - 1],
                  ArrowRight: () => siblings[index + 1],
                  Home: () => siblings[0],
                  End: () => siblings[siblings.length - 1],
                  ArrowUp: () => beside(event, -1),
                  ArrowDown: () => beside(event, 1),
                }[key.key];
                if (!next) return;
                key.preventDefault();
                const target = next();
                if (target) target.focus({ preventScroll: true });
              });
              document.addEventListener("click", (click) => {
                const event = click.target.closest("a.event");
                if (!event || click.detail !== 0) return;
                const row = document.getElementById(event.getAttribute("href").slice(1));
                if (row) row.closest("details").open = true;
              });
            })();

            """#)

    /// Of ``javaScript``, for the page's security policy; a test and the browser both hold it to the text.
    static let hash = "sha256-/E/S9cKoKSm25PWcHdA3TbZPn3ZKTLT2TGS9nDJwQVg="
}
