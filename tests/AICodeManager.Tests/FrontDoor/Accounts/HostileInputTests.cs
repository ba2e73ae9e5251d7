using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts;

/// <summary>Whatever is sent: a refusal with a code, never a fault, and never a second account of one address.</summary>
public sealed class HostileInputTests(PostgresServer postgres)
{
    private static readonly string[] Nasty =
    [
        "\\u0000@example.com", "a\\u0000@example.com", "\\ud800@example.com", "a@\\udc00", "\\uffff@example.com", "a\\u200b@example.com",
        "a\\u202e@example.com", "a b@example.com", "a@b@example.com", "@", "a@", "", "' OR 1=1 --@example.com", "\\ufdfa@example.com",
    ];

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Nothing_that_is_sent_is_a_fault(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        var client = lab.Server.Anonymous();
        foreach (var text in Nasty.Append(new string('x', 300_000) + "@example.com"))
        {
            await RefusedOrDoneAsync(client, "auth/register", $$"""{"email":"{{text}}","password":"a long enough passphrase"}""");
            await RefusedOrDoneAsync(client, "auth/login", $$"""{"email":"{{text}}","password":"a long enough passphrase"}""");
            await RefusedOrDoneAsync(client, "auth/login", $$"""{"email":"a@example.com","password":"{{text}}","device":"x.{{text}}","code":"{{text}}"}""");
            await RefusedOrDoneAsync(client, "auth/register", $$"""{"email":"b@example.com","password":"{{text}}","name":"{{text}}"}""");
            await RefusedOrDoneAsync(client, "auth/password/reset", $$"""{"reset_token":"{{text}}","password":"{{text}}"}""");
        }

        foreach (var body in new[] { "[]", "null", "{}", "{\"email\":{}}", """{"email":"a@example.com","password":null}""", new string('[', 100_000) })
        {
            await RefusedOrDoneAsync(client, "auth/login", body);
        }

        Assert.Empty(await lab.EventsAsync("request_failed"));
    }

    [Fact]
    public async Task An_endless_password_is_refused_before_it_is_hashed()
    {
        await using var lab = await AccountsLab.StartAsync();
        var endless = new string('x', 1_000_000);
        Assert.Equal((400, "invalid_input"), await lab.Server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/login", new { email = "a@example.com", password = endless }));
        Assert.Equal((400, "invalid_input"), await lab.Server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/register", new { email = "a@example.com", password = endless }));
        Assert.Equal((0, 0), (lab.Hasher.Hashes, lab.Hasher.Verifications));
    }

    [Fact]
    public async Task One_address_has_one_account_in_all_its_spellings()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync("Kim@Example.com");
        foreach (var same in new[] { "kim@example.com", "ｋｉｍ@example.com", "kim＠example.com", "\u212Aim@example.com", "kim@ｅxample.com" })
        {
            Assert.Equal((409, "email_taken"), await lab.Server.Anonymous().TryAsync(
                HttpMethod.Post, "auth/register", new { email = same, password = AccountsLab.Password }));
            Assert.Equal(200, (await lab.LoginAsync(same, AccountsLab.Password)).Status);
        }

        // A Cyrillic letter is another letter: another address.
        await lab.RegisterAsync("kіm@example.com");
    }

    [Theory]
    [InlineData("a@example.com", true)]
    [InlineData("민지@example.com", true)]
    [InlineData("a@b", true)]
    [InlineData("a\u200B@example.com", false)]
    [InlineData("a\u00AD@example.com", false)]
    [InlineData("a\u00A0b@example.com", false)]
    [InlineData("a\uFFFD@example.com", false)]
    [InlineData("a\uD800@example.com", false)]
    [InlineData("a＠b@example.com", false)]
    [InlineData("\uFDFA@example.com", false)]
    public void An_address_is_acceptable_in_its_normal_form_too(string text, bool acceptable) =>
        Assert.Equal(acceptable, EmailAddress.IsAcceptable(text));

    private static async Task RefusedOrDoneAsync(ApiClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.Http.PostAsync($"/api/v1/{path}", content, TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode < 500, $"{path} {body[..Math.Min(200, body.Length)]}: {(int)answer.StatusCode}");
        if (!answer.IsSuccessStatusCode)
        {
            var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.NotEmpty(problem.GetProperty("code").GetString()!);
        }
    }
}
