using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Cuts connections whose client takes nothing. Kestrel's least rate of answers counts what the system's buffers took as
/// time that the client has saved up, megabytes of it, so that a client which stops reading would hold an answer for most
/// of an hour; here each wait for the client is bounded by itself, however much went before.
/// </summary>
internal static class StallGuard
{
    /// <summary>Of what is ready, 64 KiB at most, half must be taken within this time. Stands behind TLS, if there is any.</summary>
    public static void CutWhoTakesNothing(this ListenOptions listen, TimeSpan patience) => listen.Use(next => async connection =>
    {
        var transport = connection.Transport;
        connection.Transport = new Guarded(transport.Input, new GuardedWriter(transport.Output, connection, patience));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    private sealed record Guarded(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class GuardedWriter(PipeWriter inner, ConnectionContext connection, TimeSpan patience) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Bound(inner.FlushAsync(cancellationToken));

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            Bound(inner.WriteAsync(source, cancellationToken));

        // A client that keeps up costs nothing here.
        private ValueTask<FlushResult> Bound(ValueTask<FlushResult> flush) => flush.IsCompleted ? flush : new(WaitAsync(flush.AsTask()));

        private async Task<FlushResult> WaitAsync(Task<FlushResult> flush)
        {
            try
            {
                return await flush.WaitAsync(patience);
            }
            catch (TimeoutException)
            {
                connection.Abort(new ConnectionAbortedException("The client does not take the answer."));
                return await flush;
            }
        }
    }
}
