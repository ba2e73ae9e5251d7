using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AICodeManager.Tests.FrontDoor.Accounts;

public sealed class PasswordRuleTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static TheoryData<string, string?> Judged => new()
    {
        { "a long enough passphrase", null },
        { "plumtree", null },
        { "ˇ◊µ∂ƒ√∆˚", null },
        { "        ", null },
        { new string('x', 128) + new string('y', 128), null },
        { "안녕하세요여러분", null },
        { string.Concat(Enumerable.Repeat("🦊", 256)), null },
        { "short", "password_length" },
        { "", "password_length" },
        { "🦊🦊🦊🦊🦊🦊🦊", "password_length" },
        { new string('x', 128) + new string('y', 129), "password_length" },
        { string.Concat(Enumerable.Repeat("🦊", 257)), "password_length" },
        { new string('z', 100_000), "password_length" },
        { "broken \uD800 surrogate", "password_length" },
        { "password", "password_breached" },
        { "PassWord", "password_breached" },
        { "ｐａｓｓｗｏｒｄ", "password_breached" },
        { "12345678", "password_breached" },
        { "trustno1", "password_breached" },
        { "hedwig.owl@example.com", "password_obvious" },
        { "Hedwig.Owl2026", "password_obvious" },
        { "aicli-web!", "password_obvious" },
        { "AICodeManager1", "password_obvious" },
        { "Miss Hedwig", "password_obvious" },
        { "hedwig.owl likes cold nights", null },
    };

    [Theory]
    [MemberData(nameof(Judged))]
    public async Task A_password_is_judged_by_length_breaches_and_guesses(string password, string? code)
    {
        var account = new Account { Email = "hedwig.owl@example.com", Name = "Miss Hedwig" };
        IPasswordValidator<Account>[] rules = [new LengthRule(), new BreachedRule(), new ObviousRule()];
        var found = new List<string>();
        foreach (var rule in rules)
        {
            // None of the rules asks the manager anything.
            found.AddRange((await rule.ValidateAsync(null!, account, password)).Errors.Select(e => e.Code));
        }

        Assert.Equal(code is null ? [] : [code], found);
    }

    [Fact]
    public void The_list_is_sorted_and_whole()
    {
        Assert.Equal(17_950, BreachedPasswords.Count);
        Assert.True(BreachedPasswords.Contains("iloveyou"));
        Assert.False(BreachedPasswords.Contains("a long enough passphrase"));
    }

    [Fact]
    public async Task A_breached_password_is_named_by_code_and_field()
    {
        await using var server = await LiveServer.StartAsync();
        using var content = new StringContent("""{"email":"a@example.com","password":"Password1"}""", Encoding.UTF8, "application/json");
        using var answer = await server.Anonymous().Http.PostAsync("/api/v1/auth/register", content, Cancel);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("password_breached", problem.GetProperty("code").GetString());
        Assert.Single(problem.GetProperty("errors").GetProperty("password").EnumerateArray());
        Assert.DoesNotContain("Password1", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_the_same_from_every_keyboard()
    {
        await using var server = await LiveServer.StartAsync();
        var client = server.Anonymous();
        var (composed, apart) = ("한글 비밀번호 하나", "\u1112\u1161\u11ab\u1100\u1173\u11af 비밀번호 하나");
        await client.PostAsync("auth/register", new { email = "a@example.com", password = composed });
        await client.SignInAsync("a@example.com", apart);
    }

    [Fact]
    public async Task A_hash_of_too_few_rounds_is_renewed_by_the_next_sign_in()
    {
        await using var server = await LiveServer.StartAsync(realHashing: true);
        await server.SignUpAsync();
        var weak = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = 100_000 }));
        await server.Database.WriteAsync(
            t => t.ExecuteAsync("UPDATE users SET password_hash = @hash", new { hash = weak.HashPassword(new Account(), LiveServer.Password) }), Cancel);
        await server.Anonymous().SignInAsync("user1@example.com", LiveServer.Password);
        var renewed = (await server.Services.GetRequiredService<AccountStore>().FindByEmailAsync("user1@example.com", Cancel))!;
        Assert.Equal(
            PasswordVerificationResult.Success,
            new Passwords().VerifyHashedPassword(renewed, renewed.PasswordHash, LiveServer.Password));
        await server.Anonymous().SignInAsync("user1@example.com", LiveServer.Password);
    }

    [Fact]
    public async Task A_weak_password_of_the_first_administrator_stops_the_start_and_names_the_rule()
    {
        var wrong = await Assert.ThrowsAsync<AICodeManager.Server.Ground.Configuration.ConfigurationException>(
            () => LiveServer.StartAsync(new Dictionary<string, string>
            {
                ["AICLI_ADMIN_EMAIL"] = "root@example.com", ["AICLI_ADMIN_PASSWORD"] = "password1",
            }));
        var fault = Assert.Single(wrong.Faults);
        Assert.Equal("AICLI_ADMIN_PASSWORD", fault.Variable);
        Assert.Contains("stolen elsewhere", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password1", wrong.Message, StringComparison.Ordinal);
    }
}
