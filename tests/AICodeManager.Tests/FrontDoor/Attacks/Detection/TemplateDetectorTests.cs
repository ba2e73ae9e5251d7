using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Each rule for code that something behind a page would evaluate, and the honest text beside it.</summary>
public sealed class TemplateDetectorTests
{
    [Theory]
    [InlineData("{{7*7}}", "template.operator")]
    [InlineData("${7*7}", "template.operator")]
    [InlineData("#{ 3 + 4 }", "template.operator")]
    [InlineData("{{'a'|upper}}", "template.operator")]
    [InlineData("{{x.__class__.__mro__}}", "template.walk")]
    [InlineData("{{config.items()}}", "template.walk")]
    [InlineData("${T(java.lang.Runtime)}", "template.walk")]
    [InlineData("#{request.getClass()}", "template.walk")]
    [InlineData("{% for a in b %}", "template.tag")]
    [InlineData("<%= File.open('x').read %>", "template.server")]
    [InlineData("#set($a = 1)", "template.velocity")]
    [InlineData("<#assign x=1>", "template.freemarker")]
    [InlineData("{php}x", "template.smarty")]
    [InlineData("{${x()}}", "template.nested")]
    [InlineData("@(1+2)", "template.razor")]
    [InlineData("@{[keys %ENV]}", "template.perl")]
    [InlineData("${jndi:ldap://x.example/a}", "template.lookup")]
    [InlineData("${${lower:j}ndi:rmi://x}", "template.lookup")]
    [InlineData("{{#each items}}", "template.block")]
    [InlineData("Runtime.getRuntime().exec(x)", "java.exploit")]
    [InlineData("java.lang.ProcessBuilder x", "java.exploit")]
    [InlineData("java.io.FileReader", "java.class")]
    [InlineData("<a><b c=\"java.io.FileReader\"/></a>", "java.class")]
    [InlineData("rO0ABXNyABdq", "java.serialized")]
    [InlineData("<?php echo 1;", "php.tag")]
    [InlineData("<?= 1 ?>", "php.tag")]
    [InlineData("system($_GET['c'])", "code.call")]
    [InlineData("x.$_REQUEST['c']", "php.superglobal")]
    [InlineData("O:8:\"stdClass\":0:{}", "php.object")]
    [InlineData("$f('id')", "php.variable_call")]
    [InlineData("passthru('id')", "code.call")]
    [InlineData("x;system('id')", "code.call")]
    [InlineData("x = require('child_process')", "code.program")]
    [InlineData("x.__proto__.admin=1", "code.program")]
    [InlineData("__proto__", "code.program")]
    [InlineData("__import__('os')", "code.program")]
    [InlineData("while(1);", "code.loop")]
    [InlineData("$ne", "store.operator")]
    [InlineData("user[$gt]", "store.operator")]
    [InlineData("{\"$where\": \"1\"}", "store.operator")]
    [InlineData("x', $or: [1]", "store.operator")]
    [InlineData("';return true;'", "store.script")]
    [InlineData("*)(uid=*", "ldap.filter")]
    [InlineData("admin)(|", "ldap.filter")]
    [InlineData("x)&(cn=y", "ldap.filter")]
    public void Catches_what_would_be_evaluated(string value, string rule)
    {
        var finding = TemplateDetector.Judge(value);

        Assert.Equal((AttackClass.CommandInjection, Finding.Strong, rule), (finding.Class, finding.Score, finding.Rule));
    }

    [Theory]
    [InlineData("Dear {{name}}, welcome to {{ product }}")]
    [InlineData("token: ${{ secrets.NPM_TOKEN }}")]
    [InlineData("use ${HOME}/bin and ${PORT:-8080}")]
    [InlineData("{% $NAME %} sent you a message")]
    [InlineData("<%= title %>")]
    [InlineData("colors#{\"red\":\"#f00\"}")]
    [InlineData("#3352 and #set up the page")]
    [InlineData("Fix NullPointerException in java.util.List handling")]
    [InlineData("java.lang.NullPointerException")]
    [InlineData("Wrap \"java.io.FileReader\" in a buffer")]
    [InlineData("Fix strlen() of an empty string")]
    [InlineData("Update the ValidateAsync() methods to throw")]
    [InlineData("Escape $_GET['id'] in templates")]
    [InlineData("<?xml version=\"1.0\"?><a/>")]
    [InlineData("costs $5 or $and more")]
    [InlineData("f(x)(y) and (a)(b=1)")]
    [InlineData("he said (once); (a = 1)")]
    [InlineData("self.__class__.__name__")]
    [InlineData("a:8:30 b:9:45")]
    [InlineData("process.env and os.path in main.py")]
    [InlineData("{\"name\":\"x\",\"tags\":[1,2]}")]
    [InlineData("목록 {항목} ${변수}")]
    public void Lets_honest_text_through(string value) => Assert.True(TemplateDetector.Judge(value).Score < Finding.Strong, TemplateDetector.Judge(value).Rule);
}
