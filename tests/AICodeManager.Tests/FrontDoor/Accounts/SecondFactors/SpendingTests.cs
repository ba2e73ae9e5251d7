using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>Codes are good for one use: one after the other, at once, and on another node.</summary>
public sealed class SpendingTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_code_is_accepted_once_however_many_bring_it(string kind)
    {
        await using var lab = await FactorLab.StartAsync(kind, postgres);
        var (account, secret, _) = await lab.EnrolledAsync();
        var code = lab.NextCode(secret);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => lab.CheckAsync(account, code))));
        Assert.Equal(1, results.Count(r => r == SecondFactorResult.Accepted));
        Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(account, code));
        Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, lab.NextCode(secret)));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_recovery_code_is_accepted_once_however_many_bring_it(string kind)
    {
        await using var lab = await FactorLab.StartAsync(kind, postgres);
        var (account, _, codes) = await lab.EnrolledAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => lab.CheckAsync(account, codes[3]))));
        Assert.Equal(1, results.Count(r => r == SecondFactorResult.Accepted));
        Assert.Equal(1, await lab.CountAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'recovery_code_used'"));
        Assert.Contains("9", await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<string>("SELECT details FROM audit_events WHERE name = 'recovery_code_used'"), Cancel));
    }

    [Fact]
    public async Task A_code_that_was_spent_on_one_node_is_spent_on_the_next()
    {
        var environment = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal(),
            ["DB_ENCRYPTION_KEY"] = "one key for both nodes, long enough to be taken",
        };
        await using var first = await FactorLab.StartAsync(environment: environment);
        var (account, secret, _) = await first.EnrolledAsync();
        var code = first.NextCode(secret);
        Assert.Equal(SecondFactorResult.Accepted, await first.CheckAsync(account, code));

        await using var second = await FactorLab.StartAsync(environment: environment);
        second.Clock.UtcNow = first.Clock.UtcNow;
        Assert.Equal(SecondFactorResult.Wrong, await second.CheckAsync(account, code));
        Assert.Equal(SecondFactorResult.Accepted, await second.CheckAsync(account, second.NextCode(secret)));
    }

    [Fact]
    public async Task A_recovery_code_may_be_typed_as_people_type()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, _, codes) = await lab.EnrolledAsync();
        string[] typed = [codes[0].ToLowerInvariant(), $" {codes[1].Replace('-', ' ')} ", codes[2].Replace("-", "", StringComparison.Ordinal)];
        foreach (var code in typed)
        {
            Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, code));
        }
    }

    [Fact]
    public async Task Wrong_texts_of_any_form_are_just_wrong()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, _, codes) = await lab.EnrolledAsync();
        var (_, _, others) = await lab.EnrolledAsync("other@example.com");
        string[] wrong = ["", "-", "000000", "\0\0\0\0\0\0", "\ud800", "AAAA-AAAA-AAAA-AAAA", others[0], codes[0] + "A", new('9', 1_000_000)];
        foreach (var code in wrong)
        {
            Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(account, code));
        }
    }

    [Fact]
    public async Task An_account_without_totp_has_no_codes_to_be_checked()
    {
        await using var lab = await FactorLab.StartAsync();
        var account = await lab.AccountAsync();
        Assert.Equal(SecondFactorResult.NotEnrolled, await lab.CheckAsync(account, "123456"));
        var pending = new byte[20];
        await lab.Totp.BeginAsync(account.Id, pending, RequestOrigin.System, Cancel);
        Assert.Equal(SecondFactorResult.NotEnrolled, await lab.CheckAsync(account, lab.CodeNow(pending)));
    }

    [Fact]
    public async Task Two_moments_of_authenticator_and_server_may_differ_by_one_step_and_no_more()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, secret, _) = await lab.EnrolledAsync();
        lab.Clock.Advance(TimeSpan.FromMinutes(5));
        var code = lab.CodeNow(secret);
        lab.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(account, code));
        lab.Clock.Advance(TimeSpan.FromSeconds(-30));
        Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, code));
    }
}
