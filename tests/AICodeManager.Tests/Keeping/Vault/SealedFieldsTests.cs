using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

/// <summary>Fields that are sealed only where the configuration says so.</summary>
public sealed class SealedFieldsTests(PostgresServer postgres) : IDisposable
{
    private const string Field = "task_messages.text";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Fact]
    public async Task What_was_stored_before_the_configuration_changed_is_read_as_it_is()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        var (without, with) = (await VaultLab.OpenAsync(database), await VaultLab.OpenAsync(database, fields: [Field]));
        var (clear, hidden) = (without.Fields.Keep(Field, "a message", "a/1"), with.Fields.Keep(Field, "a message", "a/1"));

        Assert.Equal("a message", clear);
        Assert.StartsWith("v2.1.", hidden, StringComparison.Ordinal);
        foreach (var lab in (VaultLab[])[without, with])
        {
            Assert.Equal("a message", lab.Fields.Read(Field, clear, "a/1"));
            Assert.Equal("a message", lab.Fields.Read(Field, hidden, "a/1"));
        }

        Assert.True(with.Fields.IsSealed(Field));
        Assert.False(without.Fields.IsSealed(Field));
    }

    [Theory]
    [InlineData("v2. of the plan")]
    [InlineData("v2.1.")]
    [InlineData("v2.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    public async Task A_text_that_looks_sealed_comes_back_as_it_was(string text)
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        foreach (var lab in (VaultLab[])[await VaultLab.OpenAsync(database), await VaultLab.OpenAsync(database, fields: [Field])])
        {
            Assert.Equal(text, lab.Fields.Read(Field, lab.Fields.Keep(Field, text, "a/1"), "a/1"));
        }
    }

    [Fact]
    public async Task A_sealed_text_that_was_moved_is_an_error_that_names_its_place_and_not_what_it_says()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        var lab = await VaultLab.OpenAsync(database, fields: [Field]);
        var stored = lab.Fields.Keep(Field, "a message", "a/1");
        var fault = Assert.Throws<VaultException>(() => lab.Fields.Read(Field, stored, "a/2"));
        Assert.Contains("task_messages.text of a/2", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(stored, fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => lab.Fields.Keep("users.email", "x", "a"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_rotation_seals_what_lay_in_clear_and_only_where_it_is_to(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await MessagesAsync(database, "in clear", "v2. of the plan", "v2.1.x", "비밀");
        var without = await VaultLab.OpenAsync(database);
        await without.Rotation.RunAsync(null, Cancel);
        Assert.Equal("in clear", await TextAsync(database, 0));
        Assert.Equal("v2. of the plan", await TextAsync(database, 1));

        var with = await VaultLab.OpenAsync(database, fields: [Field]);
        var result = await with.Rotation.RunAsync(null, Cancel);

        Assert.Equal((4, 0), (result.Resealed, result.Unreadable.Count));
        var texts = new[] { "in clear", "v2. of the plan", "v2.1.x", "비밀" };
        for (var i = 0; i < texts.Length; i++)
        {
            var stored = (await TextAsync(database, i))!;
            Assert.StartsWith("v2.3.", stored, StringComparison.Ordinal);
            Assert.Equal(texts[i], with.Fields.Read(Field, stored, $"t/{i}"));
        }

        var verified = await with.Verification.RunAsync(null, Cancel);
        Assert.Equal((4, 0), (verified.Opened, verified.Faults.Count));
    }

    public void Dispose() => folder.Dispose();

    private static Task<string?> TextAsync(Database database, int number) =>
        database.ReadAsync(r => r.ScalarAsync<string>("SELECT text FROM task_messages WHERE number = @Number", new { Number = (long)number }), Cancel);

    private static Task MessagesAsync(Database database, params string[] texts) => database.WriteAsync(async t =>
    {
        await t.ExecuteAsync("INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES ('u', 'a', 'a', 'a', 'user', '', 0)");
        await t.ExecuteAsync("INSERT INTO workspaces (id, named_by, name, created_at) VALUES ('w', 'u', 'w', 0)");
        await t.ExecuteAsync("INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES ('p', 'w', 'p', 'empty', 'ready', 0)");
        await t.ExecuteAsync(
            """
            INSERT INTO tasks
                (id, project_id, created_by, agent, approvals, prompt, state, model, output_offset, last_event, turns, budget_microusd,
                 spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
            VALUES ('t', 'p', 'u', 'claude', 'ask', 'a prompt', 'done', 'm', 0, 0, 0, 0, 0, 0, 0, 0, 0)
            """);
        foreach (var (number, text) in texts.Index())
        {
            await t.ExecuteAsync(
                "INSERT INTO task_messages (task_id, number, author_id, text, created_at) VALUES ('t', @Number, 'u', @text, 0)", new { Number = (long)number, text });
        }
    }, Cancel);
}
