namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

public sealed class GitHubTests(SharedProviderServer shared) : IClassFixture<SharedProviderServer>
{
    private const string Verified = """[{"email":"old@example.com","primary":false,"verified":true},{"email":"octo@example.com","primary":true,"verified":true}]""";

    [Fact]
    public async Task Can_sign_in_by_the_number_and_the_primary_verified_address()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        (server.GitHub.User, server.GitHub.Emails) = ("""{"id":583231,"login":"octocat","name":null,"email":"shown@example.com"}""", Verified);

        var reply = await browser.OpenAsync(server.GitHub.Approve(await browser.BeginAsync("github")));

        Assert.True(reply.Status == 200, reply.Text);
        var me = (await browser.WhoAmIAsync())!.Value;
        Assert.Equal(("octo@example.com", "octocat"), (me.GetProperty("email").GetString(), me.GetProperty("name").GetString()));

        // Whoever gets the login name later is somebody else.
        server.GitHub.User = """{"id":999,"login":"octocat"}""";
        var later = await browser.OpenAsync(server.GitHub.Approve(await browser.BeginAsync("github")));
        Assert.Equal((409, "account_link_required"), (later.Status, later.Code));
    }

    [Theory]
    [InlineData("""{"id":77,"login":"a"}""", """[{"email":"a@example.com","primary":true,"verified":false},{"email":"b@example.com","primary":false,"verified":true}]""", 403, "email_not_verified")]
    [InlineData("""{"id":77,"login":"a","email":"shown@example.com"}""", "[]", 403, "email_not_verified")]
    [InlineData("""{"id":77,"login":"a"}""", """{"message":"no"}""", 403, "email_not_verified")]
    [InlineData("""{"login":"a"}""", Verified, 502, "oauth_provider_invalid")]
    [InlineData("""{"id":"77","login":"a"}""", Verified, 502, "oauth_provider_invalid")]
    [InlineData("""{"id":-1,"login":"a"}""", Verified, 502, "oauth_provider_invalid")]
    [InlineData("""[1]""", Verified, 502, "oauth_provider_invalid")]
    public async Task Cannot_sign_in_without_a_number_and_a_primary_verified_address(string user, string emails, int status, string code)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        (server.GitHub.User, server.GitHub.Emails) = (user, emails);
        var reply = await browser.OpenAsync(server.GitHub.Approve(await browser.BeginAsync("github")));
        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Cannot_be_signed_in_with_a_code_of_another_flow()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var (first, second) = (server.GitHub.Approve(await browser.BeginAsync("github")), server.GitHub.Approve(await browser.BeginAsync("github")));
        var mixed = $"/auth/callback/github?code={second.Split("state=")[1]}&state={first.Split("state=")[1]}";
        var reply = await browser.OpenAsync(mixed);
        Assert.Equal((502, "oauth_provider_invalid"), (reply.Status, reply.Code));
        Assert.Contains("bad_verification_code", (await server.LastEventAsync("oauth_failed")).Details.GetProperty("why").GetString(), StringComparison.Ordinal);
    }
}
