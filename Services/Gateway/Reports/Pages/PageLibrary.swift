// The templates of every page. They are text in the program, so that an executable is complete and a
// page cannot be changed behind its back; swift-mustache escapes every value.

internal import Mustache

/// Pages by name.
enum PageLibrary {
  /// A template that does not parse is a defect of this file; a test renders every page.
  static let shared: MustacheLibrary = {
    var library = MustacheLibrary()
    for (name, text) in templates {
      guard let template = try? MustacheTemplate(string: text) else {
        assertionFailure("the template \(name) does not parse")
        continue
      }
      library.register(template, named: name)
    }
    return library
  }()

  /// - Parameter values: a struct whose properties the template names.
  static func render(_ name: String, _ values: some Sendable) -> String {
    shared.render(values, withTemplate: name) ?? ""
  }

  private static let templates: [(String, String)] = [
    ("head", head), ("foot", foot), ("span", span), ("report", report),
    ("explanation", explanation), ("start", start), ("problem", problem),
    ("publications", PublicationTemplates.list), ("changes", PublicationTemplates.changes),
  ]

  private static let head = """
    <!doctype html>
    <html lang="zh-CN">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{pageTitle}}</title>
    {{#embeddedStyle}}<style>{{{embeddedStyle}}}</style>{{/embeddedStyle}}\
    {{^embeddedStyle}}<link rel="stylesheet" href="\(Stylesheet.path)">{{/embeddedStyle}}
    </head>
    <body>
    """

  private static let foot = """
    </body>
    </html>

    """

  /// One line without white space around tags: in Chinese text a space is seen. A figure that no
  /// link explains shows its key to whoever points at it.
  private static let span =
    "{{#plain}}{{plain}}{{/plain}}{{#figure}}"
    + #"{{#link}}<a class="figure {{kind}}" href="{{path}}"{{#hint}} title="{{hint}}"{{/hint}}>"#
    + number + "</a>{{/link}}"
    + #"{{#bareKey}}<span class="figure {{kind}}" title="{{bareKey}}{{#hint}}：{{hint}}{{/hint}}">"#
    + number + "</span>{{/bareKey}}{{/figure}}"

  private static let number =
    #"<span class="number">{{printed}}</span>{{#tag}}<span class="mark">{{tag}}</span>{{/tag}}"#

  private static let report = """
    {{>head}}
    {{#isOfSite}}
    <nav class="bar"><a class="home" href="/">联社</a><span class="forms">\
    <a href="{{previousPath}}">{{previousYear}}年</a>\
    <a href="{{nextPath}}">{{nextYear}}年</a>\
    <a href="{{publicationsPath}}">已发布</a>\
    <a href="{{markdownPath}}">Markdown</a><a href="{{jsonPath}}">JSON</a></span></nav>
    {{/isOfSite}}
    <main class="sheet">
    <header>
    <h1>{{#owner}}<span class="owner">{{owner}}</span>{{/owner}}{{heading}}</h1>
    <p class="legend"><span class="stated"><span class="mark">原文</span>文件所载</span>\
    <span class="computed"><span class="mark">计算</span>由记录得出</span>\
    <span class="notRecorded"><span class="number">未统计</span>没有记录，不等于零</span></p>
    </header>
    {{#missing}}
    <p class="alert"><strong>{{serviceName}}没有应答</strong>（{{code}}）：{{reason}}。以下缺少它的内容。</p>
    {{/missing}}
    {{#sections}}
    <section id="{{id}}">
    <h2>{{title}}</h2>
    {{#blocks}}
    {{#sentence}}<p>{{#spans}}{{>span}}{{/spans}}</p>{{/sentence}}
    {{#list}}
    <ul>
    {{#items}}
    <li>{{#spans}}{{>span}}{{/spans}}{{#notes}}<p class="note">{{#spans}}{{>span}}{{/spans}}</p>{{/notes}}</li>
    {{/items}}
    </ul>
    {{/list}}
    {{#claim}}<p class="claim {{answer}}">{{#spans}}{{>span}}{{/spans}}\
    <strong class="verdict">{{verdict}}</strong></p>{{/claim}}
    {{#aside}}<p class="note">{{#spans}}{{>span}}{{/spans}}</p>{{/aside}}
    {{/blocks}}
    </section>
    {{/sections}}
    <footer>生成于 <time datetime="{{generateTime}}">{{shownTime}}</time>，统计数据版本 {{generation}}。\
    {{#hasLinks}}点击任一数字，可查看它的出处。{{/hasLinks}}\
    {{^hasLinks}}数字的出处：lianshe explain 键（指向数字可见它的键）。{{/hasLinks}}</footer>
    </main>
    {{>foot}}
    """

  private static let explanation = """
    {{>head}}
    <nav class="bar"><a class="home" href="/">联社</a><span class="forms">\
    <a href="{{jsonPath}}">JSON</a></span></nav>
    <main class="sheet">
    <header>
    <p class="eyebrow">数字的出处</p>
    <h1>{{heading}}</h1>
    <p class="value {{mainKind}}"><span class="number">{{mainPrinted}}</span>\
    {{#mainTag}}<span class="mark">{{mainTag}}</span>{{/mainTag}}</p>
    {{#range}}<p class="range">{{range}}</p>{{/range}}
    <p class="key"><code>{{key}}</code></p>
    </header>
    {{#formula}}
    <section><h2>怎样得出</h2><p>{{formula}}</p></section>
    {{/formula}}
    {{#hasNotes}}
    <section><h2>说明</h2><ul>{{#remarks}}<li>{{.}}</li>{{/remarks}}</ul></section>
    {{/hasNotes}}
    {{#hasInputs}}
    <section><h2>由这些数字算出</h2>
    <table><thead><tr><th>数字</th><th>值</th></tr></thead><tbody>
    {{#inputs}}
    <tr><td><a href="{{path}}">{{name}}</a></td><td class="{{kind}}"><span class="number">{{printed}}</span>\
    {{#tag}}<span class="mark">{{tag}}</span>{{/tag}}</td></tr>
    {{/inputs}}
    </tbody></table></section>
    {{/hasInputs}}
    <section><h2>背后的记录（{{recordCount}}）</h2>
    {{#hasRecords}}
    <ol class="records">
    {{#records}}
    <li><p class="record"><span class="badge">{{typeName}}</span>\
    {{#link}}<a href="{{link}}">{{name}}</a>{{/link}}{{^link}}{{name}}{{/link}}\
    {{#amount}}<span class="number">{{amount}}</span>{{/amount}}<span class="facts">{{facts}}</span></p>
    {{#sentence}}<blockquote>{{sentence}}</blockquote>{{/sentence}}
    {{#document}}<p class="source">——《{{document}}》</p>{{/document}}
    {{#remark}}<p class="note">{{remark}}</p>{{/remark}}
    </li>
    {{/records}}
    </ol>
    {{/hasRecords}}
    {{^hasRecords}}<p>没有记录。</p>{{/hasRecords}}
    {{#morePath}}<p><a href="{{morePath}}">后面的记录</a></p>{{/morePath}}
    </section>
    </main>
    {{>foot}}
    """

  private static let start = """
    {{>head}}
    <nav class="bar"><a class="home" href="/">联社</a></nav>
    <main class="sheet">
    <header><h1>联社统计与名录</h1>
    <p>轻工业、手工业联社的名录、统计和年度工作报告。每个数字都能追到记录或原文。</p></header>
    {{#failure}}<p class="alert">{{failure}}</p>{{/failure}}
    <section><h2>年度工作报告</h2>
    {{#hasFederations}}
    <table><thead><tr><th>联社</th><th>级别</th><th>年份</th></tr></thead><tbody>
    {{#federations}}
    <tr><td>{{name}}</td><td>{{level}}</td><td class="years">\
    {{#years}}<a href="{{path}}">{{label}}</a>{{/years}}\
    {{#focusPath}}<a href="{{focusPath}}">查看年份</a>{{/focusPath}}\
    {{#isEmpty}}<span class="facts">没有记录</span>{{/isEmpty}}</td></tr>
    {{/federations}}
    </tbody></table>
    {{/hasFederations}}
    {{^hasFederations}}<p>名册里还没有联社。先导入：<code>lianshe import federations.csv</code></p>{{/hasFederations}}
    {{#isCut}}<p class="note">只列出前面的联社；其余见 <a href="/v1/federations">/v1/federations</a>。</p>{{/isCut}}
    </section>
    <section><h2>接口</h2>
    <ul>
    <li><a href="/v1/openapi.json">/v1/openapi.json</a> 接口说明（OpenAPI 3.1）</li>
    {{#routes}}
    <li><code>{{template}}</code> {{summary}}</li>
    {{/routes}}
    </ul>
    <p class="note">二进制通道（Connect 协议，HTTP/2）在另一个端口，默认 7400。</p>
    </section>
    </main>
    {{>foot}}
    """

  private static let problem = """
    {{>head}}
    <nav class="bar"><a class="home" href="/">联社</a></nav>
    <main class="sheet">
    <header><p class="eyebrow">{{status}}</p><h1>{{heading}}</h1></header>
    {{^hasViolations}}<p>{{detail}}</p>{{/hasViolations}}
    {{#existing}}<p>现有：{{existing}}</p>{{/existing}}
    {{#hasViolations}}
    <ul>
    {{#violations}}
    <li><code>{{path}}</code> {{message}}</li>
    {{/violations}}
    </ul>
    {{/hasViolations}}
    {{#trace}}<p class="note">跟踪号 <code>{{trace}}</code></p>{{/trace}}
    </main>
    {{>foot}}
    """
}
