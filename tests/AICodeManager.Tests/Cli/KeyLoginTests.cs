using System.Runtime.Versioning;
using System.Text.Json;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Cli;

/// <summary>Signing in makes a key, and everything is signed by it from then on; against the real server.</summary>
[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class KeyLoginTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static TheoryData<string> Algorithms => [.. Enum.GetNames<SignatureAlgorithm>()];

    [Fact]
    public async Task Can_make_a_key_at_sign_in_that_lies_in_a_file_of_its_owner_only_and_signs_from_then_on()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = Aicli.At(server);
        Assert.Equal(0, await aicli.RunAsync("register", "--email", "ada@example.org"));

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org", "--json"));

        var key = aicli.Document().GetProperty("key");
        var id = key.GetProperty("key_id").GetString()!;
        Assert.Equal(("ES256", "native", Environment.MachineName), (Text(key, "algorithm"), Text(key, "custody"), Text(key, "name")));
        Assert.Equal(Owner, File.GetUnixFileMode(aicli.KeyFile!));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(aicli.KeyFolder));
        Assert.Null(aicli.NextKeyFile);
        Assert.DoesNotContain("private_key", await File.ReadAllTextAsync(aicli.Credentials, Cancel));
        var secret = Text(JsonDocument.Parse(await File.ReadAllTextAsync(aicli.KeyFile!, Cancel)).RootElement, "private_key");
        Assert.DoesNotContain(secret, aicli.Out.ToString() + aicli.Error);
        Assert.False(traffic.Last("POST /auth/login").IsSigned);

        Assert.Equal(0, await aicli.RunAsync("whoami"));
        var signed = traffic.Last("GET /auth/me");
        Assert.True(signed.IsBy(id) && signed.IsSigned && signed.HasToken);
        Assert.Contains("\"authorization\"", signed.SignatureInput);

        Assert.Equal(0, await aicli.RunAsync("keys", "list"));
        Assert.Contains("this one", aicli.Out.ToString());
        Assert.Contains(id, aicli.Out.ToString());
        Assert.DoesNotContain(secret, aicli.Out.ToString());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task Can_make_a_key_of_each_kind(string algorithm)
    {
        Assert.SkipUnless(algorithm != "Ed25519" || Ed25519.Available, "no libcrypto 3 here");
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server, "--key-algorithm", algorithm);

        Assert.Equal(0, await aicli.RunAsync("workspace", "create", "payments"));

        Assert.Equal((201, true), (traffic.Last("POST /workspaces").Status, traffic.Last("POST /workspaces").IsSigned));
        Assert.Contains("\"content-digest\"", traffic.Last("POST /workspaces").SignatureInput);
    }

    [Fact]
    public async Task Can_keep_its_key_when_it_signs_in_again_and_have_another_kind_instead()
    {
        var (server, _) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server);
        var first = KeyOf(aicli);

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(first, KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org", "--key-algorithm", "PS256"));

        Assert.NotEqual(first, KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));
        Assert.Equal(["PS256 active", "ES256 revoked"], States(aicli));
    }

    [Fact]
    public async Task Can_do_without_a_key_and_gives_up_the_one_it_has()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server);

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org", "--no-key"));
        Assert.Null(aicli.KeyFile);
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));

        Assert.Equal(["ES256 revoked"], States(aicli));
        Assert.False(traffic.Last("GET /keys").IsSigned);
        Assert.Equal(2, await aicli.RunAsync("keys", "rotate"));
        Assert.Equal(2, await aicli.RunAsync("keys", "revoke", "--others"));
        Assert.Equal(2, await aicli.RunAsync("login", "--email", "ada@example.org", "--no-key", "--key-algorithm", "ES256"));
    }

    [Fact]
    public async Task Can_sign_in_as_somebody_else_and_then_the_key_of_the_first_is_revoked()
    {
        var (server, _) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server);
        using var other = Aicli.At(server);
        Assert.Equal(0, await other.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(0, await aicli.RunAsync("register", "--email", "bob@example.org"));

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "bob@example.org"));

        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Contains("bob@example.org", aicli.Out.ToString());
        Assert.Equal(0, await other.RunAsync("keys", "--json"));
        Assert.Equal(["ES256 active", "ES256 revoked"], States(other));
    }

    [Fact]
    public async Task Can_end_session_and_key_together()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server);
        var id = KeyOf(aicli);

        Assert.Equal(0, await aicli.RunAsync("logout", "--json"));

        Assert.Equal(id, Text(aicli.Document(), "key"));
        Assert.Equal(204, traffic.Last("POST /auth/logout").Status);
        Assert.Equal(204, traffic.Last($"DELETE /keys/{id}").Status);
        Assert.Null(aicli.KeyFile);
        Assert.Equal(3, await aicli.RunAsync("whoami"));
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));
        Assert.Equal(["ES256 active", "ES256 revoked"], States(aicli));
    }

    [Fact]
    public async Task Cannot_be_kept_from_signing_out_by_a_key_that_is_not_accepted_any_more()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await SignedUpAsync(server);
        using var other = Aicli.At(server);
        Assert.Equal(0, await other.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(0, await other.RunAsync("keys", "revoke", "--others"));
        Assert.Equal(3, await aicli.RunAsync("whoami"));
        Assert.Contains("aicli login", aicli.Error.ToString());

        Assert.Equal(0, await aicli.RunAsync("logout"));

        Assert.Equal((204, false), (traffic.Last("POST /auth/logout").Status, traffic.Last("POST /auth/logout").IsSigned));
        Assert.Null(aicli.KeyFile);
    }

    internal static async Task<Aicli> SignedUpAsync(Fixtures.LiveServer server, params string[] more)
    {
        var aicli = Aicli.At(server);
        Assert.Equal(0, await aicli.RunAsync("register", "--email", "ada@example.org"));
        Assert.True(await aicli.RunAsync(["login", "--email", "ada@example.org", .. more]) == 0, aicli.Error.ToString());
        return aicli;
    }

    internal static string KeyOf(Aicli aicli) => Text(JsonDocument.Parse(File.ReadAllText(aicli.KeyFile!)).RootElement, "key_id");

    /// <summary>Of the list just printed.</summary>
    internal static IEnumerable<string> States(Aicli aicli) =>
        aicli.Document().GetProperty("items").EnumerateArray().Select(one => $"{Text(one, "algorithm")} {Text(one, "state")}");

    internal static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
