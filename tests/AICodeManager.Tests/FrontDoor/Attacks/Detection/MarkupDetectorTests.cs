using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Each rule for scripts in markup with what it catches, and the honest text beside it.</summary>
public sealed class MarkupDetectorTests
{
    [Theory]
    [InlineData("<script>steal()</script>", "html.script")]
    [InlineData("\"><script src=//x.example/a.js>", "html.script")]
    [InlineData("<ScRiPt x>go()", "html.script")]
    [InlineData("hello</script><p>", "html.raw_end")]
    [InlineData("<img src=x onerror=go()>", "html.handler")]
    [InlineData("<x/onwhatever=1", "html.handler")]
    [InlineData("<b title=\"a>b\" onclick=go()>", "html.handler")]
    [InlineData("<body onload!#~*=go()>", "html.handler")]
    [InlineData("\" autofocus onfocus=go() x=\"", "html.handler")]
    [InlineData("x onmouseover=alert(1)", "html.handler")]
    [InlineData("<a href=\"javascript:go()\">", "html.script_url")]
    [InlineData("<a href=\" jav&#x09;asc\\ript&colon;go()\">", "html.script_url")]
    [InlineData("<a href=&#106;avascript:go()>", "html.script_url")]
    [InlineData("javascript:go('x')", "html.script_url")]
    [InlineData("?next=javascript:go()", "html.script_url")]
    [InlineData("data:text/html,<b>x</b>", "html.data_url")]
    [InlineData("<p style=\"w:ex/**/pression(go())\">", "html.style")]
    [InlineData("<style>@import'//x.example/a.css'", "html.style")]
    [InlineData("<iframe src=//x.example>", "html.loads")]
    [InlineData("<object data=x.swf>", "html.loads")]
    [InlineData("<base href=//x.example/>", "html.loads")]
    [InlineData("<iframe srcdoc=x>", "html.srcdoc")]
    [InlineData("<meta http-equiv=refresh content=0>", "html.meta")]
    [InlineData("<link rel=stylesheet href=//x.example/a.css>", "html.link")]
    [InlineData("<form action=//x.example>", "html.form")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\">", "html.foreign")]
    [InlineData("<a xlink:href=//x.example>", "html.foreign")]
    [InlineData("<a probe=\"&lt;img src=x onerror=go()&gt;\">", "html.handler")]
    [InlineData("<set attributeName=href to=x>", "html.animation")]
    [InlineData("<span datasrc=#x>", "html.binding")]
    [InlineData("<!--[if IE]>", "html.section")]
    [InlineData("<?xml-stylesheet href=x?>", "html.instruction")]
    [InlineData("+ADw-script+AD4-", "html.utf7")]
    [InlineData("&#106;&#97;&#118;&#97;", "html.hidden")]
    [InlineData("';alert(1)//", "script.breakout")]
    [InlineData("\"-confirm(1)-\"", "script.breakout")]
    [InlineData("'); foo(); document.write(1)", "script.breakout")]
    [InlineData("alert(document.domain)", "script.call")]
    [InlineData("top['alert'](1)", "script.call")]
    [InlineData("\\u0061lert(1)", "script.escaped_letter")]
    [InlineData("[][(![]+[])[+[]]+([![]]+[][[]])[+!+[]+[+[]]]+(![]+[])[!+[]+!+[]]]", "script.symbols")]
    public void Catches_what_would_run(string value, string rule)
    {
        var finding = MarkupDetector.Judge(value);

        Assert.Equal((AttackClass.CrossSiteScripting, Finding.Strong, rule), (finding.Class, finding.Score, finding.Rule));
    }

    [Theory]
    [InlineData("<b>bold</b> and <i>italic</i>")]
    [InlineData("<a href=\"/help/\">help</a> <img src=\"/logo.png\" alt=\"logo\">")]
    [InlineData("a < b && c > d")]
    [InlineData("Return List<string> instead of IEnumerable<T>")]
    [InlineData("numbers.Select(x => x.Id)")]
    [InlineData("Jane Doe <jane@example.com>")]
    [InlineData("Signed-off-by: bot[bot] <1+bot@users.noreply.example.com>")]
    [InlineData("I <3 this")]
    [InlineData("JavaScript: The Good Parts")]
    [InlineData("Fix javascript: links in the README")]
    [InlineData("<user online=true>")]
    [InlineData("version=1 ongoing=2")]
    [InlineData("Escape &lt;script&gt; in titles")]
    [InlineData("Write a function() that calls fetch() twice")]
    [InlineData("Fix <Link to=\"/home\"> navigation")]
    [InlineData("Show <svg> icons in <table> rows")]
    [InlineData("#include <iostream> int main() { return 0; }")]
    [InlineData("<a title=\"use &lt;b&gt; for bold\">x</a>")]
    [InlineData("<!DOCTYPE html>")]
    [InlineData("see data: and document: sections")]
    [InlineData("이것은 <제목> 입니다: alert 창을 띄우기")]
    [InlineData("C:\\users\\u0001\\notes")]
    public void Lets_honest_text_through(string value) => Assert.True(MarkupDetector.Judge(value).Score < Finding.Strong, MarkupDetector.Judge(value).Rule);

    [Theory]
    [InlineData("Escape <script> tags in comments")]
    [InlineData("Why does eval(\"1\") fail in strict mode")]
    public void Only_notes_what_a_title_may_say(string value) => Assert.Equal(Finding.Weak, MarkupDetector.Judge(value).Score);
}
