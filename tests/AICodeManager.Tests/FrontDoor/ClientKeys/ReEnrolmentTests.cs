using System.Net.Http.Json;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.Passkeys;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

/// <summary>A device that lost its key gets another with a second proof and no password; nobody else does.</summary>
public sealed class ReEnrolmentTests(PostgresServer postgres)
{
    private const string Email = "someone@example.com";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_known_device_gets_a_key_for_a_code(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var person = await EnrolledAsync(lab);
        var device = lab.NewDevice();
        var made = await TryAsync(lab, device, new { email = Email, public_key = device.Pem, device = person.Token, code = person.NextCode() });
        Assert.True(made.Status == 201, made.Text);
        Assert.Equal("native", made.Json.GetProperty("custody").GetString());
        device.Id = made.Json.GetProperty("key_id").GetGuid();
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        Assert.Contains("\"code\"", await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<string>("SELECT details FROM audit_events WHERE name = 'key_created'"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_code_does_and_does_once()
    {
        await using var lab = await KeyLab.StartAsync();
        var person = await EnrolledAsync(lab);
        var (first, second) = (lab.NewDevice(), lab.NewDevice());
        Assert.Equal(201, (await TryAsync(lab, first, Body(first, person.Token, person.Recovery[0]))).Status);
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, second, Body(second, person.Token, person.Recovery[0]))).Outcome);
    }

    [Fact]
    public async Task A_passkey_does_and_only_the_accounts_own()
    {
        await using var lab = await KeyLab.StartAsync(config: $"passkeys: {{server_domain: {PasskeyLab.Host}, allowed_origins: ['{PasskeyLab.Origin}']}}");
        var (mine, theirs) = (new SoftAuthenticator(PasskeyLab.Origin), new SoftAuthenticator(PasskeyLab.Origin));
        await lab.Server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        var owner = lab.Server.Anonymous();
        await owner.SignInAsync(Email, LiveServer.Password);
        await PasskeyLab.AddAsync(owner, mine);
        await PasskeyLab.AddAsync((await lab.SignUpAsync()).Client, theirs);
        var code = (await owner.PostAsync("auth/totp/recovery-codes", new { })).GetProperty("recovery_codes")[0].GetString()!;
        var token = await DeviceTokenAsync(lab, code);

        var device = lab.NewDevice();
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, await BodyAsync(theirs))).Outcome);
        Assert.Equal(201, (await TryAsync(lab, device, await BodyAsync(mine))).Status);

        async Task<object> BodyAsync(SoftAuthenticator key) => new
        {
            email = Email,
            public_key = device.Pem,
            device = token,
            passkey = PasskeyLab.Answer(await lab.Server.Anonymous().PostAsync("auth/passkeys/login/options", new { }), key),
        };
    }

    [Fact]
    public async Task Without_one_of_the_proofs_there_is_no_key()
    {
        await using var lab = await KeyLab.StartAsync();
        var (person, device) = (await EnrolledAsync(lab), lab.NewDevice());
        var stranger = await lab.SignUpAsync();
        var foreign = (await LoginAsync(lab, stranger.Email)).Headers.GetValues("X-Device-Token").Single();
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, Body(device, null, person.NextCode()))).Outcome);
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, Body(device, foreign, person.NextCode()))).Outcome);
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, Body(device, person.Token, "000000"))).Outcome);
        Assert.Equal((400, "invalid_input"), (await TryAsync(lab, device, new { email = Email, public_key = device.Pem, device = person.Token })).Outcome);
        var unproved = await lab.SendAsync(HttpMethod.Post, "keys/re-enrol", Body(device, person.Token, person.NextCode()), null);
        Assert.Equal((400, "proof_required"), unproved.Outcome);
        Assert.Equal(201, (await TryAsync(lab, device, Body(device, person.Token, person.NextCode()))).Status);
    }

    [Fact]
    public async Task A_changed_password_ends_the_way_back()
    {
        await using var lab = await KeyLab.StartAsync();
        var (person, device) = (await EnrolledAsync(lab), lab.NewDevice());
        await person.Client.PostAsync("auth/password", new { current_password = LiveServer.Password, password = "another long passphrase" });
        Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, Body(device, person.Token, person.NextCode()))).Outcome);
    }

    [Fact]
    public async Task A_device_that_guesses_codes_is_locked_and_so_is_a_stranger_to_no_account()
    {
        await using var lab = await KeyLab.StartAsync();
        var (person, device) = (await EnrolledAsync(lab), lab.NewDevice());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((401, "invalid_credentials"), (await TryAsync(lab, device, Body(device, person.Token, "000000"))).Outcome);
            Assert.Equal(
                (401, "invalid_credentials"),
                (await TryAsync(lab, device, new { email = "nobody@example.com", public_key = device.Pem, code = "000000" })).Outcome);
        }

        Assert.Equal((423, "locked_out"), (await TryAsync(lab, device, Body(device, person.Token, person.NextCode()))).Outcome);
        Assert.Equal(
            (423, "locked_out"), (await TryAsync(lab, device, new { email = "nobody@example.com", public_key = device.Pem, code = "000000" })).Outcome);
        lab.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(201, (await TryAsync(lab, device, Body(device, person.Token, person.NextCode()))).Status);
    }

    private static object Body(Device device, string? token, string code) => new { email = Email, public_key = device.Pem, device = token, code };

    private static Task<KeyAnswer> TryAsync(KeyLab lab, Device device, object body) =>
        lab.SendAsync(HttpMethod.Post, "keys/re-enrol", body, null, device.Proof());

    /// <summary>An account with an authenticator, and a device that has signed in to it.</summary>
    private static async Task<Person> EnrolledAsync(KeyLab lab)
    {
        await lab.Server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, LiveServer.Password);
        var user = (await client.GetAsync("auth/me")).GetProperty("id").GetGuid();
        var secret = Enumerable.Range(0, 20).Select(i => (byte)i).ToArray();
        var totp = lab.Server.Services.GetRequiredService<TotpStore>();
        await totp.BeginAsync(user, secret, RequestOrigin.System, Cancel);
        var done = await totp.ConfirmAsync(user, Totp.CodeAt(secret, Totp.StepAt(lab.Clock.UtcNow)), RequestOrigin.System, Cancel);
        return new Person(lab, client, await DeviceTokenAsync(lab, done.Codes![^1]), secret, done.Codes);
    }

    private static async Task<string> DeviceTokenAsync(KeyLab lab, string code) =>
        (await LoginAsync(lab, Email, code)).Headers.GetValues("X-Device-Token").Single();

    private static async Task<HttpResponseMessage> LoginAsync(KeyLab lab, string email, string? code = null)
    {
        var answer = await lab.Server.Anonymous().Http.PostAsJsonAsync(
            "/api/v1/auth/login", new { email, password = LiveServer.Password, code }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return answer;
    }

    private sealed record Person(KeyLab Lab, ApiClient Client, string Token, byte[] Secret, IReadOnlyList<string> Recovery)
    {
        /// <summary>Moves to the next time step and gives its code.</summary>
        public string NextCode()
        {
            Lab.Clock.Advance(TimeSpan.FromSeconds(30));
            return Totp.CodeAt(Secret, Totp.StepAt(Lab.Clock.UtcNow));
        }
    }
}
