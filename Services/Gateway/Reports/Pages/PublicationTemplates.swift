// The templates of the pages about publications.

/// Templates by page; `PageLibrary` registers them.
enum PublicationTemplates {
  static let list = """
    {{>head}}
    <nav class="bar"><a class="home" href="/">联社</a></nav>
    <main class="sheet">
    <header><h1>发布过的报告</h1></header>
    {{#hasPublications}}
    <ul>
    {{#publications}}
    <li><a href="{{path}}">{{heading}}</a> 第{{number}}号\
    {{#isPartial}}<span class="badge">不全</span>{{/isPartial}}
    <p class="facts">{{shownTime}} · {{publisher}} · <a href="{{changesPath}}">发布以后的变动</a></p>\
    {{#remark}}<p class="note">{{remark}}</p>{{/remark}}</li>
    {{/publications}}
    </ul>
    {{/hasPublications}}
    {{^hasPublications}}<p>还没有发布过。发布：<code>lianshe report publish</code></p>{{/hasPublications}}
    </main>
    {{>foot}}
    """

  /// Both sides of a change; a dash where the figure was not there.
  private static let value =
    #"<span class="{{kind}}"><span class="number">{{printed}}</span>"#
    + #"{{#tag}}<span class="mark">{{tag}}</span>{{/tag}}</span>"#

  static let changes = """
    {{>head}}
    <nav class="bar"><a class="home" href="/">联社</a><span class="forms">\
    <a href="{{reportPath}}">现在的报告</a>\
    {{#publication}}<a href="{{path}}">发布的报告</a>{{/publication}}</span></nav>
    <main class="sheet">
    <header><p class="eyebrow">发布以后的变动</p>
    {{#publication}}
    <h1>{{heading}}</h1>
    <p class="legend">第{{number}}号 · {{publisher}}发布于{{shownTime}}</p>
    {{/publication}}
    </header>
    {{#absent}}<p class="alert"><strong>{{absent}}没有应答</strong>，它的数字没有比较。</p>{{/absent}}
    {{#isSame}}<p>没有变动：{{unchangedCount}}个数字与发布时相同。</p>{{/isSame}}
    {{^isSame}}<p>{{unchangedCount}}个数字与发布时相同。</p>{{/isSame}}
    {{#groups}}
    <section><h2>{{groupTitle}}</h2>
    <table><thead><tr><th>数字</th><th>发布时</th><th>现在</th></tr></thead><tbody>
    {{#figures}}
    <tr><td><a href="{{path}}"><code>{{key}}</code></a><br><span class="facts">{{sectionName}}</span></td>\
    <td>{{#before}}\(value){{/before}}{{^before}}—{{/before}}</td>\
    <td>{{#after}}\(value){{/after}}{{^after}}—{{/after}}</td></tr>
    {{/figures}}
    </tbody></table></section>
    {{/groups}}
    {{#hasClaims}}
    <section><h2>结论变了的说法</h2>
    <table><thead><tr><th>说法</th><th>发布时</th><th>现在</th></tr></thead><tbody>
    {{#claims}}
    <tr><td>{{words}}</td><td>{{before}}</td><td>{{after}}</td></tr>
    {{/claims}}
    </tbody></table></section>
    {{/hasClaims}}
    </main>
    {{>foot}}
    """
}
