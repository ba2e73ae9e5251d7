namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>What goes out together, and where the cursors stand once it has.</summary>
/// <param name="More">There is more than what fitted.</param>
internal sealed record StreamBatch(IReadOnlyList<StreamItem> Items, IReadOnlyList<WaitingChain> Cursors, bool More)
{
    /// <summary>Takes from each chain in turn what follows its cursor, up to the sender's limits.</summary>
    public static async Task<StreamBatch> GatherAsync(StreamStore store, string stream, IStreamSender sender, CancellationToken cancel)
    {
        List<StreamItem> items = [];
        List<WaitingChain> cursors = [];
        var bytes = 0L;
        foreach (var chain in await store.WaitingAsync(stream, cancel))
        {
            var moved = chain;
            foreach (var entry in await store.EventsAsync(chain.ChainId, chain.Sent, sender.MaxItems - items.Count, cancel))
            {
                if (bytes >= sender.MaxBytes)
                    break;
                moved = moved with { Sent = entry.Sequence!.Value };
                Add(StreamItem.Of(entry));
            }

            // A checkpoint stands behind the event that it vouches for; should the batch be full, the next one brings it.
            foreach (var checkpoint in await store.CheckpointsAsync(chain.ChainId, chain.Checkpoint, moved.Sent, sender.MaxItems - items.Count, cancel))
            {
                moved = moved with { Checkpoint = checkpoint.Sequence };
                Add(StreamItem.Of(checkpoint));
            }

            if (moved != chain)
                cursors.Add(moved);
            if (items.Count >= sender.MaxItems || bytes >= sender.MaxBytes)
                return new(items, cursors, More: true);
        }

        return new(items, cursors, More: false);

        void Add(StreamItem item)
        {
            items.Add(item);
            bytes += item.Json.Length;
        }
    }
}
