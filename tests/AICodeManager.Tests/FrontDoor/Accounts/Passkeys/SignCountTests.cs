using System.Buffers.Text;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

public sealed class SignCountTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_two_assertions_checked_against_the_same_copy_one_is_believed(string kind)
    {
        await using var lab = await PasskeyLab.StartAsync(kind, postgres);
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        var store = lab.Server.Services.GetRequiredService<PasskeyStore>();

        // No counter at all (synced passkeys): zero stays good.
        Assert.True(await store.NoteUseAsync(Used(key, 0), Cancel));
        Assert.True(await store.NoteUseAsync(Used(key, 0), Cancel));

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => store.NoteUseAsync(Used(key, 7), Cancel))));
        Assert.Equal(1, results.Count(noted => noted));
        Assert.False(await store.NoteUseAsync(Used(key, 6), Cancel));
        Assert.False(await store.NoteUseAsync(Used(key, 0), Cancel));
        Assert.True(await store.NoteUseAsync(Used(key, uint.MaxValue), Cancel));
    }

    private static UserPasskeyInfo Used(SoftAuthenticator key, uint count) => new(
        Base64Url.DecodeFromChars(key.CredentialId), [], DateTimeOffset.UnixEpoch, count, [], true, false, false, [], []);
}
