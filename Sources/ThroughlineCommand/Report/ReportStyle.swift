// How the page looks: paper and ink, one column, colour only for the threads. Light and dark, phone and print.

import ThroughlineServer

enum ReportStyle {
    // The two palettes were chosen by search: on their ground each colour has a contrast of 3 to 1 or more, and any two
    // stay apart in normal sight and in simulated protanopia, deuteranopia and tritanopia (OKLab distance 0.07 and up).
    static let css = HTML(
        trusted: #"""

            :root {
              color-scheme: light dark;
              --paper: #fbfaf7; --card: #ffffff; --ink: #1b1f24; --soft: #555c66; --faint: #eceae4; --line: #dcd9d0;
              --grey: #858a92; --shadow: 0 1px 2px #1b1f240a, 0 8px 24px #1b1f240a; --tip: #1b1f24; --tip-ink: #f6f4ef;
              --tip-soft: #c3c7cd; --link: #1c4fa8;
              --hue-0: #1c4fa8; --hue-1: #d9622b; --hue-2: #17937a; --hue-3: #721025;
              --hue-4: #5f6f86; --hue-5: #4d2573; --hue-6: #6b5a00; --hue-7: #20404f;
            }
            @media screen and (prefers-color-scheme: dark) {
              :root {
                --paper: #14161a; --card: #1a1d22; --ink: #eceae4; --soft: #a9afb8; --faint: #262a30; --line: #31363d;
                --grey: #7f8690; --shadow: none; --tip: #eceae4; --tip-ink: #1b1f24; --tip-soft: #4a515a;
                --link: #8fb8ff;
                --hue-0: #2fa7b8; --hue-1: #f08a4b; --hue-2: #a887f5; --hue-3: #e8d25a;
                --hue-4: #80efb7; --hue-5: #d06a2c; --hue-6: #c9b7fe; --hue-7: #8a6fd8;
              }
            }
            .hue-0 { --hue: var(--hue-0) } .hue-1 { --hue: var(--hue-1) } .hue-2 { --hue: var(--hue-2) }
            .hue-3 { --hue: var(--hue-3) } .hue-4 { --hue: var(--hue-4) } .hue-5 { --hue: var(--hue-5) }
            .hue-6 { --hue: var(--hue-6) } .hue-7 { --hue: var(--hue-7) }

            *, *::before, *::after { box-sizing: border-box }
            html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100% }
            body {
              margin: 0; background: var(--paper); color: var(--ink);
              font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Inter", "Helvetica Neue", Arial, sans-serif;
              overflow-wrap: anywhere;
            }
            h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0 }
            a { color: var(--link) }
            :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px }
            [hidden] { display: none !important }
            html:not(.scripted) .scripted-only { display: none }
            .unseen {
              position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
            }
            .skip { position: absolute; left: -999rem }
            .skip:focus { left: 1rem; top: 1rem; z-index: 9; background: var(--card); padding: .5rem 1rem }
            .column, main, footer { max-width: 75rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem) }

            .top { padding-top: clamp(1.25rem, 4vw, 2.5rem) }
            .brand { display: flex; gap: .6rem; align-items: center; font-weight: 650; letter-spacing: -.01em }
            .brand path, .weave path { fill: none; stroke: var(--hue); stroke-width: 3; stroke-linecap: round }
            h1 {
              font-size: clamp(2rem, 1.2rem + 3.4vw, 3.5rem); line-height: 1.08; font-weight: 700;
              letter-spacing: -.03em; margin-top: clamp(1.5rem, 4vw, 3rem); max-width: 22ch; text-wrap: balance;
            }
            .lead { font-size: clamp(1.05rem, 1rem + .4vw, 1.25rem); color: var(--soft); max-width: 62ch; margin-top: 1rem }
            .lead strong { color: var(--ink); font-weight: 600 }
            .figures { display: flex; flex-wrap: wrap; gap: 1rem clamp(1.5rem, 5vw, 3.5rem); margin-top: 1.75rem }
            .figures div { display: flex; flex-direction: column-reverse }
            .figures dt { color: var(--soft); font-size: .875rem }
            .figures dd {
              font-size: clamp(1.6rem, 1.2rem + 1.6vw, 2.25rem); font-weight: 650; line-height: 1.15;
              letter-spacing: -.02em; font-variant-numeric: tabular-nums;
            }
            .weave { display: block; width: 100%; height: clamp(4rem, 9vw, 7rem); margin-top: .5rem }
            .weave path { stroke-width: 2.5; vector-effect: non-scaling-stroke }
            .weave .base { stroke: var(--line); stroke-width: 2 }

            .legend { padding-block: 1.5rem .5rem }
            .legend h2 { font-size: 1.05rem; font-weight: 650; margin-bottom: .9rem }
            .legend ul {
              list-style: none; display: grid; gap: .9rem 2rem;
              grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
            }
            .legend li { display: flex; gap: .9rem; align-items: flex-start; font-size: .9rem; line-height: 1.4 }
            .legend li b { font-weight: 650 }
            .sample { flex: none; margin-top: -.3rem }
            .note { color: var(--soft); font-size: .9rem; max-width: 78ch }
            .legend .note { margin-top: 1.1rem }

            .tools {
              position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; gap: .6rem 1.5rem;
              align-items: center; padding-block: .8rem; margin-top: 1.25rem; font-size: .9rem;
              background: var(--paper); border-bottom: 1px solid var(--line);
            }
            .find { display: flex; align-items: center; gap: .6rem; flex: 1 1 16rem; min-width: 0 }
            .find label, .zoom span { flex: none; font-weight: 600 }
            .find input {
              font: inherit; color: inherit; background: var(--card); border: 1px solid var(--grey);
              border-radius: 999px; padding: .4rem .95rem; width: 100%; max-width: 24rem; min-width: 0;
            }
            ::placeholder { color: var(--soft); opacity: 1 }
            .zoom { display: flex; align-items: center; gap: .25rem }
            .zoom span { margin-right: .4rem }
            .zoom button {
              font: inherit; font-variant-numeric: tabular-nums; color: var(--ink); background: none; border: 0;
              border-radius: 999px; padding: .3rem .65rem; min-height: 2rem; cursor: pointer;
            }
            .zoom button:hover { background: var(--faint) }
            .zoom button[aria-pressed="true"] { background: var(--ink); color: var(--paper) }
            .index summary, .events summary { cursor: pointer; font-weight: 600; padding-block: .3rem }
            .index[open] { flex-basis: 100% }
            .index ol {
              list-style: none; columns: 13rem; gap: 1.5rem; max-height: 45vh; overflow: auto; padding-block: .5rem;
            }

            #found:not(:empty) { padding-top: 1rem }
            .person {
              background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow);
              margin-top: 1.5rem; padding: clamp(1rem, 2.5vw, 1.6rem) clamp(.9rem, 2.5vw, 1.75rem) 1rem;
              content-visibility: auto; contain-intrinsic-size: auto 480px;
            }
            .who { display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: baseline; margin-bottom: .6rem }
            .who h3 { font-size: 1.3rem; font-weight: 650; letter-spacing: -.015em; line-height: 1.25 }
            .who p { color: var(--soft); font-size: .9rem }
            .omitted {
              color: var(--ink); font-size: .9rem; margin-top: .9rem; padding: .55rem .9rem; border-radius: 8px;
              background: var(--faint);
            }

            .lane { overflow-x: auto; overflow-y: hidden; overscroll-behavior-x: contain }
            .canvas { position: relative; min-width: 100% }
            [data-zoom="2"] .canvas { width: 200% }
            [data-zoom="4"] .canvas { width: 400% }
            [data-zoom="8"] .canvas { width: 800% }
            .drawing { display: block; touch-action: pan-x pan-y pinch-zoom }
            .threads { overflow: visible }
            .base { stroke: var(--grey); stroke-width: 1.5; fill: none }
            .axis { display: none }
            .axis.medium { display: inline }
            [data-zoom="4"] .axis.medium, [data-zoom="8"] .axis.medium { display: none }
            [data-zoom="4"] .axis.fine, [data-zoom="8"] .axis.fine { display: inline }
            .axis line { stroke: var(--faint); stroke-width: 1 }
            .axis text { fill: var(--soft); font-size: .8125rem; text-anchor: middle; font-variant-numeric: tabular-nums }
            .axis .early { text-anchor: start }
            .axis .late { text-anchor: end }
            .axis .context { fill: var(--ink); font-weight: 600 }

            .thread, .arrow, .end { fill: none; stroke: var(--hue); stroke-width: 2.5; stroke-linecap: round }
            .thread { vector-effect: non-scaling-stroke; stroke-linecap: butt; opacity: .72 }
            .asleep { stroke-dasharray: 2 5 }
            .end { stroke-width: 3.5 }
            .dot { fill: var(--hue); stroke: var(--card); stroke-width: 1.5; r: 5px }
            .dot.tentative { fill: var(--card); stroke: var(--hue); stroke-width: 2; r: 4.25px }
            .tick, path.routine { stroke: var(--grey); stroke-width: 2; fill: none }
            .event { cursor: pointer; outline: none }
            .event.near .dot, .event:focus-visible .dot { r: 7px; stroke: var(--ink); stroke-width: 2.5 }
            .event.near .tick, .event:focus-visible .tick { stroke: var(--ink); stroke-width: 4 }
            .strand { transition: opacity .15s }
            .lane:has(.strand:hover, .strand:focus-within) .strand:not(:hover, :focus-within) { opacity: .3 }

            .labels { list-style: none; position: absolute; inset: 0; pointer-events: none }
            .labels li { display: flex; height: 94px; align-items: flex-start }
            .label {
              --room: 27rem;
              position: sticky; left: 0; display: flex; gap: .55rem; align-items: center; min-width: 0;
              max-width: 100%; margin-top: .75rem; padding-inline: .3rem; line-height: 1.5; border-radius: 6px;
              background: color-mix(in srgb, var(--card) 88%, transparent);
            }
            .name { font-weight: 600; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
            .badge {
              flex: none; font-size: .78rem; line-height: 1.35; border: 1px solid var(--grey); border-radius: 999px;
              padding: .05rem .5rem; white-space: nowrap;
            }
            .badge.open { background: var(--ink); border-color: var(--ink); color: var(--card) }
            .badge.dormant { border-style: dashed; color: var(--soft) }
            .badge.closed { background: var(--faint); border-color: var(--faint) }
            .sure {
              flex: none; color: var(--soft); font-size: .85rem; font-variant-numeric: tabular-nums; position: relative;
            }
            .from-1 { margin-left: max(0px, min(5%, 100% - var(--room))) }
            .from-2 { margin-left: max(0px, min(10%, 100% - var(--room))) }
            .from-3 { margin-left: max(0px, min(15%, 100% - var(--room))) }
            .from-4 { margin-left: max(0px, min(20%, 100% - var(--room))) }
            .from-5 { margin-left: max(0px, min(25%, 100% - var(--room))) }
            .from-6 { margin-left: max(0px, min(30%, 100% - var(--room))) }
            .from-7 { margin-left: max(0px, min(35%, 100% - var(--room))) }
            .from-8 { margin-left: max(0px, min(40%, 100% - var(--room))) }
            .from-9 { margin-left: max(0px, min(45%, 100% - var(--room))) }
            .from-10 { margin-left: max(0px, min(50%, 100% - var(--room))) }
            .from-11 { margin-left: max(0px, min(55%, 100% - var(--room))) }
            .from-12 { margin-left: max(0px, min(60%, 100% - var(--room))) }
            .from-13 { margin-left: max(0px, min(65%, 100% - var(--room))) }
            .from-14 { margin-left: max(0px, min(70%, 100% - var(--room))) }
            .from-15 { margin-left: max(0px, min(75%, 100% - var(--room))) }
            .from-16 { margin-left: max(0px, min(80%, 100% - var(--room))) }
            .from-17 { margin-left: max(0px, min(85%, 100% - var(--room))) }
            .from-18 { margin-left: max(0px, min(90%, 100% - var(--room))) }
            .from-19 { margin-left: max(0px, min(95%, 100% - var(--room))) }

            .events { margin-top: .5rem; font-size: .9rem }
            .events summary { color: var(--soft) }
            .events summary:hover { color: var(--ink) }
            table { width: 100%; border-collapse: collapse; margin-top: .5rem; line-height: 1.4 }
            th, td { text-align: start; vertical-align: top; padding: .45rem .9rem .45rem 0; border-top: 1px solid var(--line) }
            th { font-weight: 600; color: var(--soft); border-top: 0 }
            td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--soft) }
            td:nth-child(3) { min-width: 10rem }
            tr:target td { background: var(--faint) }

            #tip {
              position: fixed; z-index: 20; left: 0; top: 0; width: max-content; max-width: min(22rem, calc(100vw - 16px));
              background: var(--tip); color: var(--tip-ink); border-radius: 10px; padding: .6rem .85rem;
              font-size: .875rem; line-height: 1.4; pointer-events: none; box-shadow: 0 6px 28px #0004;
            }
            #tip .when, #tip .purpose { color: var(--tip-soft); font-size: .8rem }
            #tip .title { font-weight: 650 }
            footer { color: var(--soft); font-size: .85rem; padding-block: 2.5rem 3.5rem }
            footer p { max-width: 78ch }

            @media (max-width: 44rem) {
              .axis.medium, [data-zoom="4"] .axis.fine { display: none }
              .axis.coarse { display: inline }
              [data-zoom="2"] .axis.coarse, [data-zoom="4"] .axis.coarse, [data-zoom="8"] .axis.coarse { display: none }
              [data-zoom="2"] .axis.medium, [data-zoom="4"] .axis.medium { display: inline }
              .label { --room: 100%; font-size: .93rem; line-height: 1.3; flex-wrap: wrap; gap: .1rem .45rem; margin-top: 0 }
              .label { max-width: calc(100vw - 4rem) }
              .name { flex: 0 0 100% }
              .badge { padding-inline: .4rem }
              html { scroll-padding-top: 1rem }
              .tools { position: static }
              .find { flex-basis: 100% }
              .find input { max-width: none; font-size: 1rem }
              .zoom button { min-height: 2.4rem; min-width: 2.4rem }
              table, tbody, tr, td { display: block }
              thead { display: none }
              tr { border-top: 1px solid var(--line); padding-block: .5rem }
              td, td:first-child { border: 0; padding: 0; white-space: normal }
              td:nth-child(2) { font-weight: 600 }
              td:nth-child(n+4) { display: inline; color: var(--soft) }
              td:nth-child(n+5)::before { content: " · " }
              td:empty, td:has(bdi:only-child:empty) { display: none }
            }
            @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth } }
            @media (prefers-reduced-motion: reduce) { .strand { transition: none } }
            @media print {
              :root { --paper: #fff; --card: #fff; --shadow: none }
              body { font-size: 10pt }
              .tools, .skip, #tip, .weave { display: none !important }
              .person { break-inside: avoid; content-visibility: visible; border-color: #bbb }
              .canvas { width: 100% !important }
              .dot, .thread, .tick, .badge { print-color-adjust: exact }
            }

            """#)

    /// Of ``css``, for the page's security policy; a test and the browser both hold it to the text.
    static let hash = "sha256-BBxDuIoa1N0Hh6QHqC+yOs7A5hv5UyYAmtXSCLPKwuU="
}
