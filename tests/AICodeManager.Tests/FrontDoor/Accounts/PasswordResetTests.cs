using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.Administration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts;

public sealed class PasswordResetTests(PostgresServer postgres)
{
    private const string Email = "a@example.com", New = "another fine passphrase";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_reset_gives_a_new_password_once_ends_sessions_and_unlocks(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        var id = (await lab.RegisterAsync(Email)).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, AccountsLab.Password);
        await lab.FailAsync(Email, 5);
        var issued = await admin.PostAsync($"admin/users/{id}/password-reset", new { });
        var token = issued.GetProperty("reset_token").GetString()!;
        Assert.Equal(lab.Clock.UtcNow.AddHours(24), issued.GetProperty("expires_at").GetDateTimeOffset());

        // Refused by the rules: the reset is still good.
        Assert.Equal((400, "invalid_input"), await ResetAsync(lab, token, "short"));
        // Of all who try at once, one gets it.
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ResetAsync(lab, token, New)));
        Assert.Single(tries, t => t.Status == 204);
        Assert.All(tries.Where(t => t.Status != 204), t => Assert.True(t.Code is "invalid_reset_token" or "account_changed"));
        Assert.Equal((400, "invalid_reset_token"), await ResetAsync(lab, token, New));
        Assert.Equal(401, (await client.TryAsync(HttpMethod.Get, "auth/me")).Status);
        Assert.Equal(200, (await lab.LoginAsync(Email, New)).Status);
        Assert.Single(await lab.EventsAsync("password_reset"));
        Assert.Single(await lab.EventsAsync("password_reset_issued"));
    }

    [Fact]
    public async Task Wrong_old_and_replaced_resets_look_the_same_and_none_is_stored_in_clear()
    {
        await using var lab = await AccountsLab.StartAsync();
        var id = (await lab.RegisterAsync(Email)).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        var replaced = (await admin.PostAsync($"admin/users/{id}/password-reset", new { })).GetProperty("reset_token").GetString()!;
        var token = (await admin.PostAsync($"admin/users/{id}/password-reset", new { })).GetProperty("reset_token").GetString()!;
        var stored = await lab.Server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT token_hash FROM password_resets"), Cancel);
        Assert.DoesNotContain(token, Assert.Single(stored), StringComparison.Ordinal);
        lab.Clock.Advance(TimeSpan.FromHours(24));
        foreach (var bad in new[] { replaced, token, "", "x", token[..^1] + "!", new string('x', 100_000), "\u0000" })
        {
            Assert.Equal((400, "invalid_reset_token"), await ResetAsync(lab, bad, New));
        }
    }

    [Theory]
    [InlineData("password")]
    [InlineData("role")]
    [InlineData("disabled")]
    public async Task A_reset_ends_when_the_account_is_no_longer_the_one_it_was_issued_for(string what)
    {
        await using var lab = await AccountsLab.StartAsync();
        var id = (await lab.RegisterAsync(Email)).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        var token = (await admin.PostAsync($"admin/users/{id}/password-reset", new { })).GetProperty("reset_token").GetString()!;
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, AccountsLab.Password);
        // What changes nothing about who may do what leaves it.
        Assert.Equal(200, (await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { name = "Another" })).Status);
        Assert.Equal((400, "invalid_input"), await ResetAsync(lab, token, "short"));
        Assert.InRange((what switch
        {
            "password" => await client.TryAsync(HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }),
            "role" => await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { role = "admin" }),
            _ => await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { disabled = true }),
        }).Status, 200, 204);
        Assert.Equal((400, "invalid_reset_token"), await ResetAsync(lab, token, "a password of somebody else"));
    }

    [Fact]
    public async Task Cannot_issue_a_reset_for_a_role_that_was_given_after_the_administrator_was_judged()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        await using var scope = lab.Server.Services.CreateAsyncScope();
        var found = (await scope.ServiceProvider.GetRequiredService<AccountStore>().FindByEmailAsync(Email, Cancel))!;
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET role = 'admin' WHERE email = @Email", new { Email }), Cancel);
        Assert.Null(await scope.ServiceProvider.GetRequiredService<UserAdministration>().IssueResetAsync(found, RequestOrigin.System, Cancel));
        Assert.Empty(await lab.EventsAsync("password_reset_issued"));
    }

    private static Task<(int Status, string? Code)> ResetAsync(AccountsLab lab, string token, string password) =>
        lab.Server.Anonymous().TryAsync(HttpMethod.Post, "auth/password/reset", new { reset_token = token, password });
}
