using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Says of a checkpoint whether a key of this installation has signed it.</summary>
internal sealed class CheckpointJudge : IDisposable
{
    private readonly Dictionary<string, ECDsa> keys = [];

    private CheckpointJudge()
    {
    }

    public IReadOnlyList<string> KeyIds => [.. keys.Keys];

    /// <param name="findings">Told of keys that nobody here has stored.</param>
    public static async Task<CheckpointJudge> LoadAsync(Database database, ChainKeys keys, Findings findings, CancellationToken cancel)
    {
        var judge = new CheckpointJudge();
        foreach (var row in await CheckpointKey.LoadAsync(database, cancel))
        {
            if (row.Public(keys) is { } key)
            {
                judge.keys[row.Id] = key;
            }
            else
            {
                findings.Add(
                    keys.Has(row.Root) ? AuditFaultKind.BadCheckpoint : AuditFaultKind.KeyMissing, null, null, null,
                    $"the checkpoints' key {row.Id} was not stored under a configured database.encryption.key (fingerprint {row.Root})");
            }
        }

        return judge;
    }

    public bool IsGenuine(AuditCheckpoint checkpoint) =>
        keys.TryGetValue(checkpoint.KeyId, out var key)
        && StrictBase64Url.Decode(checkpoint.Signature) is { Length: 64 } signature
        && key.VerifyData(checkpoint.Content().Bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }
    }
}
