using System.Net;
using System.Net.Http.Json;
using AICodeManager.Server.Bff;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Bff;

/// <summary>Browser, proxy, BFF and API in a row, each trusting the one before it: the API knows the browser, and signatures hold.</summary>
public sealed class ForwardedChainTests
{
    private const string Trusting = "server:\n  trusted_proxies: [127.0.0.1]\n";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("either")]
    [InlineData("forwarded")]
    [InlineData("x-forwarded-for")]
    public async Task The_api_sees_the_browsers_address_and_takes_the_bffs_signature(string header)
    {
        await using var api = await LiveServer.StartAsync(config: $"{Trusting}  forwarded_header: {header}\n");
        await using var bff = await BffRig.StartAsync(api.Address, new BffOptions(api.Address), Trusting);
        await api.SignUpAsync();
        await bff.Page.AskForTokenAsync();
        (string, string)[] proxy = [("X-Forwarded-For", "1.2.3.4, 2001:db8::77"), ("X-Forwarded-Proto", "http")];
        var person = new { email = "user1@example.com", password = LiveServer.Password, client = "browser" };
        await bff.Page.AskForTokenAsync();
        using var signedIn = await bff.Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(person), headers: proxy);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        using var key = await bff.Page.SendAsync("GET", "/bff/key", headers: proxy);
        Assert.Equal(HttpStatusCode.OK, key.StatusCode);
        bff.Page.Csrf = (await key.Content.ReadFromJsonAsync<KeyAnswer>(Cancel))!.Csrf_token;

        // Signed by the BFF under its own name of the API, while the browser's host is what the API goes by.
        using var answer = await bff.Page.SendAsync("GET", "/api/v1/sessions", headers: proxy);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("\"address\":\"2001:db8::77\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, await api.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM client_keys WHERE last_used_at IS NOT NULL OR created_at IS NOT NULL"), Cancel));
        Assert.Equal(0, await api.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'signature_invalid'"), Cancel));
    }

    private sealed record KeyAnswer(string Csrf_token);
}
