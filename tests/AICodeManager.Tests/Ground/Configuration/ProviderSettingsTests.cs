namespace AICodeManager.Tests.Ground.Configuration;

public sealed class ProviderSettingsTests : IDisposable
{
    private const string Corp = """
        oauth2:
          providers:
            corp:
              issuer: "https://id.corp.test/realms/staff"
              client_id: "aicli"
              client_secret: "s3cr3t-of-the-corp-provider"
        """;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void An_openid_provider_is_set_up_by_configuration_alone()
    {
        var corp = Assert.Single(scene.File(Corp).Settings().OAuth2.Providers);

        Assert.Equal(("corp", "corp", "https://id.corp.test/realms/staff", "aicli"), (corp.Name, corp.DisplayName, corp.Issuer, corp.ClientId));
        Assert.Equal(["openid", "profile", "email"], corp.Scopes);
        Assert.Null(corp.RedirectUrl);
    }

    [Theory]
    [InlineData("https://id.corp.test/realms/staff", "http://id.corp.test", "oauth2.providers.corp.issuer")]
    [InlineData("https://id.corp.test/realms/staff", "https://id.corp.test/?a=b", "oauth2.providers.corp.issuer")]
    [InlineData("https://id.corp.test/realms/staff", "https://user@id.corp.test", "oauth2.providers.corp.issuer")]
    [InlineData("corp:", "google:", "oauth2.providers")]
    [InlineData("corp:", "github:", "oauth2.providers")]
    [InlineData("corp:", "\"a/b\":", "oauth2.providers")]
    [InlineData("client_id: \"aicli\"", "scopes: [openid]", "oauth2.providers.corp.client_id")]
    [InlineData("client_id: \"aicli\"", "client_id: \"aicli\"\n      scopes: [email]", "oauth2.providers.corp.scopes")]
    [InlineData("client_id: \"aicli\"", "client_id: \"aicli\"\n      redirect_url: \"https://a.test/auth/callback/other\"", "oauth2.providers.corp.redirect_url")]
    [InlineData("client_id: \"aicli\"", "client_id: \"aicli\"\n      redirect_url: \"http://a.test/auth/callback/corp\"", "oauth2.providers.corp.redirect_url")]
    public void A_provider_that_is_not_safe_is_a_fault(string right, string wrong, string key) =>
        Assert.Equal(key, scene.File(Corp.Replace(right, wrong, StringComparison.Ordinal)).Fault().Key);

    [Fact]
    public void A_provider_on_this_machine_may_do_without_tls() =>
        Assert.Equal("http://127.0.0.1:9/", scene.File(Corp.Replace("https://id.corp.test/realms/staff", "http://127.0.0.1:9/", StringComparison.Ordinal))
            .Settings().OAuth2.Providers[0].Issuer);

    [Fact]
    public void Google_without_the_openid_scope_is_a_fault() => Assert.Equal("oauth2.google.scopes", scene
        .With("GOOGLE_CLIENT_ID", "id").With("GOOGLE_CLIENT_SECRET", "s3cr3t-of-google").File("oauth2: {google: {scopes: [email]}}").Fault().Key);
}
