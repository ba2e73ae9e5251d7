using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>What is kept of a TOTP factor, and for how long.</summary>
public sealed class KeepingTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_database_holds_neither_the_secret_nor_a_recovery_code()
    {
        await using var lab = await FactorLab.StartAsync();
        var (_, secret, codes) = await lab.EnrolledAsync();
        var kept = string.Concat(await lab.Server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT secret FROM totp_factors UNION ALL SELECT code_hash FROM recovery_codes"), Cancel));
        Assert.DoesNotContain(Base32.Encode(secret), kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(secret), kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(secret), kept, StringComparison.Ordinal);
        Assert.All(codes, code => Assert.DoesNotContain(
            code.Replace("-", "", StringComparison.Ordinal), kept, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_secret_that_was_moved_to_another_account_opens_nothing()
    {
        await using var lab = await FactorLab.StartAsync();
        var (victim, _, codes) = await lab.EnrolledAsync();
        var (attacker, secret, _) = await lab.EnrolledAsync("attacker@example.com");
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE totp_factors SET secret = (SELECT secret FROM totp_factors WHERE user_id = @From) WHERE user_id = @To",
            new { From = attacker.Id, To = victim.Id }), Cancel);
        Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(victim, lab.NextCode(secret)));
        Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(victim, codes[0]));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_older_secret_that_is_put_back_opens_nothing(string kind)
    {
        await using var lab = await FactorLab.StartAsync(kind, postgres);
        var account = await lab.AccountAsync();
        byte[] known = [.. Enumerable.Range(0, 20).Select(i => (byte)i)], later = [.. Enumerable.Range(50, 20).Select(i => (byte)i)];
        await lab.Totp.BeginAsync(account.Id, known, RequestOrigin.System, Cancel);
        var old = await lab.Server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT secret FROM totp_factors"), Cancel);
        await lab.Totp.EndAsync(account.Id, RequestOrigin.System, Cancel);
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await lab.Totp.BeginAsync(account.Id, known, RequestOrigin.System, Cancel);
        await lab.Totp.BeginAsync(account.Id, later, RequestOrigin.System, Cancel);
        await lab.Totp.ConfirmAsync(account.Id, lab.CodeNow(later), RequestOrigin.System, Cancel);

        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE totp_factors SET secret = @old", new { old }), Cancel);
        Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(account, lab.NextCode(known)));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_rotation_between_reading_a_secret_and_spending_its_step_refuses_nobody(string kind)
    {
        await using var lab = await FactorLab.StartAsync(kind, postgres);
        var (account, secret, _) = await lab.EnrolledAsync();
        for (var i = 0; i < 3; i++)
        {
            await lab.Server.Database.WriteAsync(t => ResealAsync(t, account.Id), Cancel);
            Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, lab.NextCode(secret)));
        }

        async Task ResealAsync(Transaction t, Guid id)
        {
            var row = (await t.SingleAsync<SealedSecret>("SELECT secret, sealed_version FROM totp_factors"))!;
            var place = new SealedPlace("totp_factors", "secret", id.ToString("D"), row.SealedVersion);
            var vault = lab.Server.Services.GetRequiredService<FieldVault>();
            await t.ExecuteAsync("UPDATE totp_factors SET secret = @Text", new { Text = vault.Seal(vault.Open(row.Secret, place)!, place) });
        }
    }

    private sealed record SealedSecret
    {
        public string Secret { get; init; } = "";
        public long SealedVersion { get; init; }
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_pending_secret_is_dropped_after_five_guesses_even_at_once(string kind)
    {
        await using var lab = await FactorLab.StartAsync(kind, postgres);
        var account = await lab.AccountAsync();
        var secret = new byte[20];
        await lab.Totp.BeginAsync(account.Id, secret, RequestOrigin.System, Cancel);
        var wrong = lab.CodeNow([1, 2, 3]);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 9).Select(
            _ => Task.Run(() => lab.Totp.ConfirmAsync(account.Id, wrong, RequestOrigin.System, Cancel))));
        Assert.Equal(TotpStore.MaxAttempts, guesses.Count(g => g.Outcome == TotpOutcome.WrongCode));
        Assert.Equal(TotpOutcome.NotPending, (await lab.Totp.ConfirmAsync(account.Id, lab.CodeNow(secret), RequestOrigin.System, Cancel)).Outcome);
        Assert.True(await lab.Totp.BeginAsync(account.Id, secret, RequestOrigin.System, Cancel));
        Assert.Equal(TotpOutcome.Confirmed, (await lab.Totp.ConfirmAsync(account.Id, lab.CodeNow(secret), RequestOrigin.System, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_pending_secret_waits_ten_minutes()
    {
        await using var lab = await FactorLab.StartAsync();
        var account = await lab.AccountAsync();
        var secret = new byte[20];
        await lab.Totp.BeginAsync(account.Id, secret, RequestOrigin.System, Cancel);
        lab.Clock.Advance(TotpStore.PendingFor);
        Assert.Equal(TotpOutcome.NotPending, (await lab.Totp.ConfirmAsync(account.Id, lab.CodeNow(secret), RequestOrigin.System, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_secret_in_force_is_not_replaced_by_asking_for_another()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, secret, _) = await lab.EnrolledAsync();
        Assert.False(await lab.Totp.BeginAsync(account.Id, new byte[20], RequestOrigin.System, Cancel));
        Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, lab.NextCode(secret)));
    }

    [Fact]
    public async Task The_account_knows_whether_it_has_a_factor_and_loses_its_codes_with_it()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, _, codes) = await lab.EnrolledAsync();
        Assert.Equal(1, await lab.CountAsync("SELECT second_factor FROM users"));
        Assert.False((await lab.Totp.EndAsync(account.Id, RequestOrigin.System, Cancel))!.SecondFactor);
        Assert.Equal(0, await lab.CountAsync("SELECT second_factor FROM users"));
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM recovery_codes"));
        Assert.Equal(SecondFactorResult.NotEnrolled, await lab.CheckAsync(account, codes[0]));
        Assert.Null(await lab.Totp.EndAsync(account.Id, RequestOrigin.System, Cancel));
    }

    [Fact]
    public async Task New_recovery_codes_end_the_old_ones()
    {
        await using var lab = await FactorLab.StartAsync();
        var (account, _, old) = await lab.EnrolledAsync();
        var renewed = await lab.Recovery.RenewAsync(account.Id, RequestOrigin.System, Cancel);
        Assert.Equal(SecondFactorResult.Wrong, await lab.CheckAsync(account, old[0]));
        Assert.Equal(SecondFactorResult.Accepted, await lab.CheckAsync(account, renewed![0]));
        Assert.Null(await lab.Recovery.RenewAsync((await lab.AccountAsync("none@example.com")).Id, RequestOrigin.System, Cancel));
    }
}
