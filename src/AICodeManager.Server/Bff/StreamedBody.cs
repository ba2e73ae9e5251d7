using System.Net;

namespace AICodeManager.Server.Bff;

/// <summary>A body that goes on as it comes. While it moves, nothing is late; the wait for the answer begins at its end.</summary>
/// <param name="length">In bytes; null for one whose end only shows itself.</param>
internal sealed class StreamedBody(Stream body, long? length) : HttpContent
{
    private CancellationTokenSource? patience;
    private TimeSpan silence, answer;

    /// <summary>Names what is to be cancelled when the body, and after it the answer, does not come.</summary>
    public void Sending(CancellationTokenSource late, TimeSpan silenceOfBody, TimeSpan waitForAnswer)
    {
        (patience, silence, answer) = (late, silenceOfBody, waitForAnswer);
        late.CancelAfter(silenceOfBody);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Headers may be what somebody waits for: an empty beginning must not hold them back.
        await stream.FlushAsync(cancellationToken);
        await Relay.CopyAsync(body, stream, () => patience?.CancelAfter(silence), cancellationToken);
        patience?.CancelAfter(answer);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }
}
