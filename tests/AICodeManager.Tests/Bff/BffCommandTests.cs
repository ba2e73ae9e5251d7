using AICodeManager.Server.Bff;
using AICodeManager.Server.CommandLine;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Bff;

public sealed class BffCommandTests
{
    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080/api")]
    [InlineData("http://user@127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080?x")]
    public async Task An_address_of_the_api_that_is_none_is_refused(string api) =>
        Assert.Equal(2, await ServerCommands.RunAsync(["bff", "--api", api]));

    [Fact]
    public void A_weak_secret_is_refused_whatever_else_the_file_says()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("config.yml"), "client_keys:\n  cookie:\n    secret_key: changeme\nunknown:\n  key: 1\n");
        var wrong = Assert.Throws<ConfigurationException>(() => BffSettings.Load(new Dictionary<string, string>(), folder.Path));
        Assert.Contains("client_keys.cookie.secret_key", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("changeme", wrong.Message, StringComparison.Ordinal);
    }
}
