using System.Text;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>Turning codes on and off over the API.</summary>
public sealed class TotpEndpointTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_turn_codes_on_renew_the_recovery_codes_and_turn_them_off()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        var begun = await client.PostAsync("auth/totp", new { });
        var secret = Base32Text.Decode(begun.GetProperty("secret").GetString()!);
        Assert.Equal(
            $"otpauth://totp/AICode%20Manager:user1%40example.com?secret={begun.GetProperty("secret").GetString()}&issuer=AICode%20Manager&algorithm=SHA1&digits=6&period=30",
            begun.GetProperty("uri").GetString());
        Assert.Equal(20, secret.Length);

        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        var first = await client.PostAsync("auth/totp/confirm", new { code = lab.CodeNow(secret) });
        Assert.Equal(10, first.GetProperty("recovery_codes").GetArrayLength());
        Assert.Equal(1, await lab.CountAsync("SELECT second_factor FROM users"));
        Assert.Equal((409, "totp_enabled"), await client.TryAsync(HttpMethod.Post, "auth/totp", new { }));
        Assert.Equal((409, "totp_not_pending"), await client.TryAsync(HttpMethod.Post, "auth/totp/confirm", new { code = lab.NextCode(secret) }));

        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await client.PostAsync("auth/totp/recovery-codes", new { });
        Assert.NotEqual(first.GetProperty("recovery_codes")[0].GetString(), second.GetProperty("recovery_codes")[0].GetString());

        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.DeleteAsync("auth/totp");
        Assert.Equal(0, await lab.CountAsync("SELECT second_factor FROM users"));
        Assert.Equal((404, "not_found"), await client.TryAsync(HttpMethod.Delete, "auth/totp"));
        Assert.Equal((404, "not_found"), await client.TryAsync(HttpMethod.Post, "auth/totp/recovery-codes", new { }));
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM recovery_codes"));
        Assert.Equal(
            ["totp_started", "totp_enabled", "recovery_codes_created", "totp_disabled"],
            await lab.Server.Database.ReadAsync(r => r.QueryAsync<string>(
                "SELECT name FROM audit_events WHERE name LIKE 'totp_%' OR name LIKE 'recovery_%' ORDER BY at, id"), Cancel));
        await client.GetAsync("auth/me");
    }

    [Fact]
    public async Task Cannot_confirm_with_a_wrong_code_or_without_a_secret()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        Assert.Equal((409, "totp_not_pending"), await client.TryAsync(HttpMethod.Post, "auth/totp/confirm", new { code = "123456" }));
        await client.PostAsync("auth/totp", new { });
        Assert.Equal((400, "invalid_input"), await client.TryAsync(HttpMethod.Post, "auth/totp/confirm", new { code = "x" }));
        Assert.Equal((400, "malformed_body"), await client.TryAsync(HttpMethod.Post, "auth/totp/confirm", new { }));
        using var nothing = new StringContent("""{"code":null}""", Encoding.UTF8, "application/json");
        Assert.Equal((400, "malformed_body"), await client.TryAsync(HttpMethod.Post, "auth/totp/confirm", nothing));
        Assert.Equal(0, await lab.CountAsync("SELECT second_factor FROM users"));
    }

    [Fact]
    public async Task Cannot_change_factors_on_an_old_proof()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        var begun = await client.PostAsync("auth/totp", new { });
        await client.PostAsync("auth/totp/confirm", new { code = lab.CodeNow(Base32Text.Decode(begun.GetProperty("secret").GetString()!)) });
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Delete, "auth/totp"));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/totp/recovery-codes", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/totp", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/passkeys/register/options", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Delete, $"auth/passkeys/{Guid.NewGuid()}"));
        Assert.Equal(1, await lab.CountAsync("SELECT second_factor FROM users"));
    }

    [Fact]
    public async Task Cannot_touch_a_factor_on_the_password_alone()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        var begun = await client.PostAsync("auth/totp", new { });
        await client.PostAsync("auth/totp/confirm", new { code = lab.CodeNow(Base32Text.Decode(begun.GetProperty("secret").GetString()!)) });
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = Fixtures.LiveServer.Password }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Delete, "auth/totp"));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/totp/recovery-codes", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/totp", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/passkeys/register/options", new { }));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Delete, $"auth/passkeys/{Guid.NewGuid()}"));
    }
}
