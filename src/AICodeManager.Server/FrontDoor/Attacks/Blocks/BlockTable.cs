using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>
/// The blocks that a node knows, in memory: one look-up for each length of prefix that is in use, and none while there is no
/// block. At most <see cref="Most"/>; with more, those that end soonest are forgotten here, and only here.
/// </summary>
public sealed class BlockTable(TimeProvider time)
{
    public const int Most = 50_000;

    private readonly ConcurrentDictionary<(NetworkRange Range, BlockScope Scope), Block> blocks = new();
    private readonly Lock changing = new();
    private volatile int[] lengths = [];

    public int Count => blocks.Count;

    /// <summary>The block that keeps this network from what the scope names; null where it may.</summary>
    public Block? Find(ClientNetwork network, BlockScope scope)
    {
        foreach (var length in lengths)
        {
            var range = NetworkRange.Of(network, length);
            if (range.Contains(network)
                && (Standing(range, BlockScope.All) ?? (scope == BlockScope.SignIn ? Standing(range, BlockScope.SignIn) : null)) is { } block)
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>Notes a block, unless there is one of the same range and scope that lasts as long.</summary>
    /// <returns>False where there was.</returns>
    public bool TryAdd(Block block)
    {
        lock (changing)
        {
            if (Standing(block.Range, block.Scope) is { } standing && standing.Until >= block.Until)
            {
                return false;
            }

            Put(block);
            return true;
        }
    }

    /// <summary>Takes over what the database says of a block.</summary>
    /// <returns>Whether it left its place, which a shorter one may now have: here only the longest is known.</returns>
    public bool Learn(Block block, bool lifted)
    {
        lock (changing)
        {
            blocks.TryGetValue((block.Range, block.Scope), out var known);
            if (lifted || block.Until <= time.GetUtcNow())
            {
                if (known?.Id == block.Id && known.ChangedAt <= block.ChangedAt)
                {
                    Remove(known);
                    return true;
                }
            }
            else if (known is null || known.Until < block.Until)
            {
                Put(block);
            }

            return false;
        }
    }

    /// <summary>Forgets what is over.</summary>
    public void Sweep()
    {
        lock (changing)
        {
            var now = time.GetUtcNow();
            foreach (var (key, block) in blocks)
            {
                if (block.Until <= now)
                {
                    blocks.TryRemove(key, out _);
                }
            }

            NoteLengths();
        }
    }

    internal void Remove(Block block)
    {
        lock (changing)
        {
            blocks.TryRemove(new((block.Range, block.Scope), block));
            NoteLengths();
        }
    }

    private Block? Standing(NetworkRange range, BlockScope scope) =>
        blocks.TryGetValue((range, scope), out var block) && block.Until > time.GetUtcNow() ? block : null;

    private void Put(Block block)
    {
        if (blocks.Count >= Most)
        {
            foreach (var soonest in blocks.Values.OrderBy(b => b.Until).Take(Most / 10).ToList())
            {
                blocks.TryRemove((soonest.Range, soonest.Scope), out _);
            }
        }

        blocks[(block.Range, block.Scope)] = block;
        if (!lengths.Contains(block.Range.Length))
        {
            lengths = [.. lengths, block.Range.Length];
        }
    }

    private void NoteLengths() => lengths = [.. blocks.Keys.Select(k => k.Range.Length).Distinct()];
}
