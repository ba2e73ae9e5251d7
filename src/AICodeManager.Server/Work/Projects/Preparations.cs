using System.Threading.Channels;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Prepares new projects behind the requests that made them: a bounded queue, two at a time.</summary>
public sealed partial class Preparations(
    Preparation preparation, ProjectStore store, ProjectFolders folders, WorkingCopyLocks locks, ILogger<Preparations> log)
    : BackgroundService
{
    private const int Queued = 64, Workers = 2;
    private readonly Channel<Order> queue = Channel.CreateUnbounded<Order>();
    private int places = Queued;

    /// <summary>
    /// Keeps a place in the queue; null when there is none. It is used by <see cref="Place.Begin"/> or given back by disposal.
    /// </summary>
    public Place? TryReserve()
    {
        if (Interlocked.Decrement(ref places) >= 0)
            return new Place(this, locks);
        Interlocked.Increment(ref places);
        return null;
    }

    /// <summary>What an earlier process left half done is marked as failed before the first request is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        folders.Sweep(await store.SettleInterruptedAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var order in queue.Reader.ReadAllAsync(stopping))
            {
                using (order)
                {
                    await PrepareAsync(order, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is left in the queue is marked as interrupted by the next start.
        }
    }

    private async Task PrepareAsync(Order order, CancellationToken stopping)
    {
        try
        {
            await preparation.RunAsync(order.Project, order.Source, order.Origin, stopping);
            await store.SetReadyAsync(order.Project, order.Origin, CancellationToken.None);
        }
        catch (PreparationException fault)
        {
            await FailAsync(order, fault.Reason, fault.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await FailAsync(order, ProjectFailure.Interrupted, null);
        }
        catch (Exception fault)
        {
            // The worker serves everybody: one project's fault must not end it.
            LogFault(log, order.Project, fault);
            await FailAsync(order, ProjectFailure.Internal, null);
        }
    }

    private async Task FailAsync(Order order, string reason, string? detail)
    {
        try
        {
            await store.SetFailedAsync(order.Project, reason, detail, order.Origin, CancellationToken.None);
            folders.Remove(order.Project);
        }
        catch (Exception fault)
        {
            // The next start settles the row and sweeps the folders.
            LogFault(log, order.Project, fault);
        }
    }

    [LoggerMessage(LogLevel.Error, "Project {project} could not be prepared")]
    private static partial void LogFault(ILogger logger, Guid project, Exception fault);

    /// <summary>A place in the queue.</summary>
    public sealed class Place : IDisposable
    {
        private readonly Preparations preparations;
        private readonly WorkingCopyLocks locks;
        private bool used;

        internal Place(Preparations preparations, WorkingCopyLocks locks) => (this.preparations, this.locks) = (preparations, locks);

        /// <summary>Queues the project; its working copy is held until it is ready or failed.</summary>
        public void Begin(Guid project, ProjectSource source, RequestOrigin origin)
        {
            // Nobody else can hold a project this new, but for somebody who deletes it already.
            if (locks.TryEnter(project, "the project is being prepared") is not { } hold)
                return;
            used = true;
            preparations.queue.Writer.TryWrite(new Order(preparations, project, source, origin, hold));
        }

        public void Dispose()
        {
            if (!used)
                Interlocked.Increment(ref preparations.places);
        }
    }

    private sealed record Order(Preparations Preparations, Guid Project, ProjectSource Source, RequestOrigin Origin, IDisposable Hold)
        : IDisposable
    {
        public void Dispose()
        {
            if (Source is ArchiveSource archive)
                Directory.Delete(archive.Folder, recursive: true);
            Hold.Dispose();
            Interlocked.Increment(ref Preparations.places);
        }
    }
}
