using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace AICodeManager.Tests.Cli;

/// <summary>The key file in wrong hands, or the login without it.</summary>
[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class KeyFileTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Cannot_use_a_key_that_others_can_read_or_change(UnixFileMode more)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await WithKeyAsync(api);
        File.SetUnixFileMode(aicli.KeyFile!, Owner | more);

        await RefusedAsync(api, aicli, "chmod 600");
    }

    [Fact]
    public async Task Cannot_use_a_key_that_belongs_to_somebody_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "only the root user can open a stranger's file at all");
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await WithKeyAsync(api);
        using var giving = Process.Start("chown", ["65534", aicli.KeyFile!]);
        await giving.WaitForExitAsync(Cancel);

        await RefusedAsync(api, aicli, "belongs to another user");
    }

    [Theory]
    [InlineData("server", "http://127.0.0.1:1")]
    [InlineData("key_id", "not an id")]
    [InlineData("algorithm", "HS256")]
    [InlineData("algorithm", "PS256")]
    [InlineData("algorithm", "0")]
    [InlineData("private_key", "AAAA")]
    [InlineData("private_key", "no base64")]
    [InlineData("private_key", null)]
    public async Task Cannot_use_a_key_of_another_server_or_one_that_is_broken(string member, string? value)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await WithKeyAsync(api);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(aicli.KeyFile!, Cancel))!;
        document[member] = value;
        await File.WriteAllTextAsync(aicli.KeyFile!, document.ToJsonString(), Cancel);

        await RefusedAsync(api, aicli, "does not hold a key of this server");
    }

    [Fact]
    public async Task Can_go_on_by_the_token_alone_where_the_key_is_gone_but_then_nothing_is_signed()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        using var thief = Aicli.At(server);
        Directory.CreateDirectory(Path.GetDirectoryName(thief.Credentials)!);
        File.Copy(aicli.Credentials, thief.Credentials);

        Assert.Equal(0, await thief.RunAsync("whoami"));

        Assert.Equal((200, false, true), (traffic.Last("GET /auth/me").Status, traffic.Last("GET /auth/me").IsSigned, traffic.Last("GET /auth/me").HasToken));
    }

    [Fact]
    public async Task Cannot_sign_for_another_server_or_beside_a_token_of_the_environment()
    {
        await using var api = await ApiDouble.StartAsync();
        await using var stranger = await ApiDouble.StartAsync();
        using var aicli = await WithKeyAsync(api);
        api.On("GET /auth/me", Some.User);
        stranger.On("GET /auth/me", Some.User);

        Assert.Equal(3, await aicli.RunAsync("whoami", "--server", stranger.Address));
        Assert.Empty(stranger.Seen);
        aicli.Environment["AICLI_TOKEN"] = "somebody-elses";
        Assert.Equal(0, await aicli.RunAsync("whoami", "--server", stranger.Address));
        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.All([stranger.Only("GET /auth/me"), api.Only("GET /auth/me")], seen => Assert.False(seen.Headers.ContainsKey("Signature")));
    }

    [Fact]
    public async Task Can_still_sign_in_where_no_key_can_be_made_and_says_so()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses("POST /keys", 409, "too_many_keys", "The account has as many keys as are permitted; revoke one first.");

        await aicli.SignInAsync(api);
        Assert.Contains("Requests go unsigned, as no key could be made", aicli.Error.ToString());
        Assert.Null(aicli.KeyFile);
        Assert.Null(aicli.NextKeyFile);
        aicli.Environment["AICLI_PASSWORD"] = "p";

        Assert.Equal(1, await aicli.RunAsync("login", "--email", "ada@example.org", "--key-algorithm", "ES256"));
    }

    /// <summary>Signed in at a double that accepts a key.</summary>
    internal static async Task<Aicli> WithKeyAsync(ApiDouble api)
    {
        var aicli = new Aicli(api);
        api.On("POST /keys", new { key_id = Some.KeyId, name = "here", algorithm = "ES256", custody = "native", created_at = Some.At }, 201);
        await aicli.SignInAsync(api);
        api.Seen.Clear();
        return aicli;
    }

    private static async Task RefusedAsync(ApiDouble api, Aicli aicli, string why)
    {
        Assert.Equal(2, await aicli.RunAsync("whoami"));

        Assert.Contains(why, aicli.Error.ToString());
        Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(api.Seen);
        Assert.DoesNotContain("private", aicli.Error.ToString());
    }
}
