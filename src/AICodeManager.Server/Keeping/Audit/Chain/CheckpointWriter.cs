using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Signs where chains are, and keeps that in the node's file, then in the table, then with whoever listens. One that the table
/// did not take is tried again before any other is made: at most one of a chain stands in the file alone.
/// </summary>
public sealed class CheckpointWriter(
    Database database, ChainKeys keys, FieldVault vault, AuditNode node, TimeProvider time, params IEnumerable<IAuditObserver> observers) : IDisposable
{
    private readonly CheckpointFile file = new(node);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly IAuditObserver[] observers = [.. observers];
    private List<AuditCheckpoint> filed = [];
    private (ECDsa Key, string Id)? signer;

    public void Dispose()
    {
        turn.Dispose();
        signer?.Key.Dispose();
    }

    internal async Task WriteAsync(IReadOnlyList<ChainHead> heads, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await StoreAsync(cancel);
            var (key, id) = signer ??= await LoadKeyAsync(cancel);
            var signed = heads.Select(head => Sign(key, id, head)).ToList();
            if (signed.Count > 0)
            {
                file.Append(signed);
                filed = signed;
                await StoreAsync(cancel);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task StoreAsync(CancellationToken cancel)
    {
        if (filed.Count == 0)
        {
            return;
        }

        await database.WriteAsync(async t =>
        {
            foreach (var one in filed)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO audit_checkpoints (id, chain_id, sequence, link, at, node, key_id, signature)
                    VALUES (@Id, @ChainId, @Sequence, @Link, @At, @Node, @KeyId, @Signature) ON CONFLICT DO NOTHING
                    """, one);
            }
        }, cancel);
        foreach (var one in filed)
        {
            foreach (var observer in observers)
            {
                observer.CheckpointSigned(one);
            }
        }

        filed = [];
    }

    private AuditCheckpoint Sign(ECDsa key, string keyId, ChainHead head)
    {
        var now = time.GetUtcNow();
        var checkpoint = new AuditCheckpoint
        {
            Id = Guid.CreateVersion7(now).ToString("D"), ChainId = head.ChainId, Sequence = head.Sequence, Link = head.Link,
            At = now.ToUnixTimeMilliseconds(), Node = node.Name, KeyId = keyId,
        };
        return checkpoint with
        {
            Signature = Base64Url.EncodeToString(key.SignData(
                checkpoint.Content().Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)),
        };
    }

    // The newest that can still be opened; several nodes that begin together may make one each.
    private async Task<(ECDsa, string)> LoadKeyAsync(CancellationToken cancel)
    {
        foreach (var row in await CheckpointKey.LoadAsync(database, cancel))
        {
            if (row.Root == keys.Current && row.Private(keys, vault) is { } known)
            {
                return (known, row.Id);
            }
        }

        var (made, stored) = CheckpointKey.New(keys, vault, time.GetUtcNow());
        await database.WriteAsync(t => t.ExecuteAsync(
            """
            INSERT INTO audit_keys (id, public_key, private_key, created_at, root, mac)
            VALUES (@Id, @PublicKey, @PrivateKey, @CreatedAt, @Root, @Mac)
            """, stored), cancel);
        return (made, stored.Id);
    }
}
