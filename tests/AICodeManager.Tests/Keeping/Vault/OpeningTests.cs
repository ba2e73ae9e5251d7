using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

/// <summary>What the vault finds at the start, and what it says where something is missing.</summary>
public sealed class OpeningTests(PostgresServer postgres) : IDisposable
{
    private const string Old = "the key of last year, 33 characters", New = "the key of this year, 33 characters";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_nodes_that_start_at_once_one_makes_the_first_key(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => VaultLab.OpenAsync(database)));

        Assert.All(nodes, node => Assert.Equal(1, node.Keys.Current.Number));
        Assert.Equal(1, await CountAsync(database, "SELECT COUNT(*) FROM vault_keys"));
        Assert.Equal(1, await CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'vault_key_created'"));
        var place = new SealedPlace("signing_keys", "private_key", "a");
        Assert.Equal("x", nodes[3].Vault.Open(nodes[0].Vault.Seal("x", place), place));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_key_that_replaces_another_wraps_everything_anew(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await PutAsync(database, await VaultLab.OpenAsync(database, [Old]), "a");

        await VaultLab.OpenAsync(database, [New, Old]);
        var later = await VaultLab.OpenAsync(database, [New]);

        Assert.Empty((await later.Verification.RunAsync(null, Cancel)).Faults);
        Assert.Equal(1, await CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'vault_key_rewrapped'"));
        Assert.Equal(later.Roots.Fingerprint, (await later.Store.ListAsync(Cancel)).Single().Root);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Another_key_does_not_open_it_and_the_error_names_what_is_lost(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var first = await VaultLab.OpenAsync(database, [Old]);
        await PutAsync(database, first, "a", "b");

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database, [New]));

        Assert.Contains($"Key 1 needs the configured key {first.Roots.Fingerprint}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("signing_keys.private_key (2 rows)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("DB_ENCRYPTION_PREVIOUS_KEYS", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Old, fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(database, "SELECT COUNT(*) FROM vault_keys")); // nothing was made anew
    }

    [Fact]
    public async Task A_wrapped_key_that_was_altered_or_exchanged_does_not_open()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await lab.Store.AddAsync(1, Cancel);
        await PutAsync(database, lab, "a");
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET wrapped = (SELECT wrapped FROM vault_keys WHERE number = 1)"), Cancel);

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database));
        Assert.Contains("Key 2 was altered", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_row_of_a_key_is_named_with_the_fields_that_need_it()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await PutAsync(database, lab, "a");
        await lab.Store.AddAsync(1, Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("DELETE FROM vault_keys WHERE number = 1"), Cancel);

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database));
        Assert.Contains("Key 1 is missing from vault_keys", fault.Message, StringComparison.Ordinal);
        Assert.Contains("signing_keys.private_key (1 row)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emptied_table_of_keys_is_not_filled_anew()
    {
        await using var database = await NewAsync();
        await PutAsync(database, await VaultLab.OpenAsync(database), "a");
        await database.WriteAsync(t => t.ExecuteAsync("DELETE FROM vault_keys"), Cancel);

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database));
        Assert.Contains("vault_keys is empty", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(database, "SELECT COUNT(*) FROM vault_keys"));
    }

    [Fact]
    public async Task A_lost_key_that_no_field_needs_keeps_no_server_from_starting()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await PutAsync(database, lab, "a");
        await lab.Rotation.RunAsync(null, Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET wrapped = 'lost' WHERE number = 1"), Cancel);

        Assert.Equal(2, (await VaultLab.OpenAsync(database)).Keys.Current.Number);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Values_of_the_first_form_open_until_a_rotation_has_moved_them(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var place = new SealedPlace("signing_keys", "private_key", "a");
        var text = FirstForm("an old secret", place);
        await PutTextAsync(database, "a", text);

        var lab = await VaultLab.OpenAsync(database);
        Assert.Equal("an old secret", lab.Vault.Open(text, place));
        Assert.Null(lab.Vault.Open(text, place with { Row = "b" }));
        await lab.Rotation.RunAsync(null, Cancel);

        var later = await VaultLab.OpenAsync(database);
        Assert.Equal("an old secret", later.Vault.Open((await TextAsync(database, "a"))!, place));
        Assert.Null(later.Vault.Open(text, place)); // put back, it opens no more
    }

    [Fact]
    public async Task Values_of_the_first_form_under_another_key_are_found_at_the_start()
    {
        await using var database = await NewAsync();
        await PutTextAsync(database, "a", FirstForm("an old secret", new SealedPlace("signing_keys", "private_key", "a")));

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database, [New]));
        Assert.Contains("signing_keys.private_key (1 row)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(database, "SELECT COUNT(*) FROM vault_keys"));

        var both = await VaultLab.OpenAsync(database, [New, VaultLab.RootText]);
        await both.Rotation.RunAsync(null, Cancel);
        Assert.Empty((await (await VaultLab.OpenAsync(database, [New])).Verification.RunAsync(null, Cancel)).Faults);
    }

    [Fact]
    public async Task The_key_of_the_first_form_may_not_go_before_a_rotation()
    {
        await using var database = await NewAsync();
        await PutTextAsync(database, "a", FirstForm("an old secret", new SealedPlace("signing_keys", "private_key", "a")));
        var both = await VaultLab.OpenAsync(database, [New, VaultLab.RootText]);
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET retired_at = 1 WHERE number = 1"), Cancel);

        var fault = await Assert.ThrowsAsync<VaultException>(() => VaultLab.OpenAsync(database, [New]));
        Assert.Contains("Fields of the first form need the configured key", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    internal static async Task PutAsync(Database database, VaultLab lab, params string[] rows)
    {
        foreach (var row in rows)
        {
            await PutTextAsync(database, row, lab.Vault.Seal($"secret of {row}", new SealedPlace("signing_keys", "private_key", row)));
        }
    }

    internal static Task PutTextAsync(Database database, string row, string text) => database.WriteAsync(
        t => t.ExecuteAsync(
            """
            INSERT INTO signing_keys (id, algorithm, public_jwk, private_key, created_at, signs_from, retired_at)
            VALUES (@row, 'ES256', '{}', @text, 0, 0, 1) ON CONFLICT (id) DO UPDATE SET private_key = excluded.private_key
            """, new { row, text }), Cancel);

    internal static Task<string?> TextAsync(Database database, string row) =>
        database.ReadAsync(r => r.ScalarAsync<string>("SELECT private_key FROM signing_keys WHERE id = @row", new { row }), Cancel);

    internal static async Task<long> CountAsync(Database database, string sql) => await database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    /// <summary>As the version before data keys sealed it.</summary>
    internal static string FirstForm(string plain, SealedPlace place, string root = VaultLab.RootText)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(root), 32, info: "aicli field vault v1"u8.ToArray());
        var binding = new List<byte>();
        foreach (var part in (string[])["v1", place.Table, place.Column, place.Row])
        {
            binding.AddRange([0, 0, 0, (byte)part.Length, .. Encoding.UTF8.GetBytes(part)]);
        }

        var box = new byte[Encoding.UTF8.GetByteCount(plain) + 28];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(box.AsSpan(0, 12), Encoding.UTF8.GetBytes(plain), box.AsSpan(12, box.Length - 28), box.AsSpan(^16..), [.. binding]);
        return "v1." + Base64Url.EncodeToString(box);
    }

    private Task<Database> NewAsync() => Databases.NewAsync("sqlite", postgres, folder);
}
