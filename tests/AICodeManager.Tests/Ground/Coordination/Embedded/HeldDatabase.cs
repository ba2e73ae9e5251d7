using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>Keeps every other writer of coordination's table waiting until it is disposed of.</summary>
internal sealed class HeldDatabase : IAsyncDisposable
{
    private readonly TaskCompletionSource holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task transaction = Task.CompletedTask;

    public static async Task<HeldDatabase> HoldAsync(Database database, CancellationToken cancel)
    {
        var held = new HeldDatabase();
        held.transaction = database.WriteAsync(async t =>
        {
            // In SQLite the transaction alone has the one write lock.
            if (database.Kind == "postgresql")
                await t.ExecuteAsync("LOCK TABLE coordination_records IN EXCLUSIVE MODE");
            held.holding.SetResult();
            await held.enough.Task.WaitAsync(cancel);
        }, cancel);
        await Task.WhenAny(held.holding.Task, held.transaction);
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        enough.TrySetResult();
        await transaction;
    }
}
