using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Compares the checkpoints that this node has in its file with those that it has in the table without holding them: by chain,
/// their number and the exclusive-or of their digests. Only where these differ both are read again.
/// </summary>
internal sealed class CheckpointTally(string node)
{
    private readonly Dictionary<string, (long Count, UInt128 Digest)> filed = [];
    private readonly Dictionary<string, (long Count, UInt128 Digest)> stored = [];
    private readonly Dictionary<string, AuditCheckpoint> last = [];

    /// <summary>The last one of each chain in the file.</summary>
    public IReadOnlyDictionary<string, AuditCheckpoint> Last => last;

    public bool HasStored => stored.Count > 0;

    public void Filed(AuditCheckpoint checkpoint)
    {
        Add(filed, checkpoint);
        if (!last.TryGetValue(checkpoint.ChainId, out var before) || before.Sequence < checkpoint.Sequence)
        {
            last[checkpoint.ChainId] = checkpoint;
        }
    }

    public void Stored(AuditCheckpoint checkpoint)
    {
        if (checkpoint.Node == node)
        {
            Add(stored, checkpoint);
        }
    }

    /// <summary>Whether file and table have the same of a chain.</summary>
    public bool IsEven(string chain) => filed.GetValueOrDefault(chain) == stored.GetValueOrDefault(chain);

    /// <summary>Before a chain is gone through again.</summary>
    public void Forget(string chain) => stored.Remove(chain);

    private static void Add(Dictionary<string, (long Count, UInt128 Digest)> sums, AuditCheckpoint checkpoint)
    {
        var (count, digest) = sums.GetValueOrDefault(checkpoint.ChainId);
        var own = SHA256.HashData(checkpoint.Content().Add(checkpoint.Signature).Bytes);
        sums[checkpoint.ChainId] = (count + 1, digest ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(own));
    }
}
