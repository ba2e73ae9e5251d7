using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Cli;

/// <summary>A key is replaced on request or by itself, and no broken attempt leaves the device without one.</summary>
public sealed class KeyRotationTests
{
    [Fact]
    public async Task Can_replace_its_key_and_signs_by_the_new_one()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);

        Assert.Equal(0, await aicli.RunAsync("keys", "rotate", "--key-algorithm", "PS512", "--json"));

        var made = KeyLoginTests.Text(aicli.Document(), "key_id");
        Assert.Equal(made, KeyLoginTests.KeyOf(aicli));
        Assert.NotEqual(old, made);
        var asked = traffic.Last($"POST /keys/{old}/rotate");
        Assert.True(asked.IsBy(old) && asked.SignatureInput.Contains(";tag=\"aicli-register\"", StringComparison.Ordinal));
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));
        Assert.Equal(["PS512 active", "ES256 deprecated"], KeyLoginTests.States(aicli));
        Assert.True(traffic.Last("GET /keys").IsBy(made));
        Assert.Equal("", aicli.Error.ToString());
        Assert.Null(aicli.NextKeyFile);
    }

    [Fact]
    public async Task Can_find_the_new_key_when_the_answer_was_lost()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);
        traffic.Lose = line => line.EndsWith("/rotate", StringComparison.Ordinal);

        Assert.Equal(0, await aicli.RunAsync("keys", "rotate"));

        Assert.NotEqual(old, KeyLoginTests.KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.True(traffic.Last("GET /auth/me").IsBy(KeyLoginTests.KeyOf(aicli)));
    }

    [Fact]
    public async Task Can_go_on_with_the_old_key_after_a_rotation_that_broke_off_and_finish_it_later()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);
        // The server has rotated, and nothing of it ever comes back: as if this machine had lost its power.
        traffic.Lose = line => line.EndsWith("/rotate", StringComparison.Ordinal) || line == "GET /keys";

        Assert.Equal(5, await aicli.RunAsync("keys", "rotate"));
        Assert.Equal(old, KeyLoginTests.KeyOf(aicli));
        Assert.NotNull(aicli.NextKeyFile);
        Assert.Equal(0, await aicli.RunAsync("workspace", "list"));
        Assert.True(traffic.Last("GET /workspaces").IsBy(old));
        traffic.Lose = _ => false;
        Assert.Equal(0, await aicli.RunAsync("keys", "rotate"));

        Assert.NotEqual(old, KeyLoginTests.KeyOf(aicli));
        Assert.Null(aicli.NextKeyFile);
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));
        Assert.Equal(["ES256 active", "ES256 deprecated"], KeyLoginTests.States(aicli));
        Assert.True(traffic.Last("GET /keys").IsBy(KeyLoginTests.KeyOf(aicli)));
    }

    [Fact]
    public async Task Can_start_over_where_a_pair_was_made_that_the_server_never_heard_of()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await KeyFileTests.WithKeyAsync(api);
        api.On($"POST /keys/{Some.KeyId}/rotate", context => Task.Run(context.Abort))
            .On($"POST /keys/{Some.KeyId}/rotate", Made(Some.TaskId), 201)
            .On("GET /keys", Some.List());

        Assert.Equal(5, await aicli.RunAsync("keys", "rotate"));
        var kept = await File.ReadAllTextAsync(aicli.KeyFile!, TestContext.Current.CancellationToken);
        Assert.Contains(Some.KeyId, kept);
        Assert.Equal(0, await aicli.RunAsync("keys", "rotate"));

        Assert.Equal(Some.TaskId, KeyLoginTests.KeyOf(aicli));
    }

    [Fact]
    public async Task Can_replace_its_key_by_itself_when_that_is_due_without_a_word_in_the_answer()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);
        await ForceAsync(server, old);

        Assert.Equal(0, await aicli.RunAsync("whoami", "--json"));

        Assert.Equal("ada@example.org", aicli.Document().GetProperty("email").GetString());
        Assert.Contains("due for replacement", Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n')));
        Assert.NotEqual(old, KeyLoginTests.KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal("", aicli.Error.ToString());
        Assert.Single(traffic.Seen, one => one.Line.EndsWith("/rotate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cannot_fail_a_command_by_a_rotation_that_fails()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);
        await ForceAsync(server, old);
        traffic.Lose = line => line.EndsWith("/rotate", StringComparison.Ordinal) || line == "GET /keys";

        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.Contains("could not be", Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n')));
        Assert.Equal(old, KeyLoginTests.KeyOf(aicli));
    }

    [Fact]
    public async Task Can_rotate_in_two_processes_at_once_with_one_rotation()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        await ForceAsync(server, KeyLoginTests.KeyOf(aicli));
        var beside = aicli.Beside();

        var exits = await Task.WhenAll(aicli.RunAsync("whoami"), beside.RunAsync("whoami"));

        Assert.Equal([0, 0], exits);
        Assert.Single(traffic.Seen, one => one.Line.EndsWith("/rotate", StringComparison.Ordinal));
        Assert.Equal(0, await beside.RunAsync("keys", "--json"));
        Assert.Equal(["ES256 active", "ES256 deprecated"], KeyLoginTests.States(beside));
    }

    [Fact]
    public async Task Can_tell_that_the_successor_is_not_on_this_device_and_sign_in_for_another()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var old = KeyLoginTests.KeyOf(aicli);
        traffic.Lose = line => line.EndsWith("/rotate", StringComparison.Ordinal) || line == "GET /keys";
        Assert.Equal(5, await aicli.RunAsync("keys", "rotate"));
        traffic.Lose = _ => false;
        File.Delete(aicli.NextKeyFile!);

        Assert.Equal(1, await aicli.RunAsync("keys", "rotate"));
        Assert.Contains("not on this device", aicli.Error.ToString());
        Assert.Contains("aicli login", aicli.Error.ToString());
        Assert.Null(aicli.NextKeyFile);
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));

        Assert.NotEqual(old, KeyLoginTests.KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal("", aicli.Error.ToString());
    }

    private static object Made(string id) => new { key_id = id, name = "here", algorithm = "ES256", custody = "native", created_at = Some.At };

    // As an administrator does, from aicli too.
    private static async Task ForceAsync(LiveServer server, string key)
    {
        using var admin = Aicli.At(server);
        await server.SignUpAsync("admin");
        Assert.Equal(0, await admin.RunAsync("login", "--email", "user1@example.com"));
        Assert.True(await admin.RunAsync("admin", "keys", "rotate", key) == 0, admin.Error.ToString());
    }
}
