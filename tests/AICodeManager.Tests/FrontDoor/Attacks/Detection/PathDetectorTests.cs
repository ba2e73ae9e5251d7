using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Paths that leave their folder or ask for a famous file, in every spelling, and the honest paths beside them.</summary>
public sealed class PathDetectorTests
{
    [Theory]
    [InlineData("../secret.txt", "path.traversal")]
    [InlineData("..\\secret.txt", "path.traversal")]
    [InlineData("a/../../b", "path.traversal")]
    [InlineData("/../../../../x", "path.traversal")]
    [InlineData("....//....//x", "path.traversal")]
    [InlineData("..;/..;/x", "path.traversal")]
    [InlineData("..%2fx", "path.traversal")]
    [InlineData("%2e%2e%5cx", "path.traversal")]
    [InlineData("%252e%252e%252fx", "path.traversal")]
    [InlineData("%%32%65%%32%65/x", "path.traversal")]
    [InlineData("..%c0%afx", "path.traversal")]
    [InlineData("%c0%ae%c0%ae/x", "path.traversal")]
    [InlineData("%e0%80%ae%e0%80%ae/x", "path.traversal")]
    [InlineData("..%u2216x", "path.traversal")]
    [InlineData("%uff0e%uff0e/x", "path.traversal")]
    [InlineData("0x2e0x2e/x", "path.traversal")]
    [InlineData("..2f..2fx", "path.traversal")]
    [InlineData("see ../../../../x for more", "path.traversal")]
    [InlineData("/etc/passwd", "path.famous")]
    [InlineData("/etc/mysql/my.cnf", "path.famous")]
    [InlineData("/proc/self/environ", "path.famous")]
    [InlineData("C:\\windows\\win.ini", "path.famous")]
    [InlineData("C:/Windows/system32/drivers/etc/hosts", "path.famous")]
    [InlineData("/home/ann/.ssh/id_rsa", "path.famous")]
    [InlineData("/.git/config", "path.famous")]
    [InlineData("x/WEB-INF/web.xml", "path.famous")]
    [InlineData("file:///srv/x", "path.scheme")]
    [InlineData("php://filter/x", "path.scheme")]
    [InlineData("url:file://x", "path.scheme")]
    public void Catches_ways_out(string value, string rule)
    {
        var finding = PathDetector.Judge(value);

        Assert.Equal((AttackClass.PathTraversal, Finding.Strong, rule), (finding.Class, finding.Score, finding.Rule));
    }

    [Theory]
    [InlineData("src/FrontDoor/Edge/EdgeLayer.cs")]
    [InlineData("src/../lib/x.cs")]
    [InlineData("wait... what/how")]
    [InlineData("foo../1234")]
    [InlineData("v1..v2/compare")]
    [InlineData("import { x } from '../utils'")]
    [InlineData("Move ../../src/a to ../../src/b")]
    [InlineData("Display the lines of /etc/passwd that end in bash")]
    [InlineData("Locate logo.gif in the /var/www directory tree")]
    [InlineData("in the /etc directory")]
    [InlineData("/api/v1/projects")]
    [InlineData("100% done / 50% off")]
    [InlineData("https://example.com/docs/etc/passwd.html")]
    [InlineData("file: the one with the list")]
    [InlineData(".gitignore")]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData(".claude/settings.json")]
    [InlineData("한글/경로/파일.txt")]
    public void Lets_honest_paths_through(string value) => Assert.True(PathDetector.Judge(value).Score < Finding.Strong, PathDetector.Judge(value).Rule);
}
