// One stylesheet for all pages. It is served from a path, because the content security policy allows
// no inline style.

/// The style of the pages.
package enum Stylesheet {
  package static let path = "/assets/lianshe.css"

  package static let text = """
    :root {
      --ink: #1d2329; --soft: #5b6670; --line: #d9dee3; --paper: #fff; --desk: #eef1f3;
      --stated: #8a4b08; --stated-back: #fbf0e0; --computed: #0f5a52; --computed-back: #e2f2ef;
      --missing: #8b1e2d; --missing-back: #fbe9eb; --link: #17507f;
      --serif: "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif;
      --sans: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--desk); color: var(--ink);
      font: 16px/1.9 var(--sans); text-align: left; line-break: strict;
    }
    a { color: var(--link); }
    a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    .bar {
      display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1.5rem;
      max-width: 52rem; margin: 0 auto; padding: .9rem 1.25rem; font-size: .875rem;
    }
    .bar a { color: var(--soft); text-decoration: none; margin-left: 1.1rem; }
    .bar a:hover { color: var(--link); text-decoration: underline; }
    .bar .home { margin-left: 0; color: var(--ink); font-weight: 700; letter-spacing: .2em; }
    .sheet {
      max-width: 52rem; margin: 0 auto 3rem; padding: clamp(1.25rem, 5vw, 3.5rem);
      background: var(--paper); border: 1px solid var(--line); border-radius: 3px;
    }
    h1 {
      margin: 0 0 1rem; font: 700 clamp(1.35rem, 3.4vw, 1.85rem)/1.5 var(--serif);
      text-align: center; text-wrap: balance;
    }
    .owner { display: block; font-size: .72em; letter-spacing: .06em; }
    h2 {
      margin: 2.25rem 0 .75rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line);
      font: 700 1.2rem/1.5 var(--serif);
    }
    p { margin: .5rem 0; }
    section > p { text-indent: 2em; }
    section > p.note, .value, .range, .key { text-indent: 0; }
    ul, ol { margin: .5rem 0; padding-left: 1.4rem; }
    li { margin: .45rem 0; }
    li::marker { color: var(--soft); }
    .legend {
      display: flex; flex-wrap: wrap; justify-content: center; gap: .25rem 1.5rem;
      margin: 0; padding: 0 0 1rem; color: var(--soft); font-size: .8125rem;
      border-bottom: 2px solid var(--ink);
    }
    .figure { color: inherit; text-decoration: none; white-space: nowrap; }
    .number { font-weight: 700; font-variant-numeric: tabular-nums; }
    .figure .number { border-bottom: 1px dotted currentColor; }
    .figure.notRecorded .number { border-bottom: 0; }
    .figure:hover .number { border-bottom-style: solid; }
    .mark {
      margin: 0 .1em 0 .25em; padding: .08em .35em; border-radius: 2px; font-size: .6875rem;
      line-height: 1.5; vertical-align: .12em; font-weight: 400;
    }
    .stated .number { color: var(--stated); }
    .stated .mark { color: var(--stated); background: var(--stated-back); }
    .computed .number { color: var(--computed); }
    .computed .mark { color: var(--computed); background: var(--computed-back); }
    .notRecorded .number {
      color: var(--missing); background: var(--missing-back); font-weight: 400;
      padding: 0 .3em; border-radius: 2px; margin: 0 .15em;
    }
    .unanswered .number { color: var(--missing); font-weight: 400; }
    .verdict {
      display: inline-block; margin-left: .5em; padding: .1em .45em; text-indent: 0; border: 1px solid currentColor; border-radius: 2px;
      font-size: .8125rem; font-weight: 700; line-height: 1.6; white-space: normal;
    }
    .holds .verdict { color: var(--computed); }
    .contradicted .verdict { color: var(--missing); }
    .notTestable .verdict { color: var(--soft); font-weight: 400; }
    .note { color: var(--soft); font-size: .875rem; line-height: 1.75; }
    .note::before { content: "注："; }
    .alert {
      margin: 1.25rem 0; padding: .7rem 1rem; background: var(--missing-back);
      border-left: 4px solid var(--missing); text-indent: 0;
    }
    footer {
      margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--line);
      color: var(--soft); font-size: .8125rem;
    }
    .eyebrow {
      margin: 0; text-align: center; color: var(--soft); font-size: .875rem; letter-spacing: .2em;
    }
    .value { text-align: center; font-size: 2rem; line-height: 1.4; }
    .value .mark { font-size: .8125rem; vertical-align: .5em; }
    .range, .key { text-align: center; color: var(--soft); font-size: .875rem; }
    code { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
    th, td { padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; }
    th { color: var(--soft); font-weight: 400; font-size: .8125rem; }
    td.years a { display: inline-block; margin-right: .9rem; }
    .records { padding-left: 1.6rem; }
    .record { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline; }
    .badge {
      padding: 0 .45em; border: 1px solid var(--line); border-radius: 2px;
      color: var(--soft); font-size: .75rem;
    }
    .facts { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
    blockquote {
      margin: .3rem 0; padding: .4rem .9rem; border-left: 3px solid var(--stated);
      background: var(--stated-back); font-family: var(--serif);
    }
    .source { margin: 0; text-align: right; color: var(--soft); font-size: .8125rem; }
    @media print {
      @page { size: A4; margin: 22mm 20mm; }
      body { background: none; font-size: 11pt; }
      .bar { display: none; }
      .sheet { max-width: none; margin: 0; padding: 0; border: 0; }
      h2 { break-after: avoid; }
      li, blockquote, .claim { break-inside: avoid; }
      .mark, .notRecorded .number, blockquote { background: none; }
      .mark { border: .5pt solid currentColor; }
      .figure .number { border-bottom: 0; }
    }
    """
}
