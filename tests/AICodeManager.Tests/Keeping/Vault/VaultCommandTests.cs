using System.Diagnostics;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

/// <summary>The vault's commands as processes of their own, one of them killed.</summary>
public sealed class VaultCommandTests : IDisposable
{
    private const int Rows = 3000;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_rotation_that_was_killed_is_finished_by_the_next_one_and_everything_opens()
    {
        Directory.CreateDirectory(folder.File("data"));
        await using var database = Database.Sqlite(Path.Combine(folder.File("data"), "aicli.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        var (code, said) = await RunAsync(VaultLab.RootText, "status");
        Assert.Equal((0, true), (code, said.Contains("no key yet", StringComparison.Ordinal)));

        var lab = await VaultLab.OpenAsync(database);
        await database.WriteAsync(async t =>
        {
            for (var i = 0; i < Rows; i++)
            {
                await t.ExecuteAsync(
                    "INSERT INTO signing_keys (id, algorithm, public_jwk, private_key, created_at, signs_from, retired_at) VALUES (@Id, 'ES256', '{}', @Text, 0, 0, 1)",
                    new { Id = $"row{i}", Text = lab.Vault.Seal($"secret {i}", new SealedPlace("signing_keys", "private_key", $"row{i}")) });
            }
        }, Cancel);

        using (var first = Start(VaultLab.RootText, "rotate"))
        {
            await first.StandardOutput.ReadLineAsync(Cancel); // it has opened the vault and begins
            first.Kill();
            await first.WaitForExitAsync(Cancel);
        }

        // The last look waits for servers that are not there: the key counts as old.
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET created_at = 0"), Cancel);
        var before = (await lab.Store.ListAsync(Cancel)).Count;
        if (before == 1)
        {
            await lab.Store.AddAsync(1, Cancel); // killed before it had made one
            await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET created_at = 0"), Cancel);
        }

        (code, said) = await RunAsync(VaultLab.RootText, "rotate");
        Assert.True(code == 0, said);
        Assert.Contains("moved to key 2", said, StringComparison.Ordinal);
        Assert.All(await lab.Census.TakeAsync(Cancel), share => Assert.Equal((2, Rows), (share.Number, share.Values)));

        (code, said) = await RunAsync(VaultLab.RootText, "verify");
        Assert.True(code == 0, said);
        Assert.Contains($"All {Rows} values open", said, StringComparison.Ordinal);

        (code, said) = await RunAsync("another key of more than 32 characters", "rotate");
        Assert.Equal(1, code);
        Assert.Contains("signing_keys.private_key (3000 rows)", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal); // an error, not a fault of ours
    }

    public void Dispose() => folder.Dispose();

    private async Task<(int Code, string Said)> RunAsync(string root, string command)
    {
        using var process = Start(root, command);
        var faults = process.StandardError.ReadToEndAsync(Cancel);
        var said = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, said + await faults);
    }

    private Process Start(string root, string command) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aicli-web.dll"), "vault", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
            Environment = { ["AICLI_DATA"] = folder.File("data"), ["DB_ENCRYPTION_KEY"] = root },
        })!;
}
