using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class GitSourceTests
{
    [Theory]
    [InlineData("https://github.com/", "https://github.com/acme/tool.git")]
    [InlineData("https://github.com", "https://GitHub.com:443/acme/tool")]
    [InlineData("https://github.com/acme", "https://github.com/acme/tool")]
    [InlineData("https://github.com/acme/", "https://github.com/acme/tool/")]
    [InlineData("http://127.0.0.1:8123/", "http://127.0.0.1:8123/a.git")]
    [InlineData("/srv/git", "/srv/git/tool.git")]
    [InlineData("/srv/git/", "/srv/git/team/tool.git")]
    public void A_repository_below_the_source_is_allowed(string source, string repository) =>
        Assert.True(GitSource.Parse(source)!.Allows(repository));

    [Theory]
    [InlineData("https://github.com/", "https://github.com.evil.example/acme/tool")]
    [InlineData("https://github.com/", "https://github.com@evil.example/acme/tool")]
    [InlineData("https://github.com/", "https://user:pw@github.com/acme/tool")]
    [InlineData("https://github.com/", "https://evil.example/https://github.com/acme")]
    [InlineData("https://github.com/", "https://github.com:8443/acme/tool")]
    [InlineData("https://github.com/", "http://github.com/acme/tool")]
    [InlineData("https://github.com/", "https://github.com\\@evil.example/x")]
    [InlineData("https://github.com/", "https://github.com/")]
    [InlineData("https://github.com/", "https://github.com/acme/tool?x=1")]
    [InlineData("https://github.com/", "https://github.com/acme/tool#x")]
    [InlineData("https://github.com/", "git@github.com:acme/tool.git")]
    [InlineData("https://github.com/", "ssh://github.com/acme/tool")]
    [InlineData("https://github.com/", "ext::sh -c id")]
    [InlineData("https://github.com/", "file:///etc/passwd")]
    [InlineData("https://github.com/", "/etc/passwd")]
    [InlineData("https://github.com/", "--upload-pack=id")]
    [InlineData("https://github.com/acme", "https://github.com/acme-evil/tool")]
    [InlineData("https://github.com/acme", "https://github.com/acme/../evil/tool")]
    [InlineData("https://github.com/acme", "https://github.com/acme/%2e%2e/evil/tool")]
    [InlineData("https://github.com/acme", "https://github.com/acme//../evil")]
    [InlineData("https://github.com/acme", "https://github.com/Acme/tool")]
    [InlineData("/srv/git", "/srv/git")]
    [InlineData("/srv/git", "/srv/git/")]
    [InlineData("/srv/git", "/srv/git-evil/tool.git")]
    [InlineData("/srv/git", "/srv/git/../../etc")]
    [InlineData("/srv/git", "/srv/git/./tool.git")]
    [InlineData("/srv/git", "/srv/git//tool.git")]
    [InlineData("/srv/git", "srv/git/tool.git")]
    [InlineData("/srv/git", "/srv/git/a\nb")]
    [InlineData("/srv/git", "https://github.com/acme/tool")]
    public void A_repository_elsewhere_is_not(string source, string repository) =>
        Assert.False(GitSource.Parse(source)!.Allows(repository));

    [Theory]
    [InlineData("github.com")]
    [InlineData("http://github.com/")]
    [InlineData("https://user@github.com/")]
    [InlineData("https://github.com/acme/..")]
    [InlineData("https://github.com/%61cme")]
    [InlineData("ssh://git@github.com/")]
    [InlineData("srv/git")]
    [InlineData("/")]
    [InlineData("/srv/../git")]
    [InlineData("https://*.github.com/")]
    public void Other_texts_are_no_sources(string text) => Assert.Null(GitSource.Parse(text));
}
