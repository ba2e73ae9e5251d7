using System.Text;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>Answering a step-up demand, and what must not answer it.</summary>
public sealed class StepUpTests
{
    private static readonly (int, string?) Refused = (401, "invalid_proof");

    [Fact]
    public async Task A_password_a_code_and_a_passkey_each_lift_the_demand()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        using var _ = key;
        var secret = await TotpOnAsync(lab, client);

        await AgeAsync(lab, client);
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password }));
        // Where there is a second factor, the password is not enough for what asks for the best proof there is.
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/passkeys/register/options", new { }));

        await AgeAsync(lab, client);
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = lab.Factors.CodeNow(secret) }));
        await client.PostAsync("auth/passkeys/register/options", new { });

        await AgeAsync(lab, client);
        var options = await client.PostAsync("auth/step-up/passkey/options", new { });
        Assert.Equal(key.CredentialId, options.GetProperty("public_key").GetProperty("allowCredentials")[0].GetProperty("id").GetString());
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(options, key) }));
        await client.PostAsync("auth/passkeys/register/options", new { });
    }

    [Fact]
    public async Task A_password_lifts_the_demand_where_there_is_no_second_factor()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = await lab.SignUpAsync();
        await AgeAsync(lab, client);
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password }));
        await client.PostAsync("auth/passkeys/register/options", new { });
    }

    [Fact]
    public async Task Cannot_step_up_with_a_wrong_or_spent_proof()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        using var _ = key;
        var secret = await TotpOnAsync(lab, client);
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = "wrong passphrase" }));
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = new string('x', 10_000) }));
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = lab.Factors.CodeNow(secret) }));
        var options = await client.PostAsync("auth/step-up/passkey/options", new { });
        Assert.Equal(Refused, await client.TryAsync(
            HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(options, key, new Forgery { SpoilSignature = true }) }));
    }

    [Fact]
    public async Task Cannot_step_up_with_the_passkey_or_the_challenge_of_another()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        var (other, others) = await lab.EnrolledAsync();
        using var _ = key;
        using var __ = others;
        var options = await client.PostAsync("auth/step-up/passkey/options", new { });
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(options, others) }));
        var foreign = await other.PostAsync("auth/step-up/passkey/options", new { });
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(foreign, others) }));
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(foreign, key) }));
    }

    [Fact]
    public async Task Guessing_ends_the_session()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = "000000" }));
        }

        Assert.Equal((401, "session_ended"), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = "000000" }));
        Assert.Equal(401, (await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password })).Status);
        Assert.Equal(401, (await client.TryAsync(HttpMethod.Get, "auth/me")).Status);
    }

    [Fact]
    public async Task A_right_password_does_not_buy_further_guesses_at_the_code()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = await lab.SignUpAsync();
        var secret = await TotpOnAsync(lab, client);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = "no code" }));
            // It costs no attempt either.
            Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password }));
        }

        lab.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = lab.Factors.CodeNow(secret) }));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = "no code" }));
        }

        await client.TryAsync(HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password });
        Assert.Equal((401, "session_ended"), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = "no code" }));
    }

    [Fact]
    public async Task Exactly_one_proof_is_taken()
    {
        await using var lab = await FactorLab.StartAsync();
        var client = await lab.Server.SignUpAsync();
        foreach (var body in new[]
        {
            "{}", """{"password":"a","code":"b"}""", """{"password":null}""", """{"passkey":{"ceremony":"x"}}""", """{"passkey":7}""",
        })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            Assert.Equal((400, "malformed_body"), await client.TryAsync(HttpMethod.Post, "auth/step-up", content));
        }
    }

    private static async Task<byte[]> TotpOnAsync(PasskeyLab lab, ApiClient client)
    {
        var secret = Base32Text.Decode((await client.PostAsync("auth/totp", new { })).GetProperty("secret").GetString()!);
        await client.PostAsync("auth/totp/confirm", new { code = lab.Factors.CodeNow(secret) });
        return secret;
    }

    private static async Task AgeAsync(PasskeyLab lab, ApiClient client)
    {
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((401, "step_up_required"), await client.TryAsync(HttpMethod.Post, "auth/passkeys/register/options", new { }));
    }
}
